// @ts-check
/**
 * What somebody sees who is not signed in: where a link comes from, and a place to paste it.
 */

import { element, field, form, notice } from "./dom.js";
import { rememberReturn, tokenIn } from "./session.js";

/**
 * @param {string} title
 * @param {string} why
 * @param {string} back the page to return to after the sign-in
 */
export function signedOut(title, why, back) {
  rememberReturn(back);
  return element(
    "section",
    { class: "card narrow" },
    element("h1", { tabindex: "-1" }, title),
    element("p", {}, why),
    howToSignIn(back),
    element("p", { class: "hint" }, "Afterwards you come back to this page."),
  );
}

/**
 * The ways to get a link, and the form for it.
 * @param {string} back
 */
export function howToSignIn(back) {
  const wrong = element("div", {});
  const pasted = /** @type {HTMLInputElement} */ (
    element("input", {
      name: "link",
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      required: true,
      placeholder: `${location.origin}/sign-in?token=…`,
    })
  );
  return element(
    "div",
    { class: "stack" },
    element("h2", {}, "How to sign in"),
    element(
      "ol",
      { class: "steps" },
      element(
        "li",
        {},
        "The server prints a one-time sign-in link when it starts for the first time. Open that link.",
      ),
      element(
        "li",
        {},
        "No link at hand? Print a new one on the machine that runs Meetonce:",
        element("pre", {}, element("code", {}, "meetonce sign-in you@example.com")),
      ),
      element("li", {}, "Or ask an admin of your workspace to send you one."),
    ),
    form(
      { class: "row" },
      () => {
        const token = tokenIn(pasted.value);
        if (token) {
          location.assign(
            `/sign-in?token=${encodeURIComponent(token)}&next=${encodeURIComponent(back)}`,
          );
        } else {
          wrong.replaceChildren(
            notice("bad", "That address holds no sign-in token. Paste the whole link."),
          );
        }
      },
      field("Paste your sign-in link", pasted),
      element("button", { type: "submit" }, "Continue"),
    ),
    wrong,
  );
}
