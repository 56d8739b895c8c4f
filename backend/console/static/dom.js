// @ts-check
/**
 * Builds what is seen. Text goes in as text nodes only, so that nothing from outside is markup.
 */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * A new element: `on…` properties become listeners, `true` an empty attribute, nullish ones nothing.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...present(children.flat()));
  return made;
}

/**
 * Replaces everything inside `parent`.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(...present(children));
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  /** @type {(Node | string)[]} */
  const kept = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    kept.push(child instanceof Node ? child : String(child));
  }
  return kept;
}

/**
 * A button that cannot be pressed twice: it rests while `action` runs.
 * @param {string} label
 * @param {() => unknown} action
 * @param {Record<string, any>} [properties]
 */
export function button(label, action, properties = {}) {
  const made = /** @type {HTMLButtonElement} */ (
    element("button", { type: "button", ...properties }, label)
  );
  made.addEventListener("click", () => once(made, action));
  return made;
}

/**
 * A form whose submit button rests while `action` runs; the page is never left.
 * @param {Record<string, any>} properties
 * @param {(form: HTMLFormElement) => unknown} action
 * @param {...Child} children
 */
export function form(properties, action, ...children) {
  const made = /** @type {HTMLFormElement} */ (element("form", properties, ...children));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = /** @type {HTMLButtonElement} */ (made.querySelector("button[type=submit]"));
    void once(pressed, () => action(made));
  });
  return made;
}

/**
 * @param {HTMLButtonElement} pressed
 * @param {() => unknown} action
 */
async function once(pressed, action) {
  if (pressed.disabled) return;
  pressed.disabled = true;
  try {
    await action();
  } finally {
    pressed.disabled = false;
  }
}

/**
 * A labelled control; the label is tied to it by nesting.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {string} [hint]
 */
export function field(label, control, hint) {
  return element(
    "label",
    { class: "field" },
    element("span", { class: "label" }, label),
    control,
    hint && element("span", { class: "hint" }, hint),
  );
}

/**
 * A choice among [value, words] pairs.
 * @param {Record<string, any>} properties
 * @param {[string, string][]} options
 * @param {string} [chosen]
 */
export function choice(properties, options, chosen) {
  return element(
    "select",
    properties,
    options.map(([value, words]) =>
      element("option", { value, selected: value === chosen }, words),
    ),
  );
}

/**
 * A message in a box: `kind` is "good", "warn", "bad" or "plain".
 * @param {string} kind
 * @param {...Child} children
 */
export function notice(kind, ...children) {
  return element(
    "div",
    { class: `notice ${kind}`, role: kind === "bad" ? "alert" : "status" },
    ...children,
  );
}

/**
 * What an empty list says: that it is empty, and what to do next.
 * @param {string} title
 * @param {...Child} children
 */
export function empty(title, ...children) {
  return element("div", { class: "empty" }, element("h3", {}, title), ...children);
}

/**
 * A table with a caption for screen readers. Every cell carries its heading, which the stylesheet
 * shows on narrow screens, where the cells of a row stand below one another.
 * @param {string} caption
 * @param {[string, string][]} columns heading and class of each
 * @param {HTMLElement[]} rows
 */
export function table(caption, columns, rows) {
  const headings = columns.map(([heading, look]) =>
    element("th", { scope: "col", class: look || null }, heading),
  );
  const made = element(
    "table",
    {},
    element("caption", { class: "unseen" }, caption),
    element("thead", {}, element("tr", {}, ...headings)),
    element("tbody", {}),
  );
  addRows(made, rows);
  return made;
}

/**
 * @param {HTMLElement} shown a table made by `table`
 * @param {HTMLElement[]} rows
 */
export function addRows(shown, rows) {
  const headings = [...shown.querySelectorAll("th")].map((cell) => cell.textContent ?? "");
  for (const row of rows) {
    [...row.children].forEach((cell, at) => cell.setAttribute("data-heading", headings[at]));
  }
  shown.querySelector("tbody")?.append(...rows);
}

/** The brand as it stands at the top of every page. */
export function brand() {
  return element(
    "a",
    { class: "brand", href: "/console" },
    element("img", { src: "/console/static/icon.svg", alt: "", width: "28", height: "28" }),
    "Meetonce",
  );
}
