// @ts-check
// The messages that the worker takes, and from whom. A content script runs inside somebody else's
// page and is believed less than the popup: it cannot pair, sign out or read the session.
import { PARTS } from "./config.js";

/**
 * @typedef {{ok: true, data: any}} Done
 * @typedef {{ok: false, code: string, status?: number, facts?: Record<string, any>}} Failed
 * @typedef {Done | Failed} Reply
 */

/** @param {any} [data] @returns {Done} */
export const done = (data = {}) => ({ ok: true, data });

/** @param {string} code @param {Record<string, any>} [facts] @returns {Failed} */
export const failed = (code, facts = {}) => ({ ok: false, code, facts });

/** @param {number} [most] */
const text =
  (most = 2_048) =>
  (/** @type {unknown} */ value) =>
    typeof value === "string" && value.length > 0 && value.length <= most;
const id = (/** @type {unknown} */ value) =>
  typeof value === "string" && /^[a-z]+_[0-9A-Za-z_]{1,60}$/.test(value);
const flag = (/** @type {unknown} */ value) => typeof value === "boolean";
const number = (/** @type {unknown} */ value) => Number.isInteger(value);
const origin = (/** @type {unknown} */ value) => {
  try {
    const url = new URL(String(value));
    return url.origin === value && /^https?:$/.test(url.protocol);
  } catch {
    return false;
  }
};
const site = (/** @type {unknown} */ value) =>
  chrome.runtime.getManifest().optional_host_permissions?.includes(String(value)) === true;
// The others come with these.
const part = (/** @type {unknown} */ value) =>
  Object.hasOwn(PARTS, String(value)) && value !== "page" && value !== "cards";
/** What can be found about a contact beside the analysis. */
export const FINDS = ["email.find", "email.verify", "phone.find", "profile.enrich", "ai.variable"];
const action = (/** @type {unknown} */ value) => FINDS.includes(String(value));
const source = (/** @type {unknown} */ value) =>
  ["profile", "people_search", "company_people"].includes(String(value));
const page = (/** @type {any} */ value) =>
  typeof value?.name === "string" && value.name !== "" && JSON.stringify(value).length < 64_000;
/** @param {(value: any) => boolean} check @param {number} most */
const several = (check, most) => (/** @type {unknown} */ value) =>
  Array.isArray(value) && value.length <= most && value.every(check);
const address = (/** @type {any} */ value) =>
  text(200)(value?.ref) && text()(value.url) && several(text(), 10)(value.identifiers);
const person = (/** @type {any} */ value) => address(value) && page(value.page);

/**
 * What each message carries.
 * @type {Record<"page" | "popup", Record<string, Record<string, (value: any) => boolean>>>}
 */
const TYPES = {
  page: {
    "person.known": { key: text() },
    "person.analyze": {
      key: text(),
      url: text(),
      identifiers: several(text(), 10),
      page,
      max_cost: number,
    },
    "person.enroll": { contact_id: id, campaign_id: id, max_cost: number },
    "person.unkeep": { key: text() },
    "people.enroll": {
      campaign_id: id,
      source,
      items: several(person, 50),
      max_spend: number,
    },
    "people.lookup": { items: several(address, 100) },
    "people.quote": { campaign_id: id, items: several(address, 100) },
    "contact.finds": { contact_id: id },
    "contact.find": { key: text(), contact_id: id, action, max_cost: number },
    "contact.unkeep": { contact_id: id, action },
    "credits.request": { credits: number },
    "enrollment.move": { enrollment_id: id, to_campaign: id },
    "campaign.list": {},
    "part.load": { part },
    "list.state": {},
    "list.fold": { folded: flag },
  },
  popup: {
    "session.get": {},
    "session.refresh": {},
    "session.forget": {},
    "session.switch": { workspace: id },
    "server.choose": { origin },
    "price.ask": { on: flag },
    "pairing.start": {},
    "pairing.finish": {},
    "pairing.cancel": {},
    "page.analyze": { tab: number },
    "site.enable": { site },
    "site.disable": { site },
  },
};

/**
 * Whether the worker should listen to `message`: a known type, whole, from where it may come.
 * @param {any} message @param {chrome.runtime.MessageSender} sender
 */
export function accepts(message, sender) {
  if (sender.id !== chrome.runtime.id || message?.v !== 1) return false;
  const own = sender.url?.startsWith(chrome.runtime.getURL("")) === true;
  const fields = TYPES[own ? "popup" : "page"][message.type];
  if (!fields || !Object.entries(fields).every(([name, check]) => check(message[name])))
    return false;
  return own || fromVisiblePage(message, sender);
}

/**
 * Only the top frame of a page that somebody looks at, and only about that page.
 * @param {any} message @param {chrome.runtime.MessageSender} sender
 */
function fromVisiblePage(message, sender) {
  if (!sender.tab || sender.frameId !== 0) return false;
  if (sender.documentLifecycle && sender.documentLifecycle !== "active") return false;
  if (message.type !== "person.analyze") return true;
  try {
    return new URL(message.url).origin === (sender.origin ?? new URL(sender.url ?? "").origin);
  } catch {
    return false;
  }
}
