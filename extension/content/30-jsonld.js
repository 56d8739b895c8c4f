// @ts-check
// schema.org in JSON-LD: the person whom a page is about, or the people whom it lists. A person who
// is only the author or the reviewer of something is nobody's page.
__side.define(() => {
  const { squeeze } = __side.text;

  /** @param {any} value @returns {any[]} */
  const list = (value) =>
    value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];

  /** @param {any} node @param {RegExp} wanted */
  const is = (node, wanted) =>
    list(node?.["@type"]).some((type) => wanted.test(String(type).replace(/^.*[/:#]/, "")));

  /** @type {Record<string, string>} */
  const SIGNS = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

  /** A text as it is meant: without the signs of HTML, and nothing where asterisks hide it.
   * @param {string} text */
  const plain = (text) => {
    const meant = text.replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|([a-z]{2,4}));/gi, (whole, ten, six, name) =>
      name ? (SIGNS[name] ?? whole) : String.fromCodePoint(ten ? Number(ten) : parseInt(six, 16)),
    );
    return /^[*\s]+$/.test(meant) ? "" : squeeze(meant);
  };

  /**
   * The text of a value that may be a string, a list, or a thing with a name.
   * @param {any} value
   * @returns {string}
   */
  const textOf = (value) => {
    const one = list(value).find((item) => item !== null && item !== "");
    if (typeof one === "string" || typeof one === "number") return plain(String(one));
    return one && typeof one === "object" ? textOf(one.name ?? one["@value"] ?? one.roleName) : "";
  };

  /** @param {any} value @returns {string[]} */
  const texts = (value) => list(value).map(textOf).filter(Boolean);

  /** @param {any} value @returns {string[]} */
  const addresses = (value) =>
    list(value)
      .map((item) => (typeof item === "string" ? item : (item?.url ?? item?.["@id"])))
      .filter((item) => typeof item === "string");

  /** @param {any} value @returns {string} */
  const place = (value) => {
    const one = list(value)[0];
    if (!one || typeof one === "string") return squeeze(one);
    if (one.address) return place(one.address);
    const town = textOf(one.addressLocality);
    if (town.includes(",")) return town;
    const parts = [town, ...[one.addressRegion, one.addressCountry].map(textOf)].filter(Boolean);
    return parts.length ? [...new Set(parts)].join(", ") : textOf(one);
  };

  /**
   * Every block of the page that parses; pages have empty and broken ones, and some that are only
   * wrapped as no other format needs it, or have lines where a text may have none.
   * @param {Document} doc
   */
  const blocks = (doc) => {
    const found = [];
    for (const script of doc.querySelectorAll('script[type="application/ld+json" i]')) {
      try {
        const text = (script.textContent ?? "").replace(/[\0-\x1f]+/g, " ");
        found.push(JSON.parse(text.replace(/^[\s/*]*<!(--|\[CDATA\[)[\s/*]*|[\s/*]*(--|\]\])>[\s/*]*$/g, "")));
      } catch {
        continue;
      }
    }
    return found;
  };

  const MADE_BY = ["author", "contributor", "creator", "editor", "publisher", "reviewedBy"];

  /**
   * The people of a page, each with the place at which it stands, and the page that is about them.
   * @param {Document} doc @returns {{person: any, role: Role, page: any}[]}
   */
  const people = (doc) => {
    /** @type {Map<string, any>} */
    const byId = new Map();
    /** @type {Map<any, {role: "main" | "top" | "listed", page: any}>} */
    const found = new Map();

    /**
     * @param {any} node
     * @param {"main" | "top" | "listed"} role
     * @param {number} depth
     * @param {any} [page]
     */
    const visit = (node, role, depth, page) => {
      if (!node || typeof node !== "object" || depth > 8) return;
      if (Array.isArray(node)) return node.forEach((item) => visit(item, role, depth + 1));
      const whole = byId.get(node["@id"]) ?? node;
      if (is(whole, /^Person$/)) {
        if (role === "main" || !found.has(whole)) found.set(whole, { role, page });
        return;
      }
      visit(whole["@graph"], role, depth + 1);
      if (is(whole, /Page$|^WebSite$/))
        visit(whole.mainEntity ?? (is(whole, /Page$/) && whole.about), "main", depth + 1, whole);
      if (is(whole, /^(ItemList|SearchResultsPage|CollectionPage)$/))
        visit(whole.itemListElement, "listed", depth + 1);
      if (is(whole, /^ItemList$/)) visit(whole.mainEntity, "listed", depth + 1);
      if (is(whole, /^ListItem$/)) visit(whole.item, "listed", depth + 1);
      if (is(whole, /Organization$|^Corporation$/)) {
        for (const name of ["employee", "employees", "member", "members", "founder"])
          visit(whole[name], "listed", depth + 1);
      }
    };

    const all = blocks(doc).flat();
    /** @type {Set<any>} those who have only made something that is there */
    const makers = new Set();
    for (const block of all.flatMap((one) => [one, ...list(one?.["@graph"])])) {
      if (block?.["@id"] && block["@type"]) byId.set(block["@id"], block);
      for (const part of MADE_BY) for (const one of list(block?.[part])) makers.add(one?.["@id"]);
    }
    for (const block of all) visit(block, "top", 0);
    /** What is only named by its address stands elsewhere on the page. @param {any} value */
    const resolved = (value) => (value?.["@id"] && byId.get(value["@id"])) || value;
    return [...found].map(([person, { role, page }]) => {
      const values = Object.entries(person).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(resolved) : resolved(value),
      ]);
      const made = role === "top" && person["@id"] && makers.has(person["@id"]);
      return { person: Object.fromEntries(values), role: made ? "maker" : role, page };
    });
  };

  /** @param {any} person @returns {Experience[]} */
  const positions = (person) => {
    const title = textOf(person.jobTitle) || textOf(person.hasOccupation);
    const held = list(person.worksFor ?? person.affiliation).map((place, index) => ({
      title: textOf(place?.roleName) || (index === 0 ? title : ""),
      company: textOf(place?.worksFor ?? place),
      start: textOf(place?.startDate),
      end: textOf(place?.endDate),
      description: place?.roleName ? textOf(place.description) : "",
    }));
    const occupied = list(person.hasOccupation)
      .filter((role) => role?.startDate || role?.endDate || role?.hasOccupation)
      .map((role) => ({
        title: textOf(role.roleName ?? role.hasOccupation ?? role),
        company: textOf(role.worksFor ?? role.memberOf ?? role.occupationLocation),
        start: textOf(role.startDate),
        end: textOf(role.endDate),
        description: textOf(role.description),
      }));
    return [...held, ...occupied];
  };

  /** What the page's person has written, by themselves. @param {any} person @param {any} page */
  const posts = (person, page) =>
    list(page?.hasPart)
      .filter(
        (one) =>
          is(one, /Posting$|^Article$/) &&
          (!one.author || textOf(one.author) === textOf(person.name)),
      )
      .map((one) => ({
        text: textOf(one.text ?? one.articleBody),
        posted_at: textOf(one.datePublished),
        url: textOf(one.url),
      }));

  /** @param {any} person @param {URL} base @param {any} [page] @returns {Reading} */
  const facts = (person, base, page) => {
    const experience = positions(person);
    const title = textOf(person.jobTitle) || textOf(person.hasOccupation);
    const company = experience.find((one) => !one.end)?.company ?? "";
    const image = addresses(person.image?.contentUrl ?? person.image)[0] ?? "";
    return {
      layout: "jsonld",
      facts: {
        name:
          textOf(person.name) ||
          [person.givenName, person.additionalName, person.familyName]
            .map(textOf)
            .filter(Boolean)
            .join(" ") ||
          textOf(person.alternateName),
        headline:
          textOf(person.headline ?? person.disambiguatingDescription) ||
          (title && [title, company].filter(Boolean).join(", ")),
        location: place(person.address) || place(person.homeLocation) || place(person.workLocation),
        company,
        about: textOf(person.description),
        email: textOf(person.email).replace(/^mailto:/i, ""),
        photo_url: __side.url.parse(image, base.href)?.href ?? "",
        experience,
        education: list(person.alumniOf).map((school) => ({
          school: textOf(school?.alumniOf ?? school),
          degree: textOf(school?.roleName),
          start: textOf(school?.startDate),
          end: textOf(school?.endDate),
        })),
        skills: texts(person.knowsAbout ?? person.skills),
        posts: posts(person, page),
        language: textOf(page?.inLanguage),
      },
      addresses: [...addresses(person.sameAs), ...addresses(person.url)],
    };
  };

  /** The own address of a person, absolute, or ""; a name within a page is none.
   * @param {any} person @param {URL} base */
  const home = (person, base) => {
    const named = addresses([person["@id"]]).find((name) => !name.includes("#"));
    return __side.url.parse(addresses([person.url])[0] ?? named ?? "", base.href)?.href ?? "";
  };

  /** The names of what a page says of itself to be other than a person. @param {Document} doc */
  const things = (doc) =>
    blocks(doc)
      .flat()
      .flatMap((one) => [one, ...list(one?.["@graph"])])
      .filter((one) => one?.["@type"] && !is(one, /^Person$|Page$|^WebSite$/))
      .map((one) => textOf(one.name));

  return { jsonld: { people, facts, home, things } };
});
