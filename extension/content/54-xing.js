// @ts-check
// A profile on XING: what it says in a common format first, then what its parts are marked as, then
// its structure. The tab's title names the person in every layout, and so decides whose page it is.
__side.define(() => {
  const { first, line, lines, shown, isName, isPronouns, isPlace } = __side.text;
  const { xing } = __side.sites;
  const { titled, positions, schools } = __side.outline;

  /** @param {Document} doc @param {string[]} selectors */
  const part = (doc, selectors) =>
    selectors
      .flatMap((css) => [...doc.querySelectorAll(css)])
      .find((one) => shown(one) && !one.closest(xing.around) && lines(one).length > 1) ?? null;

  /** Letters alone, as an address of the site's writes them. @param {string} text */
  const folded = (text) =>
    text
      .toLowerCase()
      .replace(/[äöüß]/g, (letter) => ({ ä: "ae", ö: "oe", ü: "ue" })[letter] ?? "ss")
      .normalize("NFD")
      .replace(/[^\p{L}\s_-]/gu, "")
      .split(/[\s_-]+/);

  /** How much of a name the address has: at least half of one, and little of a sentence.
   * @param {string} name @param {URL} url */
  const inAddress = (name, url) => {
    const address = folded(__side.url.decode(url.pathname.split("/")[2] ?? ""));
    const parts = folded(name.replace(/\S+\.(?=\S*\s)/gu, ""));
    return parts.filter((part) => address.includes(part)).length / parts.length;
  };

  /** Whether two names are the same, but for a title such as "Dr." before one of them.
   * @param {string} one @param {string} other */
  const same = (one, other) =>
    one === other ||
    (one.includes(" ") && other.endsWith(` ${one}`)) ||
    (other.includes(" ") && one.endsWith(` ${other}`));

  /** The heading that is the person's name: it is what the tab's title begins with, which a missing
   * page's heading is as well, and the address or a mark of the site's says so, too.
   * @param {Document} doc @param {URL} url */
  const nameOf = (doc, url) => {
    const title = titled(doc).toLowerCase();
    const said = doc.querySelector(xing.profile) !== null;
    for (const css of xing.name) {
      for (const one of doc.querySelectorAll(css)) {
        const text = line(one);
        if (!shown(one) || one.closest(xing.around) || !isName(text)) continue;
        const known = inAddress(text, url);
        const sure = said || known >= 0.5 || one.closest(xing.sure) !== null;
        if (sure && (known === 1 || same(text.toLowerCase(), title))) return one;
      }
    }
    return null;
  };

  /** A town and its country, among what else stands below a name.
   * @param {string[]} texts @param {Experience[]} held */
  const placeIn = (texts, held) =>
    texts.find(
      (text) =>
        isPlace(text) &&
        !held.some(({ title, company }) => text.includes(title ?? "") || text.includes(company ?? "")),
    );

  /** @param {Document} doc @param {URL} url @returns {Reading | null} */
  const reading = (doc, url) => {
    const name = nameOf(doc, url);
    if (!name) return null;
    const top = xing.top.map((css) => name.closest(css)).find(Boolean) ?? name.parentElement;
    const texts = lines(top);
    const below = texts
      .slice(texts.indexOf(line(name)) + 1)
      .filter((text) => /\p{L}{2}/u.test(text) && !isPronouns(text));
    const experience = part(doc, xing.experience);
    const education = part(doc, xing.education);
    const held = experience ? positions(experience) : [];
    // A badge beside the name is one word.
    const said = below.find((text) => /[\s,]/.test(text)) ?? below[0] ?? "";
    const headline = first(top, xing.headline) || said;
    return {
      layout: "xing",
      facts: {
        name: line(name),
        headline,
        location:
          first(top, xing.location) || placeIn(below.slice(below.indexOf(headline) + 1), held),
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
    const read = reading(doc, url);
    const open = said.length || read ? __side.markup.opengraph(doc) : null;
    return [...said, read, open].filter((one) => one !== null);
  };

  /** @param {URL} url */
  const isProfile = (url) => /^\/profile\/[^/]+/.test(url.pathname);

  /** @type {Reader} */
  const reader = {
    id: "xing",
    version: 2,
    match: (url) => __side.url.readers(url) === "xing",
    ready: (doc, url) => isProfile(url) && all(doc, url).length > 0,
    read: (doc, url) => __side.merge(isProfile(url) ? all(doc, url) : [], url.href),
  };
  __side.register(reader);
  return {};
});
