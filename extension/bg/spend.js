// @ts-check
// Requests that can spend: one at a time for each subject, under a key that outlives the worker.
import { call } from "./api.js";
import { currentSession } from "./auth.js";
import { showLeft } from "./badge.js";
import { nameOf, refused, requestFor, settled } from "./memory.js";
import { failed } from "./protocol.js";

/** @typedef {import("./protocol.js").Reply} Reply */

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
export function spend(subject, path, body) {
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
  // The server keeps no answer that says "not yet": what goes again then is the same request.
  const later = answer.ok && answer.status === 202 && path === "enrichments";
  if (later) return answer;
  if (answer.ok || answer.code === "idempotency_key_reused") await settled(request.name);
  else if (!UNKNOWN.has(answer.code)) await refused(request.name);
  const facts = answer.ok ? (answer.data.charge ?? answer.data) : answer.facts;
  await showLeft(facts?.available);
  return answer;
}

/** Drop the key of a request whose outcome was learned in another way. @param {string[]} subject */
export async function settle(subject) {
  const held = await currentSession();
  if (held) await settled(await nameOf([held.workspace.id, ...subject]));
}

/** @param {number} seconds */
export const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
