// @ts-check
// Which server this copy belongs to: the one that it was made by, or, in the copy that is made for
// all, the one that the person has named.
import { ORIGIN, PARTS } from "./config.js";
import { done, failed } from "./protocol.js";

const { local } = chrome.storage;

/** The origin; "" as long as nobody has named one. @returns {Promise<string>} */
export const server = async () => ORIGIN ?? (await local.get("server"))["server"] ?? "";

/** Whether the person may name another server. */
export const asksForServer = ORIGIN === null;

/**
 * Belong to the server at `origin`, which the browser allows by now: only the popup can ask that.
 * @param {{origin: string}} wanted
 */
export async function chooseServer({ origin }) {
  if (!asksForServer) return failed("forbidden");
  if (!(await chrome.permissions.contains({ origins: [pattern(origin)] })))
    return failed("forbidden");
  await local.set({ server: origin });
  await showOnDemo();
  return done();
}

/** Firefox grants a pattern with a port and matches nothing by it. @param {string} origin */
export function pattern(origin) {
  const { protocol, hostname, host } = new URL(origin);
  const firefox = chrome.runtime.getURL("").startsWith("moz-");
  return `${protocol}//${firefox ? hostname : host}/*`;
}

/** Show the button on the server's own pages of invented people. */
export async function showOnDemo() {
  const origin = await server();
  if (!asksForServer || !origin) return;
  await chrome.scripting.unregisterContentScripts({ ids: ["demo"] }).catch(() => {});
  await chrome.scripting.registerContentScripts([
    {
      id: "demo",
      matches: [pattern(origin).replace("/*", "/demo/*")],
      js: PARTS.page,
      persistAcrossSessions: true,
    },
  ]);
}
