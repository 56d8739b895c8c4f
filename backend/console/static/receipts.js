// @ts-check
/**
 * The last lines of the journal in plain words, and the receipt behind each of them.
 */

import { get, messageOf } from "./api.js";
import { ask } from "./dialog.js";
import { addRows, button, element, empty, notice, table } from "./dom.js";
import { credits, moment, number, reason, signed, source, spell, time } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

const PAGE = 20;

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
  const [first, names] = await Promise.all([page(context, null), context.memberNames()]);
  const card = element(
    "section",
    { class: "card", "aria-labelledby": "receipts-title" },
    element("h2", { id: "receipts-title" }, "Last receipts"),
  );
  if (first.data.length === 0) {
    card.append(nothingYet());
    return card;
  }
  const box = table(
    "Last receipts",
    COLUMNS,
    first.data.map((/** @type {any} */ line) => row(context, names, line)),
  );
  const zone = `Times are in ${context.zone}, the time zone of the workspace.`;
  card.append(box, element("p", { class: "hint" }, zone));
  if (first.next_cursor) card.append(olderButton(context, names, box, first.next_cursor));
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
 * @param {Context} context
 * @param {Map<string, string>} names
 * @param {HTMLElement} box
 * @param {string} cursor
 */
function olderButton(context, names, box, cursor) {
  const made = button(
    "Show older",
    async () => {
      try {
        const next = await page(context, cursor);
        addRows(
          box,
          next.data.map((/** @type {any} */ line) => row(context, names, line)),
        );
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
 * @param {Map<string, string>} names
 * @param {any} line
 */
function row(context, names, line) {
  const look = line.amount > 0 ? "amount plus" : line.amount < 0 ? "amount" : "amount soft";
  const contact = line.contact?.name;
  return element(
    "tr",
    {},
    element("td", { class: "nowrap" }, time(line.at, context.zone)),
    element("td", {}, reason(line), contact && element("span", { class: "sub" }, contact)),
    element(
      "td",
      {},
      names.get(line.member_id) ?? (line.member_id ? "a former member" : "Meetonce"),
    ),
    element("td", { class: look }, signed(line.amount)),
    element("td", { class: "amount soft" }, number(line.balance_after)),
    element(
      "td",
      { class: "end" },
      line.receipt_id &&
        button("Receipt", () => showReceipt(context, line.receipt_id), {
          class: "link",
          "aria-label": `Receipt: ${reason(line)}, ${moment(line.at, context.zone)}`,
        }),
    ),
  );
}

/**
 * @param {Context} context
 * @param {string} id
 */
async function showReceipt(context, id) {
  try {
    const receipt = await get(context.path("receipts", id));
    await ask(
      receipt.charged ? `${credits(receipt.charged)} charged` : "Nothing charged",
      details(receipt, context.zone),
    );
  } catch (error) {
    await ask("Receipt", [notice("bad", messageOf(error))]);
  }
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
    ["Taken from", lots(receipt.lots ?? [], zone)],
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
 * @param {any[]} moved
 * @param {string} zone
 */
function lots(moved, zone) {
  return moved
    .map((lot) => {
      const amount = Math.abs(lot.amount ?? lot.credits ?? 0);
      const kind = lot.source ? ` ${spell(lot.source).toLowerCase()}` : "";
      const end = lot.expires_at ? `, which ends ${moment(lot.expires_at, zone, false)}` : "";
      return `${number(amount)} of the${kind}${end}`;
    })
    .join("; ");
}
