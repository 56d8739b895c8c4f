// @ts-check
// Who this browser acts for. Pairing follows the device flow with PKCE: the popup shows a code, a
// signed-in member approves it on the server's own page, and the worker fetches the tokens.
import { send } from "./http.js";
import { done, failed } from "./protocol.js";
import { server } from "./server.js";

const { local, session } = chrome.storage;

/**
 * @typedef {{id: string, name?: string}} Named
 * @typedef {{refresh_token: string, workspace: Named & {name: string}, member: Named}} Session
 */
/**
 * @typedef {{pairing_id: string, user_code: string, verification_url: string}} Offered
 * @typedef {Offered & {verifier: string, expires_at: number}} Pairing
 */

// Content scripts share the storage unless told otherwise. Firefox has no such call.
void local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" });

// `session` is the one in use; `others` are the workspaces that this browser is connected to as
// well, by their ids.
/** @returns {Promise<Session | null>} */
export const currentSession = async () => (await local.get("session"))["session"] ?? null;

/** @returns {Promise<Pairing | null>} */
export async function currentPairing() {
  /** @type {Pairing | undefined} */
  const pairing = (await session.get("pairing"))["pairing"];
  return pairing && pairing.expires_at > Date.now() ? pairing : null;
}

/** @param {Uint8Array} bytes */
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** What the list of connected browsers calls this one. */
function label() {
  const brands = /** @type {any} */ (navigator).userAgentData?.brands ?? [];
  const named = brands.find(
    (/** @type {any} */ one) => !/not.?a.?brand|^chromium$/i.test(one.brand),
  );
  const browser =
    named?.brand ?? (navigator.userAgent.includes("Firefox") ? "Firefox" : "Chromium");
  const system = /** @type {any} */ (navigator).userAgentData?.platform ?? navigator.platform;
  return `${browser}, ${system}`.slice(0, 100);
}

export async function startPairing() {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const answer = await send("POST", "/v1/extension/pairings", {
    body: {
      code_challenge: base64url(new Uint8Array(digest)),
      label: label(),
      version: chrome.runtime.getManifest().version,
    },
  });
  if (!answer.ok) return answer;
  const { pairing_id, user_code, verification_url, expires_in } = answer.data;
  // Only a page of the own server may ask for an approval.
  const origin = await server();
  if (new URL(verification_url, origin).origin !== origin) return failed("server");
  /** @type {Pairing} */
  const pairing = {
    pairing_id,
    user_code,
    verification_url,
    verifier,
    expires_at: Date.now() + expires_in * 1_000,
  };
  await session.set({ pairing });
  await chrome.tabs.create({ url: verification_url });
  return done({ user_code, verification_url });
}

/**
 * Fetch the tokens of the pairing that is under way. The popup and the approved page may ask at
 * once, and the code is good for one exchange: they take turns.
 */
export const finishPairing = () =>
  navigator.locks.request("pairing", async () => {
    const pairing = await currentPairing();
    if (!pairing) return (await currentSession()) ? done() : failed("expired_token");
    const answer = await send(
      "POST",
      `/v1/extension/pairings/${encodeURIComponent(pairing.pairing_id)}/token`,
      {
        body: { code_verifier: pairing.verifier },
      },
    );
    if (answer.ok) {
      await session.remove("pairing");
      await use(answer.data);
      return done();
    }
    if (
      ![
        "authorization_pending",
        "slow_down",
        "offline",
        "timeout",
        "server",
        "rate_limited",
      ].includes(answer.code)
    )
      await cancelPairing();
    return answer;
  });

export const cancelPairing = () => session.remove("pairing");

/** @param {any} tokens */
async function keep({ access_token, expires_in, refresh_token, workspace, member }) {
  await local.set({ session: { refresh_token, workspace, member } });
  await session.set({ access: { token: access_token, until: Date.now() + expires_in * 1_000 } });
}

/** @returns {Promise<Record<string, Session>>} */
const otherSessions = async () => (await local.get("others"))["others"] ?? {};

/** The workspaces that can be switched to without a new approval. */
export const otherWorkspaces = async () =>
  Object.values(await otherSessions()).map((one) => one.workspace);

/**
 * Work for another workspace from now on, whose tokens are new or were laid aside; those of the
 * one before are laid aside.
 * @param {any} tokens
 */
const use = (tokens) =>
  navigator.locks.request("refresh", async () => {
    const before = await currentSession();
    const others = await otherSessions();
    if (before) others[before.workspace.id] = before;
    delete others[tokens.workspace.id];
    await session.remove(["access", ...OF_ONE_WORKSPACE]);
    await local.set({ others });
    if (tokens.access_token) await keep(tokens);
    else await local.set({ session: tokens });
    await chrome.action.setBadgeText({ text: "" });
    await tellPages();
  });

/** @param {{workspace: string}} wanted */
export async function switchWorkspace({ workspace }) {
  const other = (await otherSessions())[workspace];
  if (!other) return failed("signed_out");
  await use(other);
  return done();
}

const OF_ONE_WORKSPACE = ["bodies", "campaigns", "outdated", "kept", "granted"];

/**
 * Forget whom this browser acted for, and all that it remembered of their work; what it remembers
 * of other workspaces stays as long as there are any.
 */
export async function forget() {
  const alone = Object.keys(await otherSessions()).length === 0;
  await local.remove(alone ? ["session", "others", ...OF_ALL] : ["session"]);
  await session.remove(["access", "pairing", "recent", ...OF_ONE_WORKSPACE]);
  await chrome.action.setBadgeText({ text: "" });
}

const PATIENCE_OF_WHO_LEAVES = 5_000;
const OF_ALL = ["seen", "keys", "chosen", "today"];

/**
 * Sign out here at once, whatever the server does, and then there: it strikes this browser off its
 * list. `told` is whether it has.
 */
export async function signOut() {
  const held = await currentSession();
  await forget();
  await tellPages();
  const answer =
    held &&
    (await send("POST", "/v1/extension/token/revoke", {
      body: { refresh_token: held.refresh_token },
      patience: PATIENCE_OF_WHO_LEAVES,
    }));
  return done({ told: answer?.ok !== false });
}

/**
 * A token that is good by all we know, or null: signed out, or a failure to reach the server.
 * Refresh tokens rotate, so that two refreshes at once would sign the person out: they take turns.
 * @param {string} [refused] the token that the server did not take
 * @returns {Promise<{token: string} | import("./protocol.js").Failed>}
 */
export async function accessToken(refused) {
  const known = await usable(refused);
  if (known) return { token: known };
  return navigator.locks.request("refresh", async () => {
    const meanwhile = await usable(refused);
    if (meanwhile) return { token: meanwhile };
    const held = await currentSession();
    if (!held) return failed("signed_out");
    const answer = await send("POST", "/v1/extension/token/refresh", {
      body: { refresh_token: held.refresh_token },
    });
    if (answer.ok) {
      // Who signed out meanwhile stays signed out.
      if (!(await currentSession())) return failed("signed_out");
      await keep({ ...held, ...answer.data });
      return { token: answer.data.access_token };
    }
    if (answer.status !== 400 && answer.status !== 401 && answer.status !== 403) return answer;
    await forget();
    await tellPages();
    return failed("signed_out");
  });
}

/** @param {string} [refused] */
async function usable(refused) {
  const access = (await session.get("access"))["access"];
  return access && access.token !== refused && access.until > Date.now() + 5_000
    ? access.token
    : null;
}

/** Let open panels know that somebody has signed in or out. */
export async function tellPages() {
  for (const tab of await chrome.tabs.query({})) {
    if (tab.id !== undefined)
      chrome.tabs.sendMessage(tab.id, { type: "session.changed" }).catch(() => {});
  }
}
