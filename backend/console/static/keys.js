// @ts-check
/**
 * API keys: make one (shown once), see them, revoke them.
 */

import { get, messageOf, post, remove } from "./api.js";
import { confirm } from "./dialog.js";
import { button, choice, element, empty, field, fill, form, notice, table } from "./dom.js";
import { time } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

const READ_ONLY = ["contacts:read", "campaigns:read", "credits:read", "workspace:read"];
const DAY = 86_400_000;

/**
 * @param {Context} context
 * @returns {Promise<Node>}
 */
export async function showKeys(context) {
  const list = element("section", { class: "card", "aria-label": "Keys" });
  const made = element("div", {});
  const refresh = async () => fill(list, await keyTable(context, refresh));
  await refresh();
  return element("div", { class: "stack" }, made, makeCard(context, made, refresh), list);
}

/**
 * @param {Context} context
 * @param {HTMLElement} made where the new key is shown
 * @param {() => Promise<void>} refresh
 */
function makeCard(context, made, refresh) {
  const problem = element("div", {});
  const name = /** @type {HTMLInputElement} */ (
    element("input", {
      name: "name",
      required: true,
      maxlength: "200",
      autocomplete: "off",
      placeholder: "CRM sync",
    })
  );
  const access = /** @type {HTMLSelectElement} */ (
    choice({ name: "access" }, [
      ["all", "All that my role may do"],
      ["read", "Read only, never spends"],
    ])
  );
  const days = /** @type {HTMLSelectElement} */ (
    choice(
      { name: "days" },
      [
        ["", "Never"],
        ["30", "In 30 days"],
        ["90", "In 90 days"],
        ["365", "In a year"],
      ],
      "90",
    )
  );
  return element(
    "section",
    { class: "card", "aria-labelledby": "make-key" },
    element("h2", { id: "make-key" }, "New key"),
    element(
      "p",
      { class: "soft" },
      "A key acts as you: it spends your workspace's credits, within your own limit.",
    ),
    form(
      { class: "row" },
      async (asked) => {
        try {
          const answer = await post(
            context.path("api-keys"),
            request(name.value, access.value, days.value),
          );
          fill(problem);
          asked.reset();
          fill(
            made,
            shownOnce(answer.api_key, () => fill(made)),
          );
          /** @type {HTMLElement | null} */ (made.querySelector("input"))?.focus();
          await refresh();
        } catch (error) {
          fill(problem, notice("bad", messageOf(error)));
        }
      },
      field("Name", name),
      field("It may", access),
      field("Expires", days),
      element("button", { type: "submit" }, "Make key"),
    ),
    problem,
  );
}

/**
 * @param {string} name
 * @param {string} access
 * @param {string} days
 */
function request(name, access, days) {
  /** @type {Record<string, unknown>} */
  const body = { name: name.trim() };
  if (access === "read") body.scopes = READ_ONLY;
  if (days) body.expires_at = new Date(Date.now() + Number(days) * DAY).toISOString();
  return body;
}

/**
 * @param {string} key
 * @param {() => void} done
 */
function shownOnce(key, done) {
  const shown = /** @type {HTMLInputElement} */ (
    element("input", {
      class: "secret",
      readonly: true,
      value: key,
      "aria-label": "The new key",
      spellcheck: "false",
    })
  );
  shown.addEventListener("focus", () => shown.select());
  const copy = button("Copy", async () => {
    copy.textContent = (await copied(shown)) ? "Copied" : "Press Ctrl+C";
  });
  return notice(
    "good",
    element("h2", {}, "Copy this key now"),
    element(
      "p",
      {},
      "It is shown this once. Only its fingerprint is kept, so nobody can show it to you again.",
    ),
    element(
      "div",
      { class: "row" },
      shown,
      copy,
      button("I have saved it", done, { class: "quiet" }),
    ),
  );
}

/**
 * Copies the shown key; where the clipboard is closed to us (plain http) it stays selected.
 * @param {HTMLInputElement} shown
 */
async function copied(shown) {
  shown.focus();
  shown.select();
  try {
    await navigator.clipboard.writeText(shown.value);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {Context} context
 * @param {() => Promise<void>} refresh
 */
async function keyTable(context, refresh) {
  const answer = await get(context.path("api-keys"));
  if (!answer.data.length) {
    return empty(
      "No keys yet",
      element(
        "p",
        {},
        "Make one to use Meetonce from a script or another program. ",
        element("a", { href: "/docs" }, "The API is described here"),
        ".",
      ),
    );
  }
  return table(
    "API keys",
    [
      ["Name", ""],
      ["Acts as", ""],
      ["May", ""],
      ["Made", ""],
      ["Expires", ""],
      ["", "end"],
    ],
    answer.data.map((/** @type {any} */ key) => row(context, key, refresh)),
  );
}

/**
 * @param {Context} context
 * @param {any} key
 * @param {() => Promise<void>} refresh
 */
function row(context, key, refresh) {
  const revoke = async () => {
    const loss = "Programs that use it stop working at once. This cannot be undone.";
    if (!(await confirm(`Revoke “${key.name}”?`, loss, "Revoke key"))) return;
    try {
      await remove(context.path("api-keys", key.id));
      context.say(`${key.name} is revoked.`);
      await refresh();
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
      element("strong", {}, key.name),
      element("span", { class: "sub" }, element("code", {}, key.hint)),
    ),
    element("td", {}, key.member.name),
    element("td", {}, mayDo(context, key)),
    element("td", { class: "nowrap" }, time(key.created_at, context.zone, false)),
    element("td", { class: "nowrap" }, time(key.expires_at, context.zone, false)),
    element(
      "td",
      { class: "end" },
      button("Revoke", revoke, { class: "quiet small", "aria-label": `Revoke ${key.name}` }),
    ),
  );
}

/**
 * What a key may do, in words; its scopes are in the tip.
 * @param {Context} context
 * @param {any} key
 */
function mayDo(context, key) {
  const { scopes } = key;
  let words = scopes.length === 1 ? scopes[0] : `${scopes.length} scopes`;
  if (scopes.every((/** @type {string} */ scope) => scope.endsWith(":read"))) words = "Read only";
  else if (scopes.length === context.me.scopes.length) words = "Everything";
  return element("span", { title: scopes.join(", ") }, words);
}
