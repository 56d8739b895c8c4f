// @ts-check
// Microformats: an h-card that stands for the page's person, or several that list people. Class
// names such as `h-full` only look like microformats, and an author inside an h-entry is not meant.
__side.define(() => {
  const { line, lines, squeeze } = __side.text;
  const OTHERS = ".h-entry,.h-review,.h-event,.h-cite,.h-item,.h-product,.hentry,.hreview,.vevent";
  const ITEM = `.h-card,.h-adr,.h-geo,.vcard,${OTHERS}`;

  /** @param {Element} card @param {string} css @returns {Element[]} */
  const own = (card, css) =>
    [...card.querySelectorAll(css)].filter(
      (element) => element.parentElement?.closest(ITEM) === card,
    );

  /** @param {Element | undefined} element */
  const valueOf = (element) => {
    if (!element) return "";
    const value = element.querySelector(".value-title, .value");
    const given = (value ?? element).getAttribute("title");
    if (given && /^(ABBR|DATA)$/.test(element.tagName)) return squeeze(given);
    if (element.tagName === "IMG") return squeeze(element.getAttribute("alt"));
    return line(value ?? element);
  };

  /** @param {Element} card @param {string[]} names */
  const property = (card, ...names) =>
    valueOf(own(card, names.map((name) => `.${name}`).join(","))[0]);

  /** @param {Element} card @param {string} name @param {URL} base */
  const links = (card, name, base) =>
    own(card, `.${name}`)
      .map(
        (element) =>
          element.getAttribute("href") ??
          element.getAttribute("src") ??
          squeeze(element.textContent),
      )
      .concat(name === "u-url" && card.matches(`a[href]`) ? (card.getAttribute("href") ?? "") : [])
      .map((address) =>
        /^mailto:/i.test(address) ? address : (__side.url.parse(address, base.href)?.href ?? ""),
      )
      .filter(Boolean);

  /** The cards that are not part of something else. @param {Document} doc */
  const cards = (doc) =>
    [...doc.querySelectorAll(".h-card,.vcard")].filter(
      (card) =>
        !card.parentElement?.closest(`${OTHERS},.h-card,.vcard`) &&
        !card.matches("[class*='p-org'],[class*='p-author']"),
    );

  /** @param {Element} card @param {URL} base @returns {Reading} */
  const facts = (card, base) => {
    const parts = ["p-locality", "p-region", "p-country-name"].map((name) =>
      line(card.querySelector(`.${name}`)),
    );
    const org = own(card, ".p-org,.org")[0];
    const company = (org ? line(org.querySelector(".p-name")) || line(org) : "").replace(/^@/, "");
    const title = property(card, "p-job-title", "title") || property(card, "p-role", "role");
    const picture = own(card, "img.u-photo,img.photo")[0];
    const implied = card.querySelector("[class*='p-'],.fn")
      ? ""
      : line(card) || squeeze(card.querySelector("img")?.getAttribute("alt"));
    return {
      layout: "h-card",
      facts: {
        name: property(card, "p-name", "fn") || property(card, "p-nickname", "nickname") || implied,
        headline: [title, company].filter(Boolean).join(", "),
        location:
          parts.filter(Boolean).join(", ") || property(card, "p-adr", "p-location", "adr", "label"),
        company,
        about: lines(own(card, ".p-note,.note")[0]).join("\n"),
        email: (links(card, "u-email", base)[0] ?? property(card, "email")).replace(
          /^mailto:|\?.*$/gi,
          "",
        ),
        photo_url: __side.url.parse(picture?.getAttribute("src") ?? "", base.href)?.href ?? "",
        experience: title || company ? [{ title, company }] : [],
        skills: own(card, ".p-category,.category").map(valueOf),
      },
      addresses: [
        ...links(card, "u-url", base),
        ...[...card.querySelectorAll('a[rel~="me"][href]')].map(
          (link) => link.getAttribute("href") ?? "",
        ),
      ],
    };
  };

  /**
   * The own address of a card's person, absolute, or "".
   * @param {Element} card
   * @param {URL} base
   */
  const home = (card, base) => links(card, "u-uid", base)[0] ?? links(card, "u-url", base)[0] ?? "";

  return { hcard: { cards, facts, home } };
});
