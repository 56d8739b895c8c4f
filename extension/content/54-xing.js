// @ts-check
// A profile on XING: what it says in a common format first, then what its parts are marked as, then
// its structure. The tab's title names the person in every layout, and so decides whose page it is.
__side.define(() => {
  const { first, line, lines, shown, isName, isPronouns } = __side.text;
  const { xing } = __side.selectors;
  const { titled, positions, schools } = __side.outline;

  const TOWN = /^[^,]{2,40}, [^,]{2,40}(, [^,]{2,40})?$/;

  /** @param {Document} doc @param {string[]} selectors */
  const part = (doc, selectors) =>
    selectors
      .flatMap((css) => [...doc.querySelectorAll(css)])
      .find((one) => shown(one) && !one.closest(xing.around) && lines(one).length > 1) ?? null;

  /** The heading that is the person's name: it is what the tab's title begins with.
   * @param {Document} doc */
  const nameOf = (doc) => {
    const title = titled(doc).toLowerCase();
    for (const css of xing.name) {
      for (const one of doc.querySelectorAll(css)) {
        const text = line(one);
        if (shown(one) && !one.closest(xing.around) && isName(text) && title.length > 1)
          if (text.toLowerCase() === title) return one;
      }
    }
    return null;
  };

  /** A town and its country, among what else stands below a name.
   * @param {string[]} texts @param {Experience[]} held */
  const placeIn = (texts, held) =>
    texts.find(
      (text) =>
        TOWN.test(text) &&
        !/\p{Nd}/u.test(text) &&
        !held.some(({ title, company }) => text.includes(title ?? "") || text.includes(company ?? "")),
    );

  /** @param {Document} doc @returns {Reading | null} */
  const reading = (doc) => {
    const name = nameOf(doc);
    if (!name) return null;
    const top = xing.top.map((css) => name.closest(css)).find(Boolean) ?? name.parentElement;
    const texts = lines(top);
    const below = texts
      .slice(texts.indexOf(line(name)) + 1)
      .filter((text) => /\p{L}{2}/u.test(text) && !isPronouns(text));
    const experience = part(doc, xing.experience);
    const education = part(doc, xing.education);
    const held = experience ? positions(experience) : [];
    return {
      layout: "xing",
      facts: {
        name: line(name),
        headline: first(top, xing.headline) || below[0],
        location: first(top, xing.location) || placeIn(below.slice(1), held),
        company: held[0]?.company,
        photo_url: top?.querySelector("img[src^='https:']")?.getAttribute("src") ?? "",
        experience: held,
        education: education ? schools(education) : [],
        skills: [...doc.querySelectorAll(xing.skills)].filter(shown).map(line),
      },
      addresses: [],
    };
  };

  /** What the page says of its own person in a common format. @param {Document} doc @param {URL} url */
  const structured = (doc, url) => {
    const people = __side.jsonld.people(doc);
    const own = people.filter(
      ({ person, role }) =>
        role === "main" ||
        __side.url.pageKey(__side.jsonld.home(person, url)) === __side.url.pageKey(url.href),
    );
    const data = own.map(({ person, page }) => __side.jsonld.facts(person, url, page));
    return [...data, __side.markup.microdata(doc, url)].filter((one) => one !== null);
  };

  /** @param {Document} doc @param {URL} url */
  const all = (doc, url) => {
    const said = structured(doc, url);
    const read = reading(doc);
    const open = said.length || read ? __side.markup.opengraph(doc) : null;
    return [...said, read, open].filter((one) => one !== null);
  };

  /** @param {URL} url */
  const isProfile = (url) => /^\/profile\/[^/]+/.test(url.pathname);

  /** @type {Reader} */
  const reader = {
    id: "xing",
    version: 1,
    match: (url) => /(^|\.)xing\.com$/.test(url.hostname),
    ready: (doc, url) => isProfile(url) && all(doc, url).length > 0,
    read: (doc, url) => __side.merge(isProfile(url) ? all(doc, url) : [], url.href),
  };
  __side.register(reader);
  return {};
});
