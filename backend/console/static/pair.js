// @ts-check
/**
 * The page on which a signed-in member lets a browser in: its code, its name, which workspace.
 */

import { Refusal, get, messageOf, post } from "./api.js";
import { brand, button, choice, element, field, fill, form, notice } from "./dom.js";
import { signedOut } from "./signed-out.js";
import { time } from "./words.js";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
let waitingForSignIn = false;

/** @param {...(Node | string | null)} content */
function show(...content) {
  showCard(element("section", { class: "card narrow" }, ...content));
}

/** @param {Node} card */
function showCard(card) {
  fill(
    app,
    element("header", { class: "top" }, element("div", { class: "bar" }, brand())),
    element("main", {}, card),
  );
  app.removeAttribute("aria-busy");
}

/** The code in the address as people write it: capital letters, a hyphen in the middle. */
function codeAsked() {
  const asked = new URL(location.href).searchParams;
  const plain = (asked.get("code") ?? asked.get("user_code") ?? "")
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, "");
  return plain.length === 8 ? `${plain.slice(0, 4)}-${plain.slice(4)}` : plain;
}

async function start() {
  const code = codeAsked();
  waitingForSignIn = false;
  if (!code) return askForCode(null);
  try {
    const pairing = await get(`/v1/extension/pairings?user_code=${encodeURIComponent(code)}`);
    if (pairing.status === "pending") offer(pairing);
    else
      askForCode(
        notice(
          "warn",
          `The code ${code} was used already or has expired. Press Connect in the extension for a new one.`,
        ),
      );
  } catch (error) {
    refuse(error);
  }
}

/** @param {unknown} error */
function refuse(error) {
  if (error instanceof Refusal && error.status === 401) {
    waitingForSignIn = true;
    const back = location.pathname + location.search;
    showCard(
      signedOut(
        "Sign in to connect this browser",
        "A browser can only be approved by a member of a workspace, and nobody is signed in here yet.",
        back,
      ),
    );
    return;
  }
  const gone = error instanceof Refusal && [404, 409, 410].includes(error.status);
  const hint = gone ? " Press Connect in the extension for a new code." : "";
  askForCode(notice("bad", messageOf(error) + hint));
}

/** @param {Node | null} problem */
function askForCode(problem) {
  const typed = /** @type {HTMLInputElement} */ (
    element("input", {
      class: "code",
      name: "code",
      required: true,
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      placeholder: "ABCD-EFGH",
      maxlength: "20",
    })
  );
  show(
    element("h1", {}, "Connect a browser"),
    problem,
    element("p", {}, "Type the code that the extension shows after you press Connect."),
    form(
      { class: "stack" },
      () => location.assign(`/pair?code=${encodeURIComponent(typed.value)}`),
      field("Code", typed),
      element("button", { type: "submit", class: "wide" }, "Continue"),
    ),
  );
}

/** @param {any} pairing */
function offer(pairing) {
  const problem = element("div", {});
  const options = pairing.workspaces.map((/** @type {any} */ workspace) => [
    workspace.id,
    workspace.name,
  ]);
  const workspace = /** @type {HTMLSelectElement} */ (choice({ name: "workspace" }, options));
  /** @param {string} verb @param {Record<string, string>} [more] */
  const answer = (verb, more) =>
    post(`/v1/extension/pairings/${encodeURIComponent(pairing.pairing_id)}/${verb}`, {
      user_code: pairing.user_code,
      ...more,
    });
  /** @param {() => Promise<void>} action */
  const guarded = (action) => async () => {
    try {
      await action();
    } catch (error) {
      if (error instanceof Refusal && [401, 404, 410].includes(error.status)) refuse(error);
      else fill(problem, notice("bad", messageOf(error)));
    }
  };
  const approve = guarded(async () =>
    connected(await answer("approve", { workspace_id: workspace.value })),
  );
  const deny = guarded(async () => {
    await answer("deny");
    show(
      element("h1", {}, "Not connected"),
      element("p", {}, "The browser was turned away. It can ask again with a new code."),
      element("a", { href: "/console" }, "To the console"),
    );
  });
  show(
    element("h1", {}, "Connect this browser?"),
    element(
      "p",
      {},
      "Compare this code with the one in the extension. Approve only if they are the same and you pressed Connect yourself.",
    ),
    element("p", { class: "code", "aria-label": "Code" }, pairing.user_code),
    element(
      "dl",
      { class: "facts" },
      element(
        "div",
        {},
        element("dt", {}, "Browser"),
        element("dd", {}, pairing.label || "unnamed"),
      ),
      pairing.version &&
        element(
          "div",
          {},
          element("dt", {}, "Extension"),
          element("dd", {}, `version ${pairing.version}`),
        ),
      element(
        "div",
        {},
        element("dt", {}, "Asked"),
        element("dd", {}, time(pairing.requested_at, zone)),
      ),
      options.length === 1 &&
        element("div", {}, element("dt", {}, "Workspace"), element("dd", {}, options[0][1])),
    ),
    options.length > 1
      ? field(
          "Workspace",
          workspace,
          "It spends the credits of this workspace. To change it later, connect again.",
        )
      : null,
    options.length === 0
      ? notice("warn", "You are in no workspace that a browser could be connected to.")
      : null,
    problem,
    element(
      "div",
      { class: "row end" },
      button("Deny", deny, { class: "quiet" }),
      button("Approve", approve, options.length === 0 ? { disabled: true } : {}),
    ),
    element(
      "p",
      { class: "hint" },
      "It may analyze people and use campaigns in your name. You can revoke it at any time under Browsers.",
    ),
  );
}

/**
 * Goes to the address on which the extension notices that it was approved.
 * @param {any} answer
 */
function connected(answer) {
  const target = answer?.redirect_url ? new URL(answer.redirect_url, location.origin) : null;
  if (target && target.origin === location.origin && target.pathname !== location.pathname) {
    location.assign(target);
    return;
  }
  showConnected();
  if (target && target.origin === location.origin) history.replaceState(null, "", target);
}

function showConnected() {
  show(
    element("h1", {}, "Connected"),
    notice("good", "This browser may now use your workspace. You can close this tab."),
    element(
      "p",
      {},
      "Next: open a profile and press Analyze. To try it without LinkedIn, use ",
      element("a", { href: "/demo" }, "the demo people"),
      ".",
    ),
  );
}

document.addEventListener("visibilitychange", () => {
  // The sign-in link opens in another tab: when the person comes back here, look again.
  if (waitingForSignIn && document.visibilityState === "visible") void start();
});

void start();
