// @ts-check
// What a press on a page asks of the server: analyse, add, move, quote.
import { call } from "./api.js";
import { currentSession } from "./auth.js";
import { ORIGIN } from "./config.js";
import { done, failed } from "./protocol.js";
import { refused, remember, remembers, requestFor, settled } from "./memory.js";

/** @typedef {import("./protocol.js").Reply} Reply */

const JOIN_SECONDS = 60;
// After these nobody can tell whether the server has done it.
const UNKNOWN = new Set(["offline", "timeout", "server", "internal_error"]);

/**
 * The requests that are on their way, by what they are about: a second press joins the first.
 * @type {Map<string, Promise<Reply>>}
 */
const running = new Map();

/**
 * Send something that can spend, at most once at a time, under a key that outlives this worker.
 * @param {string[]} subject @param {string} path @param {unknown} body @returns {Promise<Reply>}
 */
function spend(subject, path, body) {
  const name = subject.join("\n");
  const under =
    running.get(name) ?? spendOnce(subject, path, body).finally(() => running.delete(name));
  running.set(name, under);
  return under;
}

/**
 * @param {string[]} subject
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<Reply>}
 */
async function spendOnce(subject, path, body) {
  const held = await currentSession();
  if (!held) return failed("signed_out");
  const request = await requestFor([held.workspace.id, ...subject], body);
  let answer = await call("POST", path, { body: request.body, key: request.key });
  // The same key is being answered already, for a press whose worker was stopped: wait for it.
  for (let turn = 0; turn < 8 && !answer.ok && answer.status === 409 && answer.retryAfter; turn++) {
    await pause(Math.min(answer.retryAfter, 5));
    answer = await call("POST", path, { body: request.body, key: request.key });
  }
  if (answer.ok || answer.code === "idempotency_key_reused") await settled(request.name);
  else if (!UNKNOWN.has(answer.code)) await refused(request.name);
  return answer;
}

/** @param {number} seconds */
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/**
 * @param {{key: string, url: string, identifiers: string[], page: unknown}} person
 * @returns {Promise<Reply>}
 */
export async function analyze({ key, url, identifiers, page }) {
  const body = { url, identifiers, source: "profile", max_cost: 1, page };
  let answer = await spend(["analysis", key], "analyses", body);
  // A teammate's run is under way and takes long: what we asked joins it, and costs nothing.
  const started = Date.now();
  while (
    answer.ok &&
    answer.data.status === "running" &&
    Date.now() - started < JOIN_SECONDS * 1_000
  ) {
    await pause(2);
    const next = await call("GET", `analyses/${encodeURIComponent(answer.data.id)}`);
    if (!next.ok) return next;
    answer = done({ ...answer.data, ...next.data, charge: next.data.charge ?? answer.data.charge });
  }
  if (!answer.ok) return answer;
  if (answer.data.status === "running") return failed("timeout", { origin: ORIGIN });
  if (answer.data.status === "failed") return failed("enrichment_unavailable");
  const held = await currentSession();
  if (held && answer.data.status === "done") {
    await remember(held.workspace.id, [key, ...(answer.data.contact?.canonical ?? [])]);
  }
  return answer;
}

/**
 * Whether this browser itself has seen the person analysed; asks nobody.
 * @param {{key: string}} person
 */
export async function known({ key }) {
  const held = await currentSession();
  return done({
    connected: held !== null,
    known: held !== null && (await remembers(held.workspace.id, key)),
  });
}

/** The campaigns that take people, those under way first. @returns {Promise<Reply>} */
export async function campaigns() {
  const answer = await call("GET", "campaigns?limit=100");
  if (!answer.ok) return answer;
  const order = ["running", "paused", "draft"];
  const open = answer.data.data
    .filter((/** @type {any} */ one) => order.includes(one.status))
    .map((/** @type {any} */ { id, name, status }) => ({ id, name, status }))
    .sort(
      (/** @type {any} */ a, /** @type {any} */ b) =>
        order.indexOf(a.status) - order.indexOf(b.status),
    );
  const last = (await chrome.storage.local.get("chosen"))["chosen"];
  const chosen = open.some((/** @type {any} */ one) => one.id === last)
    ? last
    : open.length === 1
      ? open[0].id
      : undefined;
  return done({ campaigns: open, chosen, origin: ORIGIN });
}

/**
 * @param {{contact_id: string, campaign_id: string, max_cost: number}} wanted
 * @returns {Promise<Reply>}
 */
export async function enroll({ contact_id, campaign_id, max_cost }) {
  await chrome.storage.local.set({ chosen: campaign_id });
  const path = `campaigns/${encodeURIComponent(campaign_id)}/enrollments`;
  return spend(["enrollment", campaign_id, contact_id], path, {
    contact_id,
    source: "profile",
    max_cost,
  });
}

/** @param {{enrollment_id: string, to_campaign: string}} wanted @returns {Promise<Reply>} */
export const move = ({ enrollment_id, to_campaign }) =>
  spend(
    ["move", enrollment_id, to_campaign],
    `enrollments/${encodeURIComponent(enrollment_id)}/move`,
    { to_campaign },
  );

/** @param {{campaign_id: string, source: string, items: any[]}} wanted @returns {Promise<Reply>} */
export async function enrollAll({ campaign_id, source, items }) {
  await chrome.storage.local.set({ chosen: campaign_id });
  const path = `campaigns/${encodeURIComponent(campaign_id)}/enrollments/bulk`;
  const body = {
    items: items.map(({ ref, url, identifiers, page }) => ({ ref, url, identifiers, page })),
    source,
    max_spend: items.length,
    mode: "best_effort",
  };
  const answer = await spend(
    ["bulk", campaign_id, ...items.map((item) => item.url).sort()],
    path,
    body,
  );
  if (!answer.ok) return answer;
  const whole = answer.data.job ? await finished(answer.data.job) : answer;
  const held = await currentSession();
  if (whole.ok && held) {
    const paid = whole.data.data.filter(
      (/** @type {any} */ one) => one.outcome === "enrolled" || one.outcome === "already_here",
    );
    const keys = paid
      .map((/** @type {any} */ one) => items.find((item) => item.ref === one.ref)?.key)
      .filter(Boolean);
    if (keys.length) await remember(held.workspace.id, keys);
  }
  return whole;
}

/**
 * Wait for a job, as long as somebody looks at the panel.
 * @param {string} job
 * @returns {Promise<Reply>}
 */
async function finished(job) {
  const path = `jobs/${encodeURIComponent(job)}`;
  for (let turn = 0; turn < 120; turn++) {
    const state = await call("GET", path);
    if (!state.ok) return state;
    if (!["queued", "running"].includes(state.data.status)) {
      const results = await call("GET", `${path}/results?limit=100`);
      return results.ok
        ? done({ data: results.data.data, charged: state.data.charged, available: null })
        : results;
    }
    await pause(2);
  }
  return failed("timeout", { origin: ORIGIN });
}

/** @param {{campaign_id: string, items: any[]}} wanted @returns {Promise<Reply>} */
export const quote = ({ campaign_id, items }) =>
  call("POST", "quotes", {
    body: {
      action: "enroll",
      campaign_id,
      items: items.map(({ ref, url, identifiers }) => ({ ref, url, identifiers })),
    },
  });
