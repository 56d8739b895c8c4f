// @ts-check
/**
 * Turns codes, instants and amounts into words that a person reads.
 */

import { element } from "./dom.js";

/** What a journal line or a receipt says for each reason. @type {Record<string, string>} */
const REASONS = {
  first_analysis: "First analysis of this contact",
  already_analyzed: "Already analyzed: free from now on",
  joined_running_analysis: "Joined an analysis that was already running",
  first_degree: "A direct connection: free",
  open_profile: "An open profile: free",
  open_thread: "The conversation is already open: free",
  not_metered: "This action is free under your policy",
  nothing_found: "Nothing was found, so nothing was charged",
  analysis_failed: "The analysis failed, so nothing was charged",
  hold_expired: "It took too long, so nothing was charged",
  released: "Not used, so nothing was charged",
  suppressed: "On the do-not-contact list, so nothing was charged",
  merged_duplicate: "Two contacts turned out to be one person: credit given back",
  metered: "Charged by what it costs",
  reply: "They replied: one credit back",
  allotment: "Credits of your plan for this cycle",
  upgrade: "Changed to a larger plan",
  equal: "Changed to a plan of the same size",
  downgrade: "Changed to a smaller plan",
  downgrade_at_end_of_cycle: "A smaller plan follows at the end of the cycle",
  seats_added: "Seats added",
  seats_at_end_of_cycle: "Fewer seats follow at the end of the cycle",
  plan_changed: "The new plan is in force",
  seats_changed: "The new number of seats is in force",
  cancelled: "The subscription was cancelled",
  trial: "Trial credits",
  purchase: "Credits bought",
  placed: "Set aside for a running analysis",
  cap_overflow: "More than your plan can store: the oldest expired",
  expired: "Unused at the end of their life",
  lot_voided: "Lost with a smaller plan or a cancellation",
};

/** What a journal line says when its reason has no words of its own. @type {Record<string, string>} */
const KINDS = {
  grant: "Credits granted",
  charge: "Charged",
  hold: "Set aside for a running analysis",
  capture: "Charged",
  release: "Not used, so nothing was charged",
  refund: "Given back",
  reverse: "Given back",
  adjust: "Corrected by the owner",
  expire: "Expired",
  forfeit: "Forfeited",
  change: "Plan or seats changed",
};

/** @type {Record<string, string>} */
const ACTIONS = {
  "contact.analysis": "Analyze a new contact",
  "message.send": "Send a message",
  "email.find": "Find an email address",
  "email.verify": "Verify an email address",
  "phone.find": "Find a phone number",
  "profile.enrich": "Enrich a profile",
  "call.minute": "A minute of calling",
  "ai.variable": "An AI variable",
};

/** @type {Record<string, string>} */
const SOURCES = {
  profile: "a profile page",
  people_search: "a people search",
  company_people: "a company's people page",
  recommendation: "a recommendation",
  import: "an import",
  api: "the API",
};

/**
 * The sentence of a journal line; a correction carries the owner's own words.
 * @param {{reason: string, kind: string, source?: string | null}} row
 */
export function reason(row) {
  if (row.source === "adjustment") return row.reason;
  return REASONS[row.reason] ?? KINDS[row.kind] ?? spell(row.reason);
}

/** Credits by where they came from. @type {Record<string, string>} */
const LOTS = {
  allotment: "the plan's credits",
  trial: "the trial credits",
  refund: "the credits given back",
  purchase: "the credits bought",
  adjustment: "the owner's correction",
  compensation: "the credits made good",
};

/** @param {string} source */
export const lotWords = (source) => LOTS[source] ?? spell(source).toLowerCase();

/** @param {string} name */
export const action = (name) => ACTIONS[name] ?? spell(name);

/** @param {string} name */
export const source = (name) => SOURCES[name] ?? spell(name).toLowerCase();

/**
 * A code as words: `analysis_failed` is "Analysis failed".
 * @param {string} code
 */
export function spell(code) {
  const words = code.replaceAll(/[_.]/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * The name and the version of a policy, from "name@1".
 * @param {string} policy
 */
export function policyName(policy) {
  const [name, version] = policy.split("@");
  return version ? `${name}, version ${version}` : policy;
}

const NUMBER = new Intl.NumberFormat("en-GB");

/** @param {number} amount */
export const number = (amount) => NUMBER.format(amount);

/** @param {number} amount */
export const credits = (amount) =>
  `${NUMBER.format(amount)} ${Math.abs(amount) === 1 ? "credit" : "credits"}`;

/**
 * An amount with its sign, by a true minus so that columns align.
 * @param {number} amount
 */
export function signed(amount) {
  if (amount === 0) return "0";
  return amount > 0 ? `+${NUMBER.format(amount)}` : `\u2212${NUMBER.format(-amount)}`;
}

/**
 * @param {string | null | undefined} instant RFC 3339
 * @param {string} zone
 * @param {boolean} [withTime]
 */
export function moment(instant, zone, withTime = true) {
  if (!instant) return "never";
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { day: "numeric", month: "short", year: "numeric", timeZone: zone };
  if (withTime) Object.assign(parts, { hour: "2-digit", minute: "2-digit", hour12: false });
  try {
    return new Intl.DateTimeFormat("en-GB", parts).format(new Date(instant));
  } catch {
    return instant;
  }
}

/**
 * `moment` as an element that machines can read too.
 * @param {string | null | undefined} instant
 * @param {string} zone
 * @param {boolean} [withTime]
 */
export function time(instant, zone, withTime = true) {
  if (!instant) return element("span", { class: "soft" }, "never");
  return element("time", { datetime: instant }, moment(instant, zone, withTime));
}
