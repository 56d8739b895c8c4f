// @ts-check
/**
 * The first section: how many credits there are, when new ones come, and the last receipts.
 */

import { get } from "./api.js";
import { element, notice } from "./dom.js";
import { receiptsCard } from "./receipts.js";
import { action, credits, moment, number, policyName, spell, time } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

/**
 * @param {Context} context
 * @returns {Promise<Node>}
 */
export async function showOverview(context) {
  const [balance, receipts] = await Promise.all([
    get(context.path("balance")),
    receiptsCard(context),
  ]);
  return element(
    "div",
    { class: "stack" },
    exhausted(balance, context.zone),
    element(
      "div",
      { class: "pair" },
      balanceCard(balance, context.zone),
      costCard(context, balance),
    ),
    receipts,
  );
}

/** When new credits come; null under a plan that gives none. @param {any} balance */
const returnsAt = (balance) =>
  balance.next_refill_at === undefined ? balance.cycle.end : balance.next_refill_at;

/**
 * @param {any} balance
 * @param {string} zone
 */
function exhausted(balance, zone) {
  if (balance.cancelled) {
    return notice("warn", "The subscription is cancelled: no new credits come.");
  }
  if (balance.available > 0 || !returnsAt(balance)) return null;
  return notice(
    "warn",
    element("strong", {}, "No credits left."),
    ` New contacts wait until credits return on ${moment(returnsAt(balance), zone)}. `,
    "Everybody you have already met stays free to look at.",
  );
}

/**
 * @param {any} balance
 * @param {string} zone
 */
function balanceCard(balance, zone) {
  return element(
    "section",
    { class: "card balance", "aria-labelledby": "balance-title" },
    element(
      "div",
      { class: "between" },
      element("h2", { id: "balance-title" }, "Balance"),
      element("span", { class: "tag", title: policyName(balance.policy) }, spell(balance.plan)),
    ),
    element(
      "p",
      { class: "figure" },
      element("strong", { id: "available" }, number(balance.available)),
      " ",
      element("span", {}, balance.available === 1 ? "credit available" : "credits available"),
    ),
    bar(balance),
    element(
      "dl",
      { class: "figures" },
      figure("Used", balance.used, "used"),
      figure("Held", balance.held, "held"),
      figure("Granted", balance.granted, ""),
    ),
    element(
      "dl",
      { class: "facts" },
      fact(
        "Credits return",
        returnsAt(balance)
          ? time(returnsAt(balance), zone)
          : element("span", { class: "soft" }, "not under this plan"),
      ),
      fact("This cycle began", time(balance.cycle?.start, zone, false)),
      balance.runs_out_at &&
        fact("At this pace they last until", time(balance.runs_out_at, zone, false)),
      ...(balance.expiring ?? []).map((/** @type {any} */ lot) =>
        fact(
          "Expiring",
          element("span", {}, `${credits(lot.credits)} on `, time(lot.at, zone, false)),
        ),
      ),
    ),
    balance.held > 0 &&
      element(
        "p",
        { class: "hint" },
        "Held credits are set aside for analyses that are running now. They are spent or come back within two minutes.",
      ),
  );
}

/**
 * The balance as one bar: used, held, and the rest still there.
 * @param {any} balance
 */
function bar(balance) {
  const parts = [
    ["used", balance.used],
    ["held", balance.held],
    ["free", balance.available],
  ];
  const words = `${number(balance.used)} used, ${number(balance.held)} held, ${number(balance.available)} available`;
  const made = element("div", { class: "meter", role: "img", "aria-label": words });
  for (const [look, amount] of parts) {
    if (amount <= 0) continue;
    const part = element("span", { class: look });
    part.style.flexGrow = String(amount);
    made.append(part);
  }
  return made;
}

/**
 * @param {string} label
 * @param {number} amount
 * @param {string} look
 */
function figure(label, amount, look) {
  return element(
    "div",
    {},
    element("dt", {}, look && element("i", { class: `dot ${look}` }), label),
    element("dd", {}, number(amount)),
  );
}

/**
 * @param {string} label
 * @param {Node} value
 */
function fact(label, value) {
  return element("div", {}, element("dt", {}, label), element("dd", {}, value));
}

/**
 * @param {Context} context
 * @param {any} balance
 */
function costCard(context, balance) {
  const costs = Object.entries(context.me.actions ?? {});
  const cap = balance.me?.cap;
  return element(
    "section",
    { class: "card", "aria-labelledby": "cost-title" },
    element("h2", { id: "cost-title" }, "What things cost"),
    element(
      "dl",
      { class: "facts" },
      ...costs.map(([name, cost]) =>
        fact(action(name), element("span", {}, cost === 0 ? "free" : credits(Number(cost)))),
      ),
      fact("Look at a known contact", element("span", { class: "good-text" }, "free")),
    ),
    element(
      "p",
      { class: "soft" },
      cap === null || cap === undefined
        ? `You have spent ${credits(balance.me?.used ?? 0)} in this cycle. No limit of your own is set.`
        : `You have spent ${number(balance.me.used)} of the ${credits(cap)} that you may spend in this cycle.`,
    ),
    element(
      "p",
      { class: "hint" },
      `Policy: ${policyName(balance.policy)}. A contact is charged once for the whole workspace, whoever looks first.`,
    ),
  );
}
