// @ts-check
/**
 * Browsers that hold a token of the extension: see them, revoke them.
 */

import { get, messageOf, remove } from "./api.js";
import { confirm } from "./dialog.js";
import { button, element, empty, table } from "./dom.js";
import { time } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

/**
 * @param {Context} context
 * @returns {Promise<Node>}
 */
export async function showBrowsers(context) {
  const answer = await get(context.path("browsers"));
  const list = answer.data.length
    ? table(
        "Browsers",
        [
          ["Browser", ""],
          ["Member", ""],
          ["Connected", ""],
          ["Last seen", ""],
          ["", "end"],
        ],
        answer.data.map((/** @type {any} */ browser) => row(context, browser)),
      )
    : empty(
        "No browser is connected",
        element(
          "p",
          {},
          element("a", { href: "/extension" }, "Install the extension"),
          ", press Connect in it, and approve the code it shows.",
        ),
      );
  return element(
    "div",
    { class: "stack" },
    element(
      "p",
      { class: "soft" },
      "Each browser has an access of its own. Revoke one when a computer is lost or somebody leaves.",
    ),
    element("section", { class: "card", "aria-label": "Browsers" }, list),
  );
}

/**
 * @param {Context} context
 * @param {any} browser
 */
function row(context, browser) {
  const label = browser.label || "A browser";
  const revoke = async () => {
    const loss =
      "The extension in that browser is signed out at once. A new code connects it again.";
    if (!(await confirm(`Disconnect “${label}”?`, loss, "Disconnect"))) return;
    try {
      await remove(context.path("browsers", browser.id));
      await context.reload();
      context.say(`${label} is disconnected.`);
    } catch (error) {
      context.say(messageOf(error));
    }
  };
  return element(
    "tr",
    {},
    element(
      "td",
      {},
      element("strong", {}, label),
      browser.version && element("span", { class: "sub" }, `Extension ${browser.version}`),
    ),
    element("td", {}, browser.member.name ?? "a former member"),
    element("td", { class: "nowrap" }, time(browser.connected_at, context.zone, false)),
    element("td", { class: "nowrap" }, time(browser.seen_at, context.zone)),
    element(
      "td",
      { class: "end" },
      button("Revoke", revoke, { class: "quiet small", "aria-label": `Revoke ${label}` }),
    ),
  );
}
