// @ts-check
/**
 * The frame of the console: who is signed in, which workspace, which section.
 */

import { Refusal, get, inWorkspace, messageOf, remove } from "./api.js";
import { showBrowsers } from "./browsers.js";
import { showCampaigns } from "./campaigns.js";
import { showCredits } from "./credits.js";
import { brand, button, choice, element, fill, notice } from "./dom.js";
import { showKeys } from "./keys.js";
import { showMembers } from "./members.js";
import { contactReader, memberNames } from "./names.js";
import { showOverview } from "./overview.js";
import { showProviders } from "./providers.js";
import { signedOut } from "./signed-out.js";

/**
 * What every section is given.
 * @typedef {object} Context
 * @property {any} me the answer of `/v1/me`
 * @property {string} zone the workspace's time zone
 * @property {(...parts: string[]) => string} path an address inside the workspace
 * @property {() => Promise<Map<string, string>>} memberNames names by id, asked for once
 * @property {(rows: any[]) => Promise<Map<string, string>>} contactNames of rows with a contact_id
 * @property {() => Promise<void>} reload shows the section anew
 * @property {(text: string) => void} say tells what has just happened
 */

/** @typedef {(context: Context) => Promise<Node>} Section */

/** @type {Record<string, {title: string, show: Section, from?: "admin"}>} */
const SECTIONS = {
  overview: { title: "Overview", show: showOverview },
  credits: { title: "Credits", show: showCredits },
  campaigns: { title: "Campaigns", show: showCampaigns },
  keys: { title: "API keys", show: showKeys },
  browsers: { title: "Browsers", show: showBrowsers },
  members: { title: "Members", show: showMembers },
  providers: { title: "Providers", show: showProviders, from: "admin" },
};

/** Roles that may administer; a section with `from` is shown to them alone. */
const ADMINS = ["admin", "owner"];

const CHOSEN = "meetonce.workspace";
const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const main = element("main", { id: "main", tabindex: "-1" });
const status = element("p", { class: "status", role: "status" });

/** Counts the sections asked for, so that a slow answer never covers a later one. */
let asked = 0;

async function start() {
  let me;
  try {
    me = await loadMe();
  } catch (error) {
    showOutside(error);
    return;
  }
  const context = contextOf(me);
  fill(app, skipLink(), header(context), main, status);
  app.removeAttribute("aria-busy");
  addEventListener("hashchange", () => void showSection(context, true));
  document.addEventListener("visibilitychange", () => {
    // Credits may have been spent by the extension meanwhile. Other sections hold half-filled forms.
    if (document.visibilityState === "visible" && sectionName() === "overview")
      void showSection(context, false);
  });
  await showSection(context, false);
}

/** The answer of `/v1/me`, for the workspace chosen last if it is still one of ours. */
async function loadMe() {
  const chosen = localStorage.getItem(CHOSEN);
  if (!chosen) return get("/v1/me");
  try {
    return await get(`/v1/me?workspace_id=${encodeURIComponent(chosen)}`);
  } catch (error) {
    if (!(error instanceof Refusal) || ![403, 404, 422].includes(error.status)) throw error;
    localStorage.removeItem(CHOSEN);
    return get("/v1/me");
  }
}

/**
 * @param {any} me
 * @returns {Context}
 */
function contextOf(me) {
  /** @param {...string} parts */
  const path = (...parts) => inWorkspace(me.workspace.id, ...parts);
  /** @type {Promise<Map<string, string>> | undefined} */
  let members;
  /** @type {Context} */
  const context = {
    me,
    path,
    zone: me.workspace.time_zone || "UTC",
    memberNames: () => (members ??= memberNames(me, path)),
    contactNames: contactReader(path),
    reload: () => showSection(context, false),
    say: (text) => {
      status.textContent = text;
    },
  };
  return context;
}

/**
 * @param {Context} context
 * @param {boolean} moved whether the person went there, so that the focus follows
 */
async function showSection(context, moved) {
  const mine = ++asked;
  const { title, show } = SECTIONS[sectionName()];
  document.title = `${title} · ${context.me.workspace.name} · Meetonce`;
  for (const link of app.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#/${sectionName()}`)
      link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (moved) status.textContent = "";
  main.setAttribute("aria-busy", "true");
  let content;
  try {
    content = await show(context);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) return showOutside(error);
    content = problem(context, error);
  }
  if (mine !== asked) return;
  main.removeAttribute("aria-busy");
  const within = main.contains(document.activeElement);
  fill(main, element("h1", {}, title), content);
  // What was focused may be gone; the keyboard goes on from here, not from the top of the page.
  if (moved || within) main.focus({ preventScroll: !moved });
}

/**
 * @param {Context} context
 * @param {unknown} error
 */
function problem(context, error) {
  const refused = error instanceof Refusal && error.status === 403;
  return notice(
    refused ? "plain" : "bad",
    element("p", {}, messageOf(error)),
    !refused && button("Try again", context.reload, { class: "quiet" }),
  );
}

function sectionName() {
  const name = location.hash.replace(/^#\//, "");
  return Object.hasOwn(SECTIONS, name) ? name : "overview";
}

/** @param {Context} context */
function header(context) {
  const { me } = context;
  return element(
    "header",
    { class: "top" },
    element(
      "div",
      { class: "bar" },
      brand(),
      element(
        "div",
        { class: "account" },
        workspaceChoice(me),
        element(
          "span",
          { class: "who", title: me.member.email },
          me.member.name || me.member.email,
          element("span", { class: "tag" }, me.role),
        ),
        button("Sign out", signOut, { class: "quiet small" }),
      ),
    ),
    element(
      "nav",
      { "aria-label": "Sections" },
      ...Object.entries(SECTIONS)
        .filter(([, { from }]) => !from || ADMINS.includes(me.role))
        .map(([name, { title }]) => element("a", { href: `#/${name}` }, title)),
    ),
  );
}

/** @param {any} me */
function workspaceChoice(me) {
  if (me.workspaces.length < 2) return element("span", { class: "workspace" }, me.workspace.name);
  return choice(
    {
      "aria-label": "Workspace",
      onchange: (/** @type {Event} */ event) => {
        localStorage.setItem(CHOSEN, /** @type {HTMLSelectElement} */ (event.target).value);
        location.reload();
      },
    },
    me.workspaces.map((/** @type {any} */ workspace) => [workspace.id, workspace.name]),
    me.workspace.id,
  );
}

async function signOut() {
  try {
    await remove("/v1/sessions");
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) {
      status.textContent = messageOf(error);
      return;
    }
  }
  location.assign("/console");
}

function skipLink() {
  return element(
    "a",
    {
      class: "skip",
      href: "#main",
      onclick: (/** @type {Event} */ event) => {
        event.preventDefault();
        main.focus();
      },
    },
    "Skip to the content",
  );
}

/**
 * The page for those whom `/v1/me` does not know, or when it cannot be reached.
 * @param {unknown} error
 */
function showOutside(error) {
  const out = error instanceof Refusal && error.status === 401;
  const content = out
    ? signedOut(
        "You are signed out",
        "Sign in to see your credits, receipts, campaigns and keys.",
        `/console${location.hash}`,
      )
    : element(
        "section",
        { class: "card narrow" },
        element("h1", {}, "The console cannot start"),
        notice("bad", messageOf(error)),
        button("Try again", () => location.reload()),
      );
  fill(
    app,
    element("header", { class: "top" }, element("div", { class: "bar" }, brand())),
    element("main", { id: "main" }, content),
  );
  app.removeAttribute("aria-busy");
}

void start();
