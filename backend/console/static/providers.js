// @ts-check
/**
 * Outside sources of facts: which are on, how they fare, and whom each action asks first.
 */

import { get } from "./api.js";
import { element, notice, table } from "./dom.js";
import { action, number, spell, time } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

/** Names as the vendors write them. @type {Record<string, string>} */
const NAMES = {
  hunter: "Hunter",
  prospeo: "Prospeo",
  dropcontact: "Dropcontact",
  peopledatalabs: "People Data Labs",
  fullenrich: "FullEnrich",
  reacher: "Reacher",
};

/** What each state is called, and the look of its badge. @type {Record<string, [string, string]>} */
const STATES = {
  ready: ["Ready", "active"],
  resting: ["Resting", "paused"],
  no_key: ["Off", ""],
};

/**
 * @param {Context} context
 * @returns {Promise<Node>}
 */
export async function showProviders(context) {
  const { data, orders } = await get(context.path("providers"));
  const on = data.filter((/** @type {any} */ each) => each.state !== "no_key");
  return element(
    "div",
    { class: "stack" },
    on.length ? null : nobodyYet(),
    element(
      "p",
      { class: "soft" },
      "Providers are asked one after the other until an answer is good enough. Their figures count",
      " the last 30 days and all workspaces of this installation.",
    ),
    providersCard(context, data),
    ordersCard(data, orders),
  );
}

/** What to do where nobody can be asked. */
function nobodyYet() {
  return notice(
    "plain",
    element("strong", {}, "No provider is switched on."),
    element(
      "p",
      {},
      "Analyses work without one. To find addresses and numbers that no page shows, set the",
      " variable of a provider you have an account with, for example ",
      element("code", {}, "MEETONCE_HUNTER_API_KEY"),
      ", and start Meetonce again. Each provider's variable stands below.",
    ),
  );
}

/**
 * @param {Context} context
 * @param {any[]} providers
 */
function providersCard(context, providers) {
  return element(
    "section",
    { class: "card", "aria-labelledby": "providers-title" },
    element("h2", { id: "providers-title" }, "Providers"),
    table(
      "Providers",
      [
        ["Provider", ""],
        ["State", ""],
        ["Asked", "amount"],
        ["Hit rate", "amount"],
        ["A verified one costs", "amount"],
        ["Median", "amount"],
      ],
      providers.map((each) => providerRow(context, each)),
    ),
  );
}

/**
 * @param {Context} context
 * @param {any} provider
 */
function providerRow(context, provider) {
  return element(
    "tr",
    {},
    element(
      "td",
      {},
      element("strong", {}, nameOf(provider.name)),
      element("span", { class: "sub" }, provider.actions.map(does).join(", ")),
    ),
    element("td", {}, element("div", {}, ...stateOf(context, provider))),
    element("td", { class: "amount" }, element("div", {}, ...askedOf(provider))),
    element("td", { class: "amount" }, percent(provider.hit_rate)),
    element("td", { class: "amount" }, dollars(provider.cost_per_verified_micros)),
    element(
      "td",
      { class: "amount" },
      provider.median_ms === null ? "–" : `${number(provider.median_ms)} ms`,
    ),
  );
}

/**
 * How often it was asked, and how often that failed.
 * @param {any} provider
 */
function askedOf(provider) {
  const failed = element("span", { class: "sub" }, `${number(provider.failed)} failed`);
  return [provider.asked ? number(provider.asked) : "–", provider.failed > 0 && failed];
}

/**
 * The state as a badge with what is behind it: why and until when it rests, or what to set.
 * @param {Context} context
 * @param {any} provider
 */
function stateOf(context, provider) {
  const [words, look] = STATES[provider.state] ?? [spell(provider.state), ""];
  const badge = element("span", { class: `badge ${look}`.trim() }, words);
  if (provider.state === "resting") {
    const why = provider.reason ? spell(provider.reason) : "It failed several times";
    const until = provider.until ? time(provider.until, context.zone) : "later";
    return [badge, element("span", { class: "sub" }, `${why}. Asked again `, until, ".")];
  }
  if (provider.state === "no_key" && provider.setting) {
    return [
      badge,
      element("span", { class: "sub" }, "Set ", element("code", {}, provider.setting)),
    ];
  }
  return [badge];
}

/**
 * @param {any[]} providers
 * @param {{action: string, providers: string[]}[]} orders
 */
function ordersCard(providers, orders) {
  const states = new Map(providers.map((each) => [each.name, each.state]));
  return element(
    "section",
    { class: "card", "aria-labelledby": "orders-title" },
    element("h2", { id: "orders-title" }, "Who is asked first"),
    element(
      "p",
      { class: "soft" },
      "The first verified answer ends the asking. The order is set with ",
      element("code", {}, "MEETONCE_ENRICH_ORDER"),
      "; those that are off are passed over.",
    ),
    table(
      "Order of providers",
      [
        ["Action", ""],
        ["Order", ""],
      ],
      orders.map((order) => orderRow(order, states)),
    ),
  );
}

/**
 * @param {{action: string, providers: string[]}} order
 * @param {Map<string, string>} states
 */
function orderRow(order, states) {
  const isOn = (/** @type {string} */ name) => states.get(name) !== "no_key";
  const asked = order.providers.filter(isOn).map(nameOf);
  const off = order.providers.filter((name) => !isOn(name)).map(nameOf);
  return element(
    "tr",
    {},
    element("td", {}, action(order.action)),
    element(
      "td",
      {},
      element(
        "div",
        {},
        asked.length ? asked.join(" → ") : element("span", { class: "soft" }, "Nobody"),
        off.length > 0 && element("span", { class: "sub" }, `Off: ${off.join(", ")}`),
      ),
    ),
  );
}

/** What a provider is for, in a list of such words. @type {Record<string, string>} */
const DOES = {
  "email.find": "finds addresses",
  "email.verify": "verifies addresses",
  "phone.find": "finds numbers",
  "profile.enrich": "knows profiles",
};

/** @param {string} name */
const does = (name) => DOES[name] ?? action(name);

/** @param {string} name */
const nameOf = (name) => NAMES[name] ?? spell(name);

/** @param {number | null} share */
const percent = (share) => (share === null ? "–" : `${Math.round(share * 100)} %`);

/** An amount in millionths of a US dollar. @param {number | null} micros */
function dollars(micros) {
  if (micros === null) return "–";
  const digits = micros && micros < 10_000 ? 4 : 2;
  return `$${(micros / 1_000_000).toFixed(digits)}`;
}
