// @ts-check
// Text as a person sees it: hidden decoys and twins for screen readers left out, blanks squeezed.
__side.define(() => {
  const SKIPPED =
    "script,style,noscript,template,svg,button,[hidden],.visually-hidden,.sr-only,.a11y-text";
  const BLOCK =
    /^(ADDRESS|ARTICLE|BLOCKQUOTE|BR|DD|DIV|DL|DT|H[1-6]|LI|OL|P|PRE|SECTION|TABLE|TR|UL)$/;

  /** @param {string | null | undefined} text */
  const squeeze = (text) =>
    (text ?? "")
      .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]/g, "")
      .replace(/\s+/g, " ")
      .trim();

  /**
   * `text` as the server can store it, at most `most` characters, no character cut in two.
   * @param {string | null | undefined} text @param {number} most
   */
  const cut = (text, most) =>
    (text ?? "")
      .slice(0, most)
      .replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
      .trim();

  /** Cut to nothing, as texts for screen readers are. @param {CSSStyleDeclaration} style */
  const clipped = (style) =>
    style.position === "absolute" &&
    (/^rect\((0|1)px,? (0|1)px,? (0|1)px,? (0|1)px\)$/.test(style.clip) ||
      /^inset\((50|100)%\)$/.test(style.clipPath) ||
      (parseFloat(style.width) <= 1 && style.overflow === "hidden"));

  /**
   * Whether an element is drawn; everything is, in a document without a window.
   * @param {Element} element
   */
  const shown = (element) => {
    const view = element.ownerDocument.defaultView;
    return (
      !view ||
      (element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) !== false &&
        !clipped(view.getComputedStyle(element)))
    );
  };

  /** Whether an element has lines of its own by its style. @param {Element} element */
  const stacked = (element) => {
    const display = element.ownerDocument.defaultView?.getComputedStyle(element).display ?? "";
    return /^(block|flex|grid|list-item|table|flow-root)/.test(display);
  };

  /** @param {Node} node @param {string[]} out @param {Node} [stop] @returns {boolean} whether met */
  const walk = (node, out, stop) => {
    for (const child of node.childNodes) {
      if (child === stop) return true;
      if (child instanceof Text || child.nodeType === 3) {
        out.push((child.nodeValue ?? "").replace(/\s+/g, " "));
      } else if (child.nodeType === 1) {
        const element = /** @type {Element} */ (child);
        if (element.matches(SKIPPED) || !shown(element)) continue;
        const block = BLOCK.test(element.tagName) || stacked(element);
        if (block) out.push("\n");
        if (walk(element, out, stop)) return true;
        // Two times beside each other are told apart by their style alone.
        if (block) out.push("\n");
        else if (element.tagName === "TIME") out.push(" ");
      }
    }
    return false;
  };

  /**
   * The lines of an element, none of them empty; with `stop` only those before it.
   * @param {Element | null | undefined} element @param {Node} [stop] @returns {string[]}
   */
  const lines = (element, stop) => {
    if (!element) return [];
    /** @type {string[]} */
    const out = [];
    walk(element, out, stop);
    return out.join("").split("\n").map(squeeze).filter(Boolean);
  };

  /**
   * All of an element in one line; a text that is there twice, once for screen readers, only once.
   * @param {Element | null | undefined} element
   */
  const line = (element) => {
    const twin = element?.querySelector('span[aria-hidden="true"]');
    const text = squeeze(lines(twin && squeeze(twin.textContent) ? twin : element).join(" "));
    const half = text.slice(0, Math.floor(text.length / 2)).trim();
    return half.length > 2 && text === `${half} ${half}` ? half : text;
  };

  /** Whether an element ends before `stop` begins. @param {Element} element @param {Node} [stop] */
  const ahead = (element, stop) =>
    !stop ||
    (stop.compareDocumentPosition(element) &
      (Node.DOCUMENT_POSITION_PRECEDING | Node.DOCUMENT_POSITION_CONTAINS)) ===
      Node.DOCUMENT_POSITION_PRECEDING;

  /**
   * The first of several selectors that yields a text, inside `root` and, if given, before `stop`.
   * @param {ParentNode | null} root @param {string[]} selectors @param {Node} [stop]
   */
  const first = (root, selectors, stop) => {
    for (const css of selectors) {
      for (const element of root?.querySelectorAll(css) ?? []) {
        const text = ahead(element, stop) && shown(element) ? line(element) : "";
        if (text) return text;
      }
    }
    return "";
  };

  // As the site's languages write it, with what stands before and after the number.
  const DEGREE =
    /^(?:[·•・‧∙\s]*|[·•・‧∙]\s*[\p{L}\p{M}]{1,8}\s)\(?([123])\.?\s?(?:st|nd|rd|ers?|e|è[mr]e|de|re|a|o|os|:[ae]|-?[йяе]|-ий|ος|η|ο|次|度|촌|차|[ºª°])?\s*(?:\p{L}{1,3}\s)?\+?\)?$/iu;

  /** How near a person is: "2nd", "2e", "2.º"; decoys with another number are hidden.
   * @param {string} text @returns {1 | 2 | 3 | undefined} */
  const degree = (text) => {
    const found = DEGREE.exec(text);
    return found ? /** @type {1 | 2 | 3} */ (Number(found[1])) : undefined;
  };

  /** The first that says how near a person is, on its own or in one line with the name.
   * @param {Element} root @param {string} name */
  const degreeIn = (root, name) => {
    for (const element of root.querySelectorAll("span,p,li")) {
      // Whether an element is drawn is dear to ask, and most are long or have no number.
      if (!/^[^]{0,40}[123][^]{0,40}$/.test(element.textContent ?? "")) continue;
      const found = shown(element) && degree(line(element));
      if (found) return found;
    }
    const behind = lines(root).filter((text) => text.startsWith(name));
    return behind.map((text) => degree(squeeze(text.slice(name.length)))).find(Boolean);
  };

  /** "(She/Her)", "elle / elle", "(O)": how to speak of a person. @param {string} text */
  const isPronouns = (text) =>
    /^(\([\p{L}\p{M}]{1,6}\)|\(?[\p{L}\p{M}]{1,6}(\s?\/\s?[\p{L}\p{M}]{1,6}){1,2}\)?)$/u.test(text);

  const PLACE = /^[^,،:\p{Nd}]{2,40}([,،] [^,،:\p{Nd}]{2,40}){1,3}$/u;

  /** "Bremen, Deutschland": a town and what it lies in, rather than another text with commas.
   * @param {string} text */
  const isPlace = (text) => PLACE.test(text);

  /**
   * Whether a text can be a person's name: letters, not too many of them, no sentence. Whom a member
   * may not see is called a member of LinkedIn, in every language.
   * @param {string} text
   */
  const isName = (text) =>
    text.length > 0 &&
    text.length <= 120 &&
    /\p{L}/u.test(text) &&
    !/[<>{}|@]|https?:|LinkedIn|领英|[.!?]\s*$(?<!\b\p{L}{1,3}\.)/u.test(text);

  const LENGTH = /^\p{Nd}{1,2}\s*[\p{L}\p{M}]+\.?(\s*\p{Nd}{1,2}\s*[\p{L}\p{M}]+\.?)?$/u;
  // "Current 7 years and 10 months, since Feb 2019": the one thing that tells a beginning alone from
  // any text with a year in it.
  const LENGTH_BEFORE =
    /^(?:\p{L}+\s){0,2}\p{Nd}{1,2}\s\p{L}+\.?(?:\s\p{L}+)?(?:\s\p{Nd}{1,2}\s\p{L}+\.?)?,\s*/u;
  // The month of "2019 年 3 月" is none.
  const LENGTH_AFTER = /(?<![年년])\s+\p{Nd}{1,2}\s*\p{L}+\.?(\s+\p{Nd}{1,2}\s*\p{L}+\.?)?$/u;

  /**
   * "Jan 2020 - Present · 3 yrs" as start and end, in any language; null where it is no period. An
   * end without a number is a word for now, and left out.
   * @param {string} text
   */
  const period = (text) => {
    const bare = text.replace(LENGTH_BEFORE, "");
    const since = bare !== text && /^\p{L}+\s((?:\p{L}+\.?\s)?\p{Nd}{4})$/u.exec(bare);
    if (since) return { start: since[1] ?? "", end: "" };
    const found =
      /^([^·•]*\p{Nd}{4}[^·•]*?)\s*[-–—‒−~～〜]\s*([^·•]+?)\s*(?:[·•].*)?$/u.exec(bare);
    if (!found || text.length > 80) return null;
    const end = (found[2] ?? "").replace(LENGTH_AFTER, "");
    return { start: found[1] ?? "", end: /\p{Nd}/u.test(end) ? end : "" };
  };

  /** "7 yrs 2 mos", "3 ans": how long, with no year in it. @param {string} text */
  const isLength = (text) => LENGTH.test(text);

  return {
    text: {
      squeeze,
      cut,
      shown,
      lines,
      line,
      ahead,
      first,
      degree,
      degreeIn,
      isName,
      isPronouns,
      isPlace,
      period,
      isLength,
    },
  };
});
