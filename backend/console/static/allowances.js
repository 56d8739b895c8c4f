// @ts-check
/**
 * Who may spend how much: requests for credits, answered by one press, and members' caps.
 */

import { get, messageOf, post, put, tagged } from "./api.js";
import { button, element, empty, field, form, notice, table } from "./dom.js";
import { credits, number, spell, time } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

/** For so many members the caps are asked for, one by one. */
const MOST_CAPS = 50;

/**
 * @param {Context} context
 * @param {boolean} manages
 * @returns {Promise<HTMLElement>}
 */
export async function requestsCard(context, manages) {
  const { data } = await get(`${context.path("credit-requests")}?limit=20`);
  const waiting = data.filter((/** @type {any} */ each) => each.status === "pending").length;
  return element(
    "section",
    { class: "card", "aria-labelledby": "requests-title" },
    element(
      "div",
      { class: "between" },
      element("h2", { id: "requests-title" }, "Requests for credits"),
      waiting > 0 && element("span", { class: "tag" }, `${number(waiting)} waiting`),
    ),
    manages ? null : askForm(context),
    data.length
      ? table(
          "Requests for credits",
          [
            ["When", ""],
            ["Who", ""],
            ["Credits", "amount"],
            ["Why", ""],
            ["", "end"],
          ],
          data.map((/** @type {any} */ each) => requestRow(context, each, manages)),
        )
      : empty(
          "Nobody is asking",
          element(
            "p",
            {},
            "Whoever has spent all that their cap allows can ask here or in the extension. Approving raises their cap for this cycle only; it makes no credits.",
          ),
        ),
  );
}

/**
 * @param {Context} context
 * @param {any} request
 * @param {boolean} manages
 */
function requestRow(context, request, manages) {
  const pending = request.status === "pending";
  return element(
    "tr",
    {},
    element("td", { class: "nowrap" }, time(request.created_at, context.zone)),
    element("td", {}, request.member.name ?? "A former member"),
    element("td", { class: "amount" }, number(request.credits)),
    element("td", { class: request.note ? null : "soft" }, request.note ?? "no note"),
    element(
      "td",
      { class: "end" },
      pending && manages ? answers(context, request) : state(context, request),
    ),
  );
}

/**
 * @param {Context} context
 * @param {any} request
 */
function state(context, request) {
  const decided = request.decided_by?.name ? ` by ${request.decided_by.name}` : "";
  return element(
    "span",
    {},
    element("span", { class: `badge ${request.status}` }, spell(request.status)),
    request.status !== "pending" &&
      element("span", { class: "sub" }, time(request.decided_at, context.zone, false), decided),
  );
}

/**
 * @param {Context} context
 * @param {any} request
 */
function answers(context, request) {
  const who = request.member.name ?? "a member";
  /**
   * @param {string} verb
   * @param {string} done
   */
  const decide = (verb, done) => async () => {
    try {
      await post(context.path("credit-requests", request.id, verb));
      await context.reload();
      context.say(done);
    } catch (error) {
      context.say(messageOf(error));
    }
  };
  const more = credits(request.credits);
  return element(
    "span",
    { class: "actions" },
    button("Approve", decide("approve", `${who} may spend ${more} more in this cycle.`), {
      class: "small",
      "aria-label": `Approve ${more} for ${who}`,
    }),
    button("Reject", decide("reject", `The request of ${who} is rejected.`), {
      class: "quiet small",
      "aria-label": `Reject the request of ${who}`,
    }),
  );
}

/** @param {Context} context */
function askForm(context) {
  const amount = /** @type {HTMLInputElement} */ (
    element("input", { type: "number", min: 1, max: 1000000, value: 10, required: true })
  );
  const note = /** @type {HTMLInputElement} */ (element("input", { maxlength: 500 }));
  const problem = element("div", {});
  return form(
    { class: "stack" },
    async () => {
      problem.replaceChildren();
      try {
        const body = { credits: Number(amount.value), note: note.value || null };
        await post(context.path("credit-requests"), body);
        await context.reload();
        context.say("A manager sees your request now.");
      } catch (error) {
        problem.append(notice("bad", messageOf(error)));
      }
    },
    element(
      "div",
      { class: "row" },
      field("Credits for this cycle", amount),
      field("What for (optional)", note),
      element("button", { type: "submit" }, "Ask"),
    ),
    problem,
  );
}

/**
 * @param {Context} context
 * @returns {Promise<HTMLElement>}
 */
export async function capsCard(context) {
  const { data } = await get(context.path("members"));
  const shown = data.slice(0, MOST_CAPS);
  const caps = await Promise.all(
    shown.map((/** @type {any} */ member) => tagged(context.path("members", member.id, "cap"))),
  );
  return element(
    "section",
    { class: "card", "aria-labelledby": "caps-title" },
    element("h2", { id: "caps-title" }, "What members may spend in a cycle"),
    table(
      "Caps",
      [
        ["Member", ""],
        ["Used", "amount"],
        ["Cap", ""],
      ],
      shown.map((/** @type {any} */ member, /** @type {number} */ at) =>
        capRow(context, member, caps[at]),
      ),
    ),
    element("p", { class: "hint" }, "An empty cap is none. A new one counts at once."),
  );
}

/**
 * @param {Context} context
 * @param {any} member
 * @param {{body: any, tag: string}} cap
 */
function capRow(context, member, cap) {
  const name = member.name || member.email;
  const input = /** @type {HTMLInputElement} */ (
    element("input", {
      type: "number",
      min: 0,
      max: 1000000000,
      value: cap.body.cap ?? "",
      placeholder: "none",
      "aria-label": `Cap of ${name}`,
    })
  );
  const save = async () => {
    const value = input.value === "" ? null : Number(input.value);
    try {
      await put(context.path("members", member.id, "cap"), { cap: value }, cap.tag);
      await context.reload();
      context.say(value === null ? `${name} has no cap now.` : `The cap of ${name} is set.`);
    } catch (error) {
      context.say(messageOf(error));
    }
  };
  return element(
    "tr",
    {},
    element(
      "td",
      {},
      name,
      cap.body.raised_by > 0 &&
        element(
          "span",
          { class: "sub" },
          `${credits(cap.body.raised_by)} more until `,
          time(cap.body.raised_until, context.zone, false),
        ),
    ),
    element("td", { class: "amount" }, number(cap.body.used)),
    element(
      "td",
      {},
      form(
        { class: "inline" },
        save,
        input,
        element(
          "button",
          { type: "submit", class: "quiet small", "aria-label": `Set the cap of ${name}` },
          "Set",
        ),
      ),
    ),
  );
}
