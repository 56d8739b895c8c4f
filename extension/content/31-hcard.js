// @ts-check
// Microformats: an h-card that stands for the page's person, or several that list people. Class
// names such as `h-full` only look like microformats, an author inside an h-entry is not meant, and
// a card that bears its company's name is the company's.
__side.define(() => {
  const { squeeze } = __side.text;
  const SIGN = ".h-card,.vcard";
  const READ_TWICE = ".visually-hidden,.sr-only,.a11y-text";
  const KINDS =
    /^h-(adr|card|cite|entry|event|feed|geo|item|news|org|product|recipe|resume|review|review-aggregate)$/;
  const WORDS =
    /^(p|u|dt|e)-(additional-name|adr|affiliation|agent|altitude|anniversary|attendee|author|bday|category|comment|contact|content|country-name|description|email|education|experience|extended-address|family-name|featured|gender-identity|geo|given-name|honorific-prefix|honorific-suffix|impp|item|job-title|key|label|latitude|locality|location|logo|longitude|name|nickname|note|org|organizer|photo|post-office-box|postal-code|pronouns?|published|region|reviewer|role|sex|skill|sort-string|street-address|summary|tel|title|tz|uid|updated|url)$/;

  const CHOOSE = {
    /** A class name of a style sheet must not open a card, nor close one. @param {string[]} names */
    classes: (names) =>
      names.filter((name) =>
        name.startsWith("h-")
          ? KINDS.test(name)
          : name !== "include" && (!/^(p|u|dt|e)-/.test(name) || WORDS.test(name)),
      ),
    // What screen readers are told in addition to what is drawn.
    /** @param {Element} element */
    skips: (element) =>
      element.matches(READ_TWICE) && !element.matches(SIGN) && !element.querySelector(SIGN),
  };

  /** @param {unknown} value a text, an image with its description, or a thing of its own @returns {string} */
  const textOf = (value) => {
    if (typeof value === "string") return value.trim();
    const one = /** @type {any} */ (value);
    return one ? textOf(one.value ?? one.properties?.name?.[0] ?? "") : "";
  };

  /** @param {Microformat} card @param {string[]} names @returns {string[]} */
  const all = (card, ...names) =>
    names.flatMap((name) => card.properties[name] ?? []).map(textOf).filter(Boolean);

  /** The first of several that is there. @param {Microformat} card @param {string[]} names */
  const one = (card, ...names) => squeeze(all(card, ...names)[0]);

  /** @param {Microformat} card */
  const nameOf = (card) =>
    one(card, "name") ||
    ["given-name", "additional-name", "family-name"].map((part) => one(card, part)).join(" ").trim() ||
    one(card, "nickname");

  /** @param {Microformat} card */
  const placeOf = (card) => {
    const nested = [...(card.properties["adr"] ?? []), ...(card.properties["location"] ?? [])];
    for (const place of [card, ...nested.filter((value) => typeof value !== "string")]) {
      if (!place.properties) continue;
      const parts = ["locality", "region", "country-name"].map((part) => one(place, part));
      if (parts.some(Boolean)) return [...new Set(parts.filter(Boolean))].join(", ");
    }
    return one(card, "adr", "location", "label");
  };

  /** An address of the web, or "". @param {string} address @param {string} base */
  const absolute = (address, base) => __side.url.parse(address, base)?.href ?? "";

  // What is no link is taken by the parser for the last part of one.
  /** @param {Microformat} card */
  const emailOf = (card) =>
    /** @type {string} */ (
      one(card, "email").replace(/^mailto:|\?.*$/gi, "").split("/").pop()
    );

  /** @param {Microformat} card @param {string} base @returns {Reading} */
  const reading = (card, base) => {
    const company = one(card, "org").replace(/^@/, "");
    const title = one(card, "job-title", "title", "role");
    return {
      layout: "h-card",
      facts: {
        name: nameOf(card),
        headline: title && [title, company].filter(Boolean).join(", "),
        location: placeOf(card),
        company,
        about: all(card, "note")[0] ?? "",
        email: emailOf(card),
        photo_url: absolute(one(card, "photo"), base),
        experience: title || company ? [{ title, company }] : [],
        skills: all(card, "category", "skill"),
      },
      addresses: all(card, "url", "uid"),
    };
  };

  /** The cards that are no part of something else; who writes a feed may be whom its page is about.
   * @param {Microformat[]} items @returns {{card: Microformat, top: boolean}[]} */
  const outermost = (items, top = true) =>
    items.flatMap((item) => {
      if (!item.type || item.type.includes("h-org")) return [];
      if (item.type.includes("h-card")) return [{ card: item, top }];
      const { author = [], contact = [] } = item.properties;
      if (item.type.includes("h-feed"))
        return outermost([...author, ...(item.children ?? [])], false);
      return item.type.includes("h-resume") ? outermost([...contact, ...(item.children ?? [])]) : [];
    });

  /**
   * The people for whom a page has a card of its own, each with the address of their own page, and
   * whether the page says that it is theirs.
   * @param {Document} doc @param {URL} url
   * @returns {{home: string, mine: boolean, top: boolean, reading: Reading}[]}
   */
  const cards = (doc, url) => {
    if (!__side.mf2 || !doc.querySelector(SIGN)) return [];
    const { pageKey } = __side.url;
    try {
      const { items, rels } = __side.mf2(doc, CHOOSE);
      const owners = new Set((rels["me"] ?? []).map(pageKey));
      return outermost(items)
        .filter(({ card }) => nameOf(card) && nameOf(card) !== one(card, "org"))
        .map(({ card, top }) => {
          const homes = all(card, "uid", "url").map((address) => absolute(address, doc.baseURI));
          const here = homes.find((home) => pageKey(home) === pageKey(url.href));
          const known = homes.find((home) => home && owners.has(pageKey(home)));
          const read = reading(card, doc.baseURI);
          // Only then are the links of the page's owner this person's.
          if (here || known) read.addresses.push(...(rels["me"] ?? []));
          const mine = Boolean(here ?? known);
          return { top, mine, home: here ?? known ?? homes.find(Boolean) ?? "", reading: read };
        })
        .filter((card) => card.top || card.mine);
    } catch {
      // The parser gives up on a document without a body.
      return [];
    }
  };

  return { hcard: { cards } };
});
