// @ts-check
/**
 * Credits: what was used and what was lost, who asks for more, and who may spend how much.
 */

import { get } from "./api.js";
import { capsCard, requestsCard } from "./allowances.js";
import { element, notice, table } from "./dom.js";
import { credits, number, time } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

/** Roles that decide about others. */
const MANAGERS = ["manager", "admin", "owner"];

/**
 * @param {Context} context
 * @returns {Promise<Node>}
 */
export async function showCredits(context) {
  const manages = MANAGERS.includes(context.me.role);
  const [usage, requests, caps] = await Promise.all([
    get(`${context.path("usage")}?window=12m&group_by=member`),
    requestsCard(context, manages),
    manages ? capsCard(context) : null,
  ]);
  return element(
    "div",
    { class: "stack" },
    requests,
    usageCard(usage, manages),
    manages && membersCard(usage),
    caps,
  );
}

/**
 * @param {any} usage
 * @param {boolean} manages
 */
function usageCard(usage, manages) {
  const [since] = usage.months.filter((/** @type {any} */ month) => moved(month));
  const from = since ? usage.months.indexOf(since) : usage.months.length - 1;
  const shown = usage.months.slice(from).reverse();
  return element(
    "section",
    { class: "card", "aria-labelledby": "usage-title" },
    element("h2", { id: "usage-title" }, manages ? "Use by month" : "Your use by month"),
    element(
      "dl",
      { class: "figures" },
      figure("In 12 months", number(usage.used)),
      figure("A month, on average", number(usage.monthly_average)),
      figure("A day, of late", number(usage.pace.per_day)),
      usage.refunded > 0 &&
        figure("Worth, with what came back", number(usage.effective_credits ?? usage.used)),
    ),
    usage.runs_out_at &&
      element(
        "p",
        { class: "soft" },
        "At this pace the credits last until ",
        time(usage.runs_out_at, usage.time_zone, false),
        ".",
      ),
    usage.lost.credits > 0 && notice("warn", element("p", {}, usage.lost.explanation)),
    table(
      "Use by month",
      [
        ["Month", ""],
        ["Used", "amount"],
        ["Free answers", "amount"],
        ["Given back", "amount"],
        ["Granted", "amount"],
        ["Lost", "amount"],
      ],
      shown.map(monthRow),
    ),
    element(
      "p",
      { class: "hint" },
      `Months are those of ${usage.time_zone}. Lost are credits that ended unused, or were taken by a downgrade or a cancellation.`,
    ),
  );
}

/** @param {any} month */
const moved = (month) =>
  month.used || month.free || month.refunded || month.granted || month.lost || month.adjusted;

/** @param {any} month */
function monthRow(month) {
  /**
   * @param {number} amount
   * @param {string} [look]
   */
  const cell = (amount, look = "amount") =>
    element("td", { class: amount ? look : "amount soft" }, number(amount));
  return element(
    "tr",
    {},
    element("td", {}, monthName(month.month)),
    cell(month.used),
    cell(month.free),
    cell(month.refunded),
    cell(month.granted),
    cell(month.lost, "amount lost"),
  );
}

const MONTH = new Intl.DateTimeFormat("en-GB", {
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

/** @param {string} name as in 2026-03 */
const monthName = (name) => MONTH.format(new Date(`${name}-15T00:00:00Z`));

/**
 * @param {string} label
 * @param {string} value
 */
const figure = (label, value) =>
  element("div", {}, element("dt", {}, label), element("dd", {}, value));

/** Who used how much in the whole window. @param {any} usage */
function membersCard(usage) {
  /** @type {Map<string, {name: string, used: number, free: number}>} */
  const sums = new Map();
  for (const row of usage.rows) {
    if (!row.member) continue;
    const name = row.member.name || "A former member";
    const sum = sums.get(row.member.id) ?? { name, used: 0, free: 0 };
    sum.used += row.used;
    sum.free += row.free;
    sums.set(row.member.id, sum);
  }
  if (!sums.size) return null;
  const ranked = [...sums.values()].sort((one, other) => other.used - one.used);
  return element(
    "section",
    { class: "card", "aria-labelledby": "members-use-title" },
    element("h2", { id: "members-use-title" }, "Use by member, 12 months"),
    table(
      "Use by member",
      [
        ["Member", ""],
        ["Used", "amount"],
        ["Free answers", "amount"],
        ["Share", "amount"],
      ],
      ranked.map((sum) =>
        element(
          "tr",
          {},
          element("td", {}, sum.name),
          element("td", { class: "amount", title: credits(sum.used) }, number(sum.used)),
          element("td", { class: "amount soft" }, number(sum.free)),
          element(
            "td",
            { class: "amount soft" },
            usage.used > 0 ? `${Math.round((100 * sum.used) / usage.used)} %` : "–",
          ),
        ),
      ),
    ),
  );
}
