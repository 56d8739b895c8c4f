// @ts-check
// Pages of LinkedIn that list people: its search, a company's people, Sales Navigator. Only the
// rows that are drawn now are read; nothing is scrolled and no further page is fetched.
__side.define(() => {
  const { line, lines, first, shown, degree } = __side.text;
  const { lists } = __side.selectors.linkedin;

  /** @param {Document} doc @param {string[]} selectors */
  const rowsOf = (doc, selectors) => {
    for (const css of selectors) {
      const rows = [...doc.querySelectorAll(css)].filter(shown);
      if (rows.length)
        return rows.filter((row) => !rows.some((other) => other !== row && other.contains(row)));
    }
    return [];
  };

  /** The address of a row's person, without what only says where the click came from.
   * @param {Element} row @param {string} css @param {URL} base */
  const addressOf = (row, css, base) => {
    const links = row.matches(css) ? [row] : [...row.querySelectorAll(css)];
    for (const link of links) {
      const url = __side.url.parse(link.getAttribute("href") ?? "", base.href);
      if (url && __side.url.slug(url))
        return `https://www.linkedin.com/in/${encodeURIComponent(__side.url.slug(url))}`;
      if (url && __side.url.salesToken(url)) return url.origin + url.pathname;
    }
    return "";
  };

  /** The texts of a row in order, without degrees: below the name come headline and place.
   * @param {Element} row @param {string} name */
  const texts = (row, name) => {
    const paragraphs = [...row.querySelectorAll("p")].filter((one) => !one.querySelector("p"));
    const all = paragraphs.length > 1 ? paragraphs.filter(shown).map(line) : lines(row);
    return all.filter(
      (text) => text && !text.startsWith(name) && !degree(text) && !/^[·•\d+]/.test(text),
    );
  };

  /** @param {Element} row @param {ListSelectors} list @param {URL} url @param {string} company */
  const personOf = (row, list, url, company) => {
    const address = addressOf(row, list.link, url);
    if (!address) return null;
    const anchor = row.matches(list.link) ? row : row.querySelector(list.link);
    const label = row.querySelector("figure[aria-label]")?.getAttribute("aria-label") ?? "";
    const name = (first(row, list.name) || lines(anchor)[0] || label).split(/\s+[·•]\s+/)[0] ?? "";
    const [headline = "", location = ""] = list.source === "company_people" ? [] : texts(row, name);
    const found = __side.merge(
      [
        {
          layout: "row",
          facts: {
            name,
            headline: first(row, list.headline) || headline,
            location: first(row, list.location) || (list.employer ? "" : location),
            company: first(row, list.employer ?? []) || company,
            degree: [...row.querySelectorAll("span,p")]
              .map((one) => degree(line(one)))
              .find(Boolean),
          },
          addresses: [],
        },
      ],
      address,
    );
    return found.kind === "profile"
      ? { url: address, identifiers: [], page: found.page, element: row }
      : null;
  };

  /** @param {Document} doc @param {URL} url @returns {PeopleList | Unreadable} */
  const read = (doc, url) => {
    const list = lists.find((one) => one.path.test(url.pathname));
    /** @type {Map<string, ListedPerson>} */
    const people = new Map();
    const company = list?.company ? line(doc.querySelector(list.company)) : "";
    for (const row of list ? rowsOf(doc, list.rows) : []) {
      const person = list && personOf(row, list, url, company);
      if (person && !people.has(person.url)) people.set(person.url, person);
    }
    if (!list || !people.size) return { kind: "unreadable", gaps: ["name"], layout: "list" };
    return { kind: "list", source: list.source, people: [...people.values()], layout: "list" };
  };

  /** @type {Reader} */
  const reader = {
    id: "linkedin-lists",
    version: 1,
    match: (url) => __side.url.isLinkedIn(url) && lists.some((one) => one.path.test(url.pathname)),
    ready: (doc, url) => read(doc, url).kind === "list",
    read,
  };
  __side.register(reader);
  return {};
});
