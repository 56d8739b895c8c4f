// @ts-check
// Builds what is seen. Text from the page and from the server enters as text alone, so that it can
// never become markup, and no address of the extension ever stands in the page.
__side.define(() => {
  /** @type {Map<string, string>} */
  const kept = new Map();

  /**
   * The message `key` in the browser's language. Messages that were asked for once outlive the
   * extension's own reload, after which the browser answers no more.
   * @param {string} key @param {...(string | number)} values
   */
  const say = (key, ...values) => {
    const id = [key, ...values].join("\n");
    try {
      const text = chrome.i18n.getMessage(key, values.map(String));
      if (text) kept.set(id, text);
    } catch {
      // An orphan of an older version says what it knows.
    }
    return kept.get(id) ?? "";
  };

  /** The language of the texts, as the browser has it in particular: `en-GB` for `en`. */
  const language = () => {
    const ours = say("locale") || "en";
    try {
      const browsers = chrome.i18n.getUILanguage();
      return browsers.split("-")[0] === ours ? browsers : ours;
    } catch {
      return ours;
    }
  };

  /** Which way the language of our messages is written. */
  const direction = () => {
    const locale = /** @type {any} */ (new Intl.Locale(say("locale") || "en"));
    const found = (locale.getTextInfo?.() ?? locale.textInfo)?.direction;
    return found === "rtl" ? "rtl" : "ltr";
  };

  /**
   * `key` in the form that a number takes: `credits_one`, `credits_other`.
   * @param {string} key
   * @param {number} count
   * @param {...(string | number)} values
   */
  const count = (key, count, ...values) => {
    const form = new Intl.PluralRules(language()).select(count) === "one" ? "one" : "other";
    return say(`${key}_${form}`, new Intl.NumberFormat(language()).format(count), ...values);
  };

  /**
   * A word of the server, `c_level`, as people write it.
   * @param {string} group
   * @param {string} word
   */
  const word = (group, word) => say(`${group}_${word}`) || word.replaceAll("_", " ");

  /** @param {string | null | undefined} instant */
  const day = (instant) => {
    const date = new Date(instant ?? NaN);
    return Number.isNaN(date.getTime())
      ? ""
      : new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(date);
  };

  /** Who had somebody analysed, and when. @param {any} row */
  const by = (row) =>
    row.analyzed_by?.name && row.analyzed_at
      ? say("known_by", row.analyzed_by.name, day(row.analyzed_at))
      : "";

  /** Whose campaign has somebody, and since when; `enrolled` may be a conflict, too. @param {any} enrolled */
  const since = (enrolled) =>
    enrolled.campaign?.owner?.name && enrolled.enrolled_at
      ? say("owned_since", enrolled.campaign.owner.name, day(enrolled.enrolled_at))
      : "";

  /** What the clock shows there. @param {string | null | undefined} zone */
  const clock = (zone) => {
    try {
      return zone
        ? new Intl.DateTimeFormat(language(), { timeStyle: "short", timeZone: zone }).format(
            new Date(),
          )
        : "";
    } catch {
      return "";
    }
  };

  // Of one piece of text. Nobody reads more, and no page may choke its own panel.
  const MOST_TEXT = 5_000;

  /**
   * `text` as it may stand among ours: without control characters, and without the marks that turn
   * the direction of what stands around them.
   * @param {unknown} text @param {number} [most]
   */
  const plain = (text, most = MOST_TEXT) => {
    const whole = String(text ?? "");
    const shown = whole.slice(0, most).replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, " ");
    return whole.length > most ? `${shown.trimEnd()}…` : shown;
  };

  /** @typedef {Node | string | number | null | undefined | false} Child */

  /**
   * @param {string} tag
   * @param {Record<string, string | boolean | ((event: any) => void) | undefined>} [given]
   * @param {...(Child | Child[])} children
   * @returns {HTMLElement}
   */
  const el = (tag, given = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (typeof value === "function") element.addEventListener(name, value);
      // Through the object model: a page's policy forbids style attributes.
      else if (name === "style") element.style.cssText = String(value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(
      ...children
        .flat()
        .filter((child) => child || child === 0)
        .map((child) => (child instanceof Node ? child : plain(child))),
    );
    return element;
  };

  /** @type {Record<string, string>} */
  const PATHS = {
    brand: "M9 16a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M2 16a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0",
    close: "M6 6l12 12M18 6 6 18",
    again: "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
    copy: "M9 9h11v11H9zM5 15H4V4h11v1",
    check: "m5 12.5 4.5 4.5L19 7.5",
    alert: "M12 8v5M12 16.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
    fold: "m9 6 6 6-6 6",
  };

  /** @param {string} name */
  const icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", name === "brand" ? "0 7 24 18" : "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", PATHS[name] ?? "");
    svg.append(path);
    return svg;
  };

  /**
   * A button that answers only a person's press: a script of the page cannot press it.
   * @param {Child | Child[]} content
   * @param {() => void} press
   * @param {Record<string, string | boolean | undefined>} [given]
   */
  const button = (content, press, given = {}) =>
    el(
      "button",
      {
        type: "button",
        ...given,
        click: (/** @type {Event} */ event) => event.isTrusted && press(),
      },
      content,
    );

  /** A link out of the page; only to the web. @param {string} text @param {unknown} address */
  const link = (text, address) => {
    const url = __side.url.parse(String(address ?? ""));
    return url && text
      ? el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text)
      : null;
  };

  return { dom: { say, direction, count, word, day, by, since, clock, plain, el, icon, button, link } };
});
