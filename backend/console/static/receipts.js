// @ts-check
/**
 * The last lines of the journal in plain words, and the receipt behind each of them.
 */

import { get, messageOf } from "./api.js";
import { ask } from "./dialog.js";
import { addRows, button, element, empty, notice, table } from "./dom.js";
import { credits, lotWords, moment, number, reason, signed, source, time } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

const PAGE = 20;

/** Lines that somebody's work has written; others come by themselves, as an allotment does. */
const WORK = ["charge", "hold", "capture", "release"];

/** @type {[string, string][]} */
const COLUMNS = [
  ["When", ""],
  ["What", ""],
  ["Who", ""],
  ["Credits", "amount"],
  ["Balance", "amount"],
  ["", "end"],
];

/**
 * @param {Context} context
 * @returns {Promise<HTMLElement>}
 */
export async function receiptsCard(context) {
  const first = await page(context, null);
  const card = element(
    "section",
    { class: "card", "aria-labelledby": "receipts-title" },
    element("h2", { id: "receipts-title" }, "Last receipts"),
  );
  if (first.data.length) {
    const box = table("Last receipts", COLUMNS, await rows(context, first.data));
    const zone = `Times are in ${context.zone}, the time zone of the workspace.`;
    card.append(box, element("p", { class: "hint" }, zone));
    if (first.next_cursor) card.append(olderButton(context, box, first.next_cursor));
  }
  const worked = first.data.some((/** @type {any} */ line) => WORK.includes(line.kind));
  if (!worked && !first.next_cursor) card.append(nothingYet());
  return card;
}

/**
 * @param {Context} context
 * @param {string | null} cursor
 */
function page(context, cursor) {
  const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
  return get(`${context.path("ledger")}?limit=${PAGE}${after}`);
}

/**
 * The rows of some lines. Placing a hold moves nothing and is told by the line that ends it.
 * @param {Context} context
 * @param {any[]} lines
 */
async function rows(context, lines) {
  const shown = lines.filter((line) => line.kind !== "hold");
  const [members, contacts] = await Promise.all([
    context.memberNames(),
    context.contactNames(shown),
  ]);
  return shown.map((line) => {
    const who = line.member_id ? (members.get(line.member_id) ?? "a former member") : "Meetonce";
    return row(context, line, who, contacts.get(line.contact_id));
  });
}

/**
 * @param {Context} context
 * @param {HTMLElement} box
 * @param {string} cursor
 */
function olderButton(context, box, cursor) {
  const made = button(
    "Show older",
    async () => {
      try {
        const next = await page(context, cursor);
        addRows(box, await rows(context, next.data));
        cursor = next.next_cursor;
        if (!cursor) made.remove();
      } catch (error) {
        context.say(messageOf(error));
      }
    },
    { class: "quiet" },
  );
  return made;
}

function nothingYet() {
  return empty(
    "No receipts yet",
    element(
      "p",
      {},
      "Every credit that is spent, and every time that nothing was charged, leaves a receipt here that says why.",
    ),
    element(
      "p",
      {},
      "To try it: ",
      element("a", { href: "/extension" }, "install the extension"),
      ", then press Analyze on ",
      element("a", { href: "/demo" }, "one of the demo people"),
      ".",
    ),
  );
}

/**
 * @param {Context} context
 * @param {any} line
 * @param {string} who
 * @param {string | undefined} contact
 */
function row(context, line, who, contact) {
  const look = line.amount > 0 ? "amount plus" : line.amount < 0 ? "amount" : "amount soft";
  const words = `Receipt: ${reason(line)}, ${contact ?? who}, ${moment(line.at, context.zone)}`;
  return element(
    "tr",
    {},
    element("td", { class: "nowrap" }, time(line.at, context.zone)),
    element("td", {}, contact || reason(line), contact && sub(reason(line))),
    element("td", {}, who),
    element("td", { class: look }, signed(line.amount)),
    element("td", { class: "amount soft" }, number(line.balance_after)),
    element(
      "td",
      { class: "end" },
      button("Receipt", () => showReceipt(context, line), { class: "link", "aria-label": words }),
    ),
  );
}

/** @param {string} text */
const sub = (text) => element("span", { class: "sub" }, text);

/**
 * @param {Context} context
 * @param {any} line
 */
async function showReceipt(context, line) {
  try {
    const receipt = await get(context.path("receipts", line.receipt_id));
    await ask(titleOf(line), details(receipt, context.zone));
  } catch (error) {
    await ask("Receipt", [notice("bad", messageOf(error))]);
  }
}

/** @param {any} line */
function titleOf(line) {
  if (line.amount === 0) return WORK.includes(line.kind) ? "Nothing charged" : "Nothing moved";
  if (line.amount > 0) return `${credits(line.amount)} came in`;
  const charged = line.kind === "charge" || line.kind === "capture";
  return `${credits(-line.amount)} ${charged ? "charged" : "went away"}`;
}

/**
 * @param {any} receipt
 * @param {string} zone
 * @returns {HTMLElement[]}
 */
function details(receipt, zone) {
  /** @type {[string, any][]} */
  const facts = [
    ["Contact", receipt.contact?.name],
    ["By", receipt.member?.name],
    ["Campaign", receipt.campaign?.name],
    ["From", receipt.source && source(receipt.source)],
    ["When", time(receipt.at, zone)],
    ["Rule", receipt.rule],
    ["Out of", lots(receipt.lots ?? [])],
    [
      "Available afterwards",
      typeof receipt.available_after === "number" && number(receipt.available_after),
    ],
    ["Receipt", element("code", {}, receipt.id)],
  ];
  return [
    element("p", { class: "lead" }, receipt.explanation || reason(receipt)),
    element(
      "dl",
      { class: "facts" },
      ...facts
        .filter(([, value]) => value)
        .map(([label, value]) =>
          element("div", {}, element("dt", {}, label), element("dd", {}, value)),
        ),
    ),
  ];
}

/**
 * Which credits were moved: "1 of the plan's".
 * @param {any[]} moved
 */
function lots(moved) {
  return moved
    .filter((lot) => lot.free + lot.held !== 0)
    .map((lot) => `${number(Math.abs(lot.free + lot.held))} of ${lotWords(lot.source)}`)
    .join("; ");
}
