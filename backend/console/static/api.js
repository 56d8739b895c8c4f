// @ts-check
/**
 * Speaks to `/v1` with the session cookie, and turns every problem into a sentence.
 */

/** An answer other than 2xx, or none at all (`status` 0). Its message can be shown as it is. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {Record<string, any>} problem
   */
  constructor(status, problem) {
    super(problem.detail || problem.title || `The server answered ${status} without saying why.`);
    this.name = "Refusal";
    this.status = status;
    this.code = String(problem.code ?? "");
    this.problem = problem;
  }
}

/**
 * What to tell a person about anything that was thrown.
 * @param {unknown} error
 */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

const UNREACHABLE =
  "The server does not answer. Check that it is running and that you are connected, then try again.";

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>} the JSON answer, or null when there is none
 */
async function call(method, path, body) {
  return (await answerOf(method, path, body)).body;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [version] the ETag that a change is made from
 * @returns {Promise<{body: any, tag: string}>}
 */
async function answerOf(method, path, body, version) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  /** @type {RequestInit} */
  const options = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (method !== "GET") headers["X-CSRF-Token"] = cookie("meetonce_csrf");
  if (version) headers["If-Match"] = version;
  if (method === "POST" || method === "PUT") {
    headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body ?? {});
  }
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refusal(0, { detail: UNREACHABLE });
  }
  const data = parse(await answer.text());
  if (!answer.ok) throw new Refusal(answer.status, data ?? {});
  return { body: data, tag: answer.headers.get("ETag") ?? "" };
}

/** The answer with its ETag, for a change of it. @param {string} path */
export const tagged = (path) => answerOf("GET", path);

/**
 * @param {string} path
 * @param {unknown} body
 * @param {string} version the ETag that the change is made from
 */
export const put = (path, body, version) => answerOf("PUT", path, body, version);

/** @param {string} path */
export const get = (path) => call("GET", path);

/**
 * @param {string} path
 * @param {unknown} [body]
 */
export const post = (path, body) => call("POST", path, body);

/** @param {string} path */
export const remove = (path) => call("DELETE", path);

/**
 * The address of something inside a workspace; `parts` are escaped one by one.
 * @param {string} workspaceId
 * @param {...string} parts
 */
export function inWorkspace(workspaceId, ...parts) {
  return ["/v1/workspaces", ...[workspaceId, ...parts].map(encodeURIComponent)].join("/");
}

/**
 * The value of a readable cookie, or "" without one.
 * @param {string} name
 */
function cookie(name) {
  const pair = document.cookie.split("; ").find((text) => text.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

/** @param {string} text */
function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
