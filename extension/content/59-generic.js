// @ts-check
// Any page that says in a common format whom it is about: one person, or a list of them.
__side.define(() => {
  const { pageKey } = __side.url;

  /**
   * @typedef {{role: string, home: string, reading: Reading}} Candidate
   * @param {Document} doc @param {URL} url
   */
  const gather = (doc, url) => {
    const people = __side.jsonld.people(doc).map(({ person, role, page }) => ({
      role,
      home: __side.jsonld.home(person, url),
      reading: __side.jsonld.facts(person, url, page),
    }));
    const cards = __side.hcard
      .cards(doc, url)
      .map(({ home, mine, reading }) => ({ role: mine ? "mine" : "top", home, reading }));
    return { people, cards };
  };

  /** What is said of the one whom several are, as where two parts of a page are about the same.
   * @param {Candidate[]} several */
  const alone = (several) =>
    new Set(several.map(({ reading }) => reading.facts.name)).size === 1
      ? several.map(({ reading }) => reading)
      : undefined;

  /**
   * What is said of the one of several whom the page is about, if that is plain to see.
   * @param {Candidate[]} several @param {URL} url
   */
  const representative = (several, url) => {
    const main = several.filter((one) => one.role === "main");
    const here = several.filter((one) => one.home && pageKey(one.home) === pageKey(url.href));
    const mine = several.filter((one) => one.role === "mine");
    const top = several.filter((one) => one.role === "top");
    return [main, here, mine, top].map(alone).find(Boolean) ?? [];
  };

  /** @param {Document} doc @param {URL} url @returns {Found} */
  const read = (doc, url) => {
    const { people, cards } = gather(doc, url);
    const person = representative(people, url);
    // A page that lists people is a list, even when its footer holds the card of its owner.
    const listed = person.length ? null : list(people, url);
    if (listed) return listed;
    const readings = [
      ...person,
      ...representative(cards, url),
      __side.markup.microdata(doc, url),
      __side.markup.opengraph(doc),
    ].filter((reading) => reading !== null);
    if (!readings.length)
      return list(cards, url) ?? { kind: "unreadable", gaps: ["name"], layout: "none" };
    const language = doc.documentElement.lang;
    return __side.merge(
      [...readings, { layout: "page", facts: { language }, addresses: [] }],
      url.href,
    );
  };

  /**
   * @param {{home: string, reading: Reading}[]} several @param {URL} url
   * @returns {PeopleList | null}
   */
  const list = (several, url) => {
    const people = new Map();
    for (const { home, reading } of several) {
      const key = pageKey(home);
      const found = key && key !== pageKey(url.href) ? __side.merge([reading], home) : null;
      if (found?.kind === "profile")
        people.set(key, { url: home, identifiers: found.identifiers, page: found.page });
    }
    if (people.size < 2) return null;
    return {
      kind: "list",
      source: "people_search",
      people: [...people.values()],
      layout: several[0]?.reading.layout ?? "",
    };
  };

  /** @type {Reader} */
  const generic = {
    id: "generic",
    version: 2,
    match: (url) => __side.url.readers(url) === "anywhere",
    ready: (doc, url) => read(doc, url).kind !== "unreadable",
    read,
  };
  __side.register(generic);
  return {};
});
