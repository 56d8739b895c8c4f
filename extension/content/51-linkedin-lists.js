// @ts-check
// Pages of LinkedIn that list people: its search, a company's people, Sales Navigator. Only the
// rows that are drawn now are read; nothing is scrolled and no further page is fetched.
__side.define(() => {
  const { line, lines, first, shown, ahead, degree, degreeIn, isPronouns } = __side.text;
  const { lists } = __side.listed;
  const { outline } = __side.selectors.linkedin;

  /** @param {Document} doc @param {ListSelectors} list @param {URL} url */
  const rowsOf = (doc, list, url) => {
    for (const css of list.rows) {
      const rows = [...doc.querySelectorAll(css)].filter(
        (row) => shown(row) && !row.closest(outline.around),
      );
      const found = rows.filter((row) => !rows.some((other) => other !== row && other.contains(row)));
      if (found.some((row) => linkOf(row, list, url))) return found;
    }
    const alike = rowsAlike(doc, list, url);
    return alike.length > 1 ? alike : loose(doc, list, url);
  };

  /** The links to people who are listed. @param {Document} doc @param {ListSelectors} list @param {URL} url */
  const linksOf = (doc, list, url) =>
    [...doc.querySelectorAll(list.link)].filter(
      (link) => shown(link) && !link.closest(outline.around) && addressOf(link, url),
    );

  /**
   * Rows without any mark: the neighbours that lead to people from the same place in each, if one of
   * them says more than a name. Who else is named in a row stands at another place.
   * @param {Document} doc @param {ListSelectors} list @param {URL} url
   */
  const rowsAlike = (doc, list, url) => {
    /** @type {Map<Element, Map<string, Element[]>>} neighbours by what surrounds them, and by place */
    const found = new Map();
    /** @type {Set<Element>} */
    const taken = new Set();
    for (const link of linksOf(doc, list, url)) {
      let path = "";
      for (let up = link; up.parentElement && !up.matches("main,body"); up = up.parentElement) {
        path = `${up.tagName}>${path}`;
        // Only the first link of a row tells where its person stands.
        if (taken.has(up)) continue;
        taken.add(up);
        // Above the name of an advertisement it says that it is one.
        const place = path + lines(up, link).length;
        const places = found.get(up.parentElement) ?? new Map();
        found.set(up.parentElement, places.set(place, [...(places.get(place) ?? []), up]));
      }
    }
    const groups = [...found.values()]
      .flatMap((places) => [...places.values()])
      .filter((rows) => rows.some((row) => lines(row).filter((text) => !degree(text)).length > 1));
    const outer = groups.sort((a, b) => b.length - a.length || depth(a[0]) - depth(b[0]));
    return outer[0] ?? [];
  };

  /** @param {Element | undefined} element @returns {number} */
  const depth = (element) => (element?.parentElement ? 1 + depth(element.parentElement) : 0);

  /**
   * Rows without any mark: around each link to a person as much as leads to nobody else, if it says
   * more than a name.
   * @param {Document} doc @param {ListSelectors} list @param {URL} url
   */
  const loose = (doc, list, url) => {
    const links = linksOf(doc, list, url);
    /** @type {Set<Element>} */
    const rows = new Set();
    for (const link of links) {
      const address = addressOf(link, url);
      let row = link;
      for (let up = link.parentElement; up && !up.matches("main,body"); up = up.parentElement) {
        const part = up;
        if (links.some((other) => part.contains(other) && addressOf(other, url) !== address)) break;
        row = up;
      }
      if (lines(row).length > 1) rows.add(row);
    }
    return [...rows];
  };

  /** The address of a link's person, without what only says where the click came from.
   * @param {Element} link @param {URL} base */
  const addressOf = (link, base) => {
    const url = __side.url.parse(link.getAttribute("href") ?? "", base.href);
    if (url && __side.url.slug(url))
      return `https://www.linkedin.com/in/${encodeURIComponent(__side.url.slug(url))}`;
    return url && __side.url.salesToken(url) ? url.origin + url.pathname : "";
  };

  /** The link to a row's own person; a member whom one may not see has none, but those who know
   * them do. @param {Element} row @param {ListSelectors} list @param {URL} base */
  const linkOf = (row, list, base) => {
    const links = row.matches(list.link) ? [row] : [...row.querySelectorAll(list.link)];
    const own = links.filter(
      (link) => shown(link) && addressOf(link, base) && !(list.others && link.closest(list.others)),
    );
    const named = own.find((link) => lines(link).length > 0) ?? own[0];
    if (!named || !own.length) return null;
    if (row.matches(list.link) || own[0] !== named) return named;
    // Below the first words of a row nobody is named but those who know its person, and below
    // somebody without a link they are named in a sentence.
    const start = lines(row, named);
    const above = start.filter((text) => !degree(text));
    const said = above.length ? lines(row).find((text) => text.startsWith(line(named))) : "";
    const more = said ? said.slice(line(named).length) : "";
    return above.length > 1 || (/\p{L}{2}/u.test(more) && !degree(more.trim())) ? null : named;
  };

  /** Where a row begins to speak of others: of those who know its person.
   * @param {Element} row @param {Element} link @param {ListSelectors} list @param {URL} base */
  const othersIn = (row, link, list, base) =>
    [...row.querySelectorAll(list.others ? `${list.link},${list.others}` : list.link)].find(
      (one) =>
        link.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING &&
        shown(one) &&
        (!one.matches(list.link) ||
          (addressOf(one, base) && addressOf(one, base) !== addressOf(link, base))),
    );

  /** The texts of a row below its name, without degrees: first come headline and place.
   * @param {Element} row @param {string} name @param {Element | undefined} stop */
  const texts = (row, name, stop) => {
    const paragraphs = [...row.querySelectorAll("p")].filter(
      (one) => !one.querySelector("p") && shown(one) && ahead(one, stop),
    );
    const whole = lines(row);
    const own = stop ? lines(row, stop) : whole;
    // The sentence in which somebody else is named may have begun before their name.
    if (own.at(-1) !== whole[own.length - 1]) own.pop();
    const all = paragraphs.length > 1 ? paragraphs.map(line) : own;
    return all.slice(all.findIndex((text) => text.startsWith(name)) + 1).filter(
      (text) =>
        text &&
        !text.startsWith(name) &&
        !degree(text) &&
        !isPronouns(text) &&
        !/^[·•\p{Nd}+]/u.test(text),
    );
  };

  /** @param {Element} row @param {ListSelectors} list @param {URL} url @param {string} company */
  const personOf = (row, list, url, company) => {
    const link = linkOf(row, list, url);
    if (!link) return null;
    const address = addressOf(link, url);
    const label = row.querySelector("figure[aria-label]")?.getAttribute("aria-label") ?? "";
    const stop = othersIn(row, link, list, url);
    const name =
      (first(row, list.name, stop) || lines(link)[0] || label).split(/\s+[·•]\s+/)[0] ?? "";
    const [headline = "", location = ""] = texts(row, name, stop);
    const placed = list.source !== "company_people" && !list.employer;
    const found = __side.merge(
      [
        {
          layout: "row",
          facts: {
            name,
            headline: first(row, list.headline, stop) || (list.employer ? "" : headline),
            location: first(row, list.location, stop) || (placed ? location : ""),
            company: first(row, list.employer ?? [], stop) || company,
            degree: degreeIn(row, name),
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
    const company = list?.company ? first(doc, list.company.split(",")) : "";
    for (const row of list ? rowsOf(doc, list, url) : []) {
      const person = list && personOf(row, list, url, company);
      if (person && !people.has(person.url)) people.set(person.url, person);
    }
    if (!list || !people.size) return { kind: "unreadable", gaps: ["name"], layout: "list" };
    return { kind: "list", source: list.source, people: [...people.values()], layout: "list" };
  };

  /** @type {Reader} */
  const reader = {
    id: "linkedin-lists",
    version: 2,
    match: (url) => __side.url.isLinkedIn(url) && lists.some((one) => one.path.test(url.pathname)),
    ready: (doc, url) => read(doc, url).kind === "list",
    read,
  };
  __side.register(reader);
  return {};
});
