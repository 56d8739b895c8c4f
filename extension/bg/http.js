// @ts-check
// One request to the own server, and its answer as data or as a code.
import { done, failed } from "./protocol.js";
import { server } from "./server.js";

// A worker is stopped when an answer takes longer than 30 s; the server answers within 20.
const PATIENCE = 28_000;

/**
 * Never throws. What the server refuses keeps its own code; what never arrived is `offline`, and
 * `timeout` where it may have arrived. `moved` is an answer that points elsewhere: the token is
 * never carried to another address.
 * @param {"GET" | "POST"} method @param {string} path
 * @param {{body?: unknown, token?: string, key?: string, patience?: number}} [options]
 * @returns {Promise<import("./protocol.js").Reply & {status?: number, retryAfter?: number}>}
 */
export async function send(method, path, { body, token, key, patience = PATIENCE } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  const origin = await server();
  if (!origin) return failed("no_server");
  try {
    const response = await fetch(origin + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      redirect: "manual",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(patience),
    });
    if (response.type === "opaqueredirect") return failed("moved", { origin });
    const answer = response.status === 204 ? {} : await response.json().catch(() => null);
    const retryAfter = Number(response.headers.get("Retry-After")) || 0;
    if (response.ok && answer !== null)
      return { ...done(answer), status: response.status, retryAfter };
    return {
      ...failed(codeOf(response.status, answer), factsOf(answer, origin)),
      status: response.status,
      retryAfter,
    };
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    return failed(late ? "timeout" : "offline", { origin, likely: likely(origin) });
  }
}

/**
 * Why nothing arrived, as far as a browser tells: it keeps to itself whether a certificate was
 * refused, so that over https this is the first thing to look at.
 * @param {string} origin
 */
function likely(origin) {
  if (navigator.onLine === false) return "network";
  return origin.startsWith("https:") ? "certificate" : "server";
}

/** @param {number} status @param {any} answer */
function codeOf(status, answer) {
  if (typeof answer?.code === "string" && /^[a-z_]{1,60}$/.test(answer.code)) return answer.code;
  return status === 401 ? "unauthenticated" : status === 429 ? "rate_limited" : "server";
}

/**
 * The facts of a refusal; its addresses become absolute, and those that are not of the web go.
 * @param {any} answer @param {string} origin
 */
function factsOf(answer, origin) {
  const facts = { ...answer, origin };
  if (Array.isArray(facts.options)) {
    facts.options = facts.options.map((/** @type {any} */ option) => ({
      ...option,
      // A person is led to a page; the other address is for programs.
      href: absolute(option?.page ?? option?.href, origin),
    }));
  }
  facts.support_url = absolute(facts.support_url, origin);
  return facts;
}

/**
 * Where a person can go; what the server names for programs is done in its console.
 * @param {unknown} address @param {string} origin
 */
function absolute(address, origin) {
  try {
    const url = new URL(String(address || "x:"), origin);
    if (url.origin === origin && url.pathname.startsWith("/v1/")) return `${origin}/console`;
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
