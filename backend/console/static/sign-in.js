// @ts-check
/**
 * The page of a one-time sign-in link. Opening it spends nothing; the button does, so that a
 * preview of the link by a mail or chat program cannot use it up.
 */

import { Refusal, messageOf, post } from "./api.js";
import { brand, element, fill, form, notice } from "./dom.js";
import { ownPath, takeReturn } from "./session.js";
import { howToSignIn } from "./signed-out.js";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const asked = new URL(location.href).searchParams;
const token = asked.get("token") ?? "";
const next = ownPath(asked.get("next"));

// The token leaves the address bar and the history before anything else happens.
history.replaceState(null, "", next ? `/sign-in?next=${encodeURIComponent(next)}` : "/sign-in");

/** @param {...(Node | string | null)} content */
function show(...content) {
  fill(
    app,
    element("header", { class: "top" }, element("div", { class: "bar" }, brand())),
    element("main", {}, element("section", { class: "card narrow" }, ...content)),
  );
  app.removeAttribute("aria-busy");
}

async function signIn() {
  try {
    await post("/v1/sessions", { token });
    location.assign(next ?? takeReturn() ?? "/console");
  } catch (error) {
    const message = messageOf(error);
    if (
      error instanceof Refusal &&
      error.status >= 400 &&
      error.status < 500 &&
      error.status !== 429
    ) {
      show(
        element("h1", {}, "This link does not work"),
        notice("bad", message),
        howToSignIn(next ?? "/console"),
      );
    } else {
      offer(notice("bad", message));
    }
  }
}

/** @param {Node | null} problem */
function offer(problem) {
  const press = element("button", { type: "submit", class: "wide" }, "Sign in");
  show(
    element("h1", {}, "Sign in to Meetonce"),
    element("p", {}, "This link signs you in on this browser. It works once."),
    problem,
    form({}, signIn, press),
  );
  press.focus();
}

if (token) offer(null);
else show(element("h1", {}, "Sign in to Meetonce"), howToSignIn(next ?? "/console"));
