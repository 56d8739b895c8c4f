// @ts-check
// Requests in the name of the member: the token is found, and once renewed, behind the scenes.
import { accessToken, currentSession } from "./auth.js";
import { send } from "./http.js";
import { failed } from "./protocol.js";

/**
 * @param {"GET" | "POST"} method @param {string} path below the workspace, or from `/v1`
 * @param {{body?: unknown, key?: string}} [options]
 * @returns {ReturnType<typeof send>}
 */
export async function call(method, path, options = {}) {
  const held = await currentSession();
  if (!held) return failed("signed_out");
  const whole = path.startsWith("/v1/")
    ? path
    : `/v1/workspaces/${encodeURIComponent(held.workspace.id)}/${path}`;
  const first = await accessToken();
  if (!("token" in first)) return first;
  const answer = await send(method, whole, { ...options, token: first.token });
  if (answer.ok || answer.status !== 401) return answer;
  // Nothing was done, so the same request may go again, under the same key.
  const second = await accessToken(first.token);
  if (!("token" in second)) return second;
  const last = await send(method, whole, { ...options, token: second.token });
  return !last.ok && last.status === 401 ? failed("signed_out") : last;
}

const RENEW_HOURS = 6;
const PRICES_MINUTES = 10;

/**
 * Ask who we are; also learns what the workspace's policy sells, and whether this version, or one
 * of its readers, has become too old.
 */
export async function me() {
  const held = await currentSession();
  const answer = await call("GET", "/v1/me");
  if (answer.ok) {
    const { actions = {} } = answer.data;
    await chrome.storage.session.set({
      sold: { workspace: held?.workspace.id, at: Date.now(), prices: actions },
    });
    const broken = answer.data.disabled_readers ?? [];
    await chrome.storage.local.set({
      asked_at: Date.now(),
      disabled: Object.fromEntries(
        broken.map((/** @type {any} */ one) => [one.reader, one.version]),
      ),
    });
    const outdated = older(
      chrome.runtime.getManifest().version,
      answer.data.min_extension_version ?? "0",
    );
    await chrome.storage.session.set({ outdated });
  }
  return answer;
}

/**
 * Ask again now and then; only ever after a press, because before it nobody is asked anything.
 */
export const renew = () =>
  alone(async () => {
    const asked = (await chrome.storage.local.get("asked_at"))["asked_at"] ?? 0;
    if (Date.now() - asked > RENEW_HOURS * 3_600_000) await me();
  });

/**
 * What each action costs in this workspace; asked now and then, and only after a press.
 * @param {string} workspace @returns {Promise<Record<string, number>>}
 */
export const sold = (workspace) =>
  alone(async () => {
    const before = (await chrome.storage.session.get("sold"))["sold"];
    if (before?.workspace === workspace && before.at > Date.now() - PRICES_MINUTES * 60_000)
      return before.prices;
    const answer = await me();
    return answer.ok ? (answer.data.actions ?? {}) : {};
  });

/**
 * One after the other: whoever comes second finds what the first one was told.
 * @template T @param {() => Promise<T>} ask @returns {Promise<T>}
 */
const alone = (ask) => navigator.locks.request("me", ask);

/** @param {string} version @param {string} least */
export function older(version, least) {
  const ours = version.split(".").map(Number);
  const asked = String(least).split(".").map(Number);
  for (let part = 0; part < 4; part++) {
    const difference = (ours[part] ?? 0) - (asked[part] ?? 0);
    if (difference) return difference < 0;
  }
  return false;
}
