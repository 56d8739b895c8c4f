// @ts-check
// The weaker ways in which a page says whom it is about: microdata and OpenGraph.
__side.define(() => {
  const { line, squeeze } = __side.text;

  /** @param {Element} scope @param {string} name @returns {Element[]} */
  const own = (scope, name) =>
    [...scope.querySelectorAll(`[itemprop~="${name}"]`)].filter(
      (element) => element.parentElement?.closest("[itemscope]") === scope,
    );

  /** @param {Element | undefined} element */
  const valueOf = (element) => {
    if (!element) return "";
    const inner = element.matches("[itemscope]") ? own(element, "name")[0] : undefined;
    const given = element.getAttribute("content") ?? element.getAttribute("datetime");
    return squeeze(given) || line(inner ?? element);
  };

  /** @param {Element} scope @param {string} name */
  const property = (scope, name) => valueOf(own(scope, name)[0]);

  /** @param {Element} scope @param {string} name */
  const links = (scope, name) =>
    own(scope, name).map(
      (element) => element.getAttribute("href") ?? element.getAttribute("src") ?? valueOf(element),
    );

  /** @param {Element} scope */
  const nameOf = (scope) =>
    property(scope, "name") ||
    ["givenName", "additionalName", "familyName"].map((part) => property(scope, part)).join(" ");

  /**
   * Microdata of the one person who is not part of something else.
   * @param {Document} doc
   * @param {URL} base
   * @returns {Reading | null}
   */
  const microdata = (doc, base) => {
    const scopes = [...doc.querySelectorAll('[itemscope][itemtype$="schema.org/Person"]')].filter(
      (scope) => !scope.hasAttribute("itemprop") || scope.matches('[itemprop~="mainEntity"]'),
    );
    const main = scopes.filter((scope) => scope.matches('[itemprop~="mainEntity"]'));
    const [scope, ...others] = main.length ? main : scopes;
    if (!scope || others.some((other) => nameOf(other) !== nameOf(scope))) return null;
    const home = own(scope, "address")[0] ?? own(scope, "homeLocation")[0];
    const parts = ["addressLocality", "addressRegion", "addressCountry"].map(
      (name) => home && property(home, name),
    );
    const title = property(scope, "jobTitle");
    const company = property(scope, "worksFor") || property(scope, "affiliation");
    return {
      layout: "microdata",
      facts: {
        name: nameOf(scope),
        headline: title && [title, company].filter(Boolean).join(", "),
        location: parts.filter(Boolean).join(", ") || valueOf(home),
        company,
        about: property(scope, "description"),
        email: (links(scope, "email")[0] ?? "").replace(/^mailto:/i, ""),
        photo_url: __side.url.parse(links(scope, "image")[0] ?? "", base.href)?.href ?? "",
        experience: title || company ? [{ title, company }] : [],
      },
      addresses: [...links(scope, "sameAs"), ...links(scope, "url")],
    };
  };

  /**
   * OpenGraph of a page that calls itself a profile.
   * @param {Document} doc
   * @returns {Reading | null}
   */
  const opengraph = (doc) => {
    /** @param {string} name */
    const meta = (name) =>
      squeeze(
        doc.querySelector(`meta[property="${name}"],meta[name="${name}"]`)?.getAttribute("content"),
      );
    if (meta("og:type") !== "profile") return null;
    const site = meta("og:site_name");
    const [title = "", rest = ""] =
      meta("og:title")
        .split(/\s+[|·•]\s+|\s*\(@/)[0]
        ?.split(/\s+[-–—]\s+/)
        .filter((part) => part !== site) ?? [];
    const given = [meta("profile:first_name"), meta("profile:last_name")].filter(Boolean).join(" ");
    // Companies have profiles, too.
    if (!given && __side.jsonld.things(doc).includes(title)) return null;
    return {
      layout: "opengraph",
      facts: {
        name: given || title,
        headline: rest,
        about: meta("og:description"),
        photo_url: meta("og:image"),
      },
      addresses: [],
    };
  };

  return { markup: { microdata, opengraph } };
});
