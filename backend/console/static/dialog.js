// @ts-check
/**
 * Modal questions and details, on the browser's own dialog: Escape closes, focus stays inside.
 */

import { element } from "./dom.js";

/**
 * Shows `content` under a title; the promise ends with the pressed button's value, "" when closed.
 * @param {string} title
 * @param {(Node | string)[]} content
 * @param {{value: string, label: string, look?: string}[]} [answers]
 * @returns {Promise<string>}
 */
export function ask(title, content, answers = [{ value: "", label: "Close", look: "quiet" }]) {
  const dialog = /** @type {HTMLDialogElement} */ (
    element(
      "dialog",
      { "aria-labelledby": "dialog-title" },
      element(
        "form",
        { method: "dialog", class: "stack" },
        element("h2", { id: "dialog-title" }, title),
        ...content,
        element(
          "div",
          { class: "row end" },
          ...answers.map(({ value, label, look }) =>
            element("button", { type: "submit", value, class: look || null }, label),
          ),
        ),
      ),
    )
  );
  dialog.addEventListener("click", (event) => {
    // The dialog's own box has no padding, so a click that hits it is one on the backdrop.
    if (event.target === dialog) dialog.close("");
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

/**
 * Asks before something that cannot be undone.
 * @param {string} title
 * @param {string} text
 * @param {string} yes the words on the button that does it
 */
export async function confirm(title, text, yes) {
  const answer = await ask(
    title,
    [element("p", {}, text)],
    [
      { value: "", label: "Keep it", look: "quiet" },
      { value: "yes", label: yes, look: "danger" },
    ],
  );
  return answer === "yes";
}
