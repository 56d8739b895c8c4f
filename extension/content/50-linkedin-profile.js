// @ts-check
// A member's page on LinkedIn, in each layout that is served today. A name counts only inside the
// card that belongs to the profile: a heading elsewhere is a wall, a captcha or somebody else.
__side.define(() => {
  const { line, lines, first, shown, degree, degreeIn, isPronouns, isPlace, period, isLength } =
    __side.text;
  const { wall, login, visitors, photo, contactInfo, company, sdui, outline } = __side.selectors.linkedin;

  /** The innermost elements that match: the site wraps its cards in others of the same kind.
   * @param {ParentNode} root @param {string} css */
  const innermost = (root, css) => {
    const all = [...root.querySelectorAll(css)].filter(shown);
    return all.filter((one) => !all.some((other) => other !== one && one.contains(other)));
  };

  /** The outermost elements that match. @param {ParentNode} root @param {string} css */
  const outermost = (root, css) => {
    const all = [...root.querySelectorAll(css)];
    return all.filter((one) => !all.some((other) => other !== one && other.contains(one)));
  };

  /** @param {Document} doc @param {string[]} selectors */
  const section = (doc, selectors) => {
    for (const css of selectors) {
      const found = innermost(doc, css)[0];
      if (found) return found;
    }
    return null;
  };

  /** @param {Element} root */
  const paragraphs = (root) =>
    [...root.querySelectorAll("p")].filter((one) => shown(one) && line(one));

  /** "Acme · Full-time" without what follows the dot. @param {string | undefined} text */
  const before = (text) => (text ?? "").split(" · ")[0] ?? "";

  /**
   * One position from its lines: the title first, then the company, then dates in any language.
   * @param {string[]} texts
   * @param {string} employer
   * @param {string} description
   * @returns {Experience}
   */
  const position = (texts, employer, description) => {
    const dates = texts.map(period).find(Boolean);
    const words = texts.filter((text) => !period(text) && !isLength(text));
    return { title: words[0], company: employer || before(words[1]), ...dates, description };
  };

  /** @param {Element} item @returns {Experience[]} */
  const sduiPositions = (item) => {
    const roles = outermost(item, "ul")
      .flatMap((list) => [...list.children])
      .filter((child) => paragraphs(child).some((one) => period(line(one))));
    const header = paragraphs(item).filter((one) => !roles.some((role) => role.contains(one)));
    // Positions that are no list are told apart by their dates.
    if (!roles.length && paragraphs(item).filter((one) => period(line(one))).length > 1)
      return __side.outline.positions(item);
    const employer = roles.length ? (header.map(line).find((text) => !isLength(text)) ?? "") : "";
    return (roles.length ? roles : [item]).map((role) => {
      const long = role.querySelector(sdui.long);
      const texts = paragraphs(role)
        .filter((one) => !long?.contains(one) && !one.contains(long))
        .map(line);
      return position(texts, before(employer), lines(long).join("\n"));
    });
  };

  /**
   * The texts beside the name, from near to far: a headline is a direct neighbour, an
   * advertisement is not.
   * @param {Element} name @param {Element} top
   */
  const neighbours = (name, top) => {
    const found = [];
    for (let inner = name; inner !== top && inner.parentElement; inner = inner.parentElement) {
      for (const child of inner.parentElement.children) {
        if (
          child.tagName === "P" &&
          shown(child) &&
          inner.compareDocumentPosition(child) & Node.DOCUMENT_POSITION_FOLLOWING
        )
          found.push(child);
      }
    }
    return found;
  };

  /**
   * The last text above the link to the contact information.
   * @param {Element} top
   * @param {string[]} others
   */
  const sduiLocation = (top, others) => {
    const link = top.querySelector(contactInfo);
    const texts = paragraphs(top).map(line);
    if (!link) return texts.find((text) => isPlace(text) && !others.includes(text)) ?? "";
    const beside = lines(link.closest("p"), link)[0]?.replace(/\s*[·•|]\s*$/, "") ?? "";
    if (/\p{L}/u.test(beside)) return beside;
    const above = paragraphs(top).filter(
      (one) =>
        !one.contains(link) && one.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    return (
      above
        .map(line)
        .reverse()
        .find(
          (text) =>
            /\p{L}/u.test(text) &&
            !others.includes(text) &&
            !degree(text) &&
            !isPronouns(text) &&
            !text.includes(" · "),
        ) ?? ""
    );
  };

  /** The profile's own encoded id, which stands in the name of its card. @param {Element} top */
  const memberAddress = (top) => {
    const key = top.getAttribute("componentkey") ?? top.id;
    const id = /\.ref(ACoA[\w-]{35})Topcard$/i.exec(key)?.[1];
    return id ? [`https://www.linkedin.com/in/${id}`] : [];
  };

  /** @param {Document} doc @returns {Reading | null} */
  const readSdui = (doc) => {
    const top = section(doc, sdui.top);
    const name = top && [...top.querySelectorAll(sdui.name)].find((one) => shown(one) && line(one));
    if (!top || !name) return null;
    const beside = neighbours(name, top).map(line);
    const headline =
      beside.find((text) => !degree(text) && !isPronouns(text) && /\p{L}{2}/u.test(text)) ?? "";
    const experience = section(doc, sdui.experience);
    const about = section(doc, sdui.about);
    const skills = section(doc, sdui.skills);
    const positions = experience ? outermost(experience, sdui.item).flatMap(sduiPositions) : [];
    const jobs = paragraphs(top)
      .map(line)
      .find((text) => text !== headline && / · /.test(text) && !degree(text));
    return {
      layout: "sdui",
      facts: {
        name: line(name),
        headline,
        location: sduiLocation(top, [line(name), headline]),
        company: positions[0]?.company || first(top, [company]) || before(jobs),
        about:
          lines(about?.querySelector(sdui.long)).join("\n") ||
          (about ? paragraphs(about).map(line).join("\n") : ""),
        photo_url: top.querySelector(photo)?.getAttribute("src") ?? "",
        degree: degreeIn(top, line(name)),
        experience: positions,
        education: schools(doc),
        skills: skills ? skillNames(skills) : [],
      },
      addresses: memberAddress(top),
    };
  };

  /** @param {Document} doc @returns {Education[]} */
  const schools = (doc) => {
    const education = section(doc, sdui.education);
    return (education ? outermost(education, sdui.item) : []).map((item) => {
      const texts = paragraphs(item).map(line);
      const words = texts.filter((text) => !period(text) && !/^\d{4}$/.test(text));
      return { school: words[0], degree: words[1], ...texts.map(period).find(Boolean) };
    });
  };

  /** @param {Element} skills */
  const skillNames = (skills) => {
    const items = outermost(skills, sdui.item).map((item) => paragraphs(item)[0]);
    const plain = items.length
      ? items
      : paragraphs(skills).filter(
          (one) => !one.closest(sdui.more) && !one.querySelector(sdui.more),
        );
    return plain.map(line).filter((text) => text.length < 80);
  };

  /**
   * Whether the page is a wall before the profile rather than the profile.
   * @param {Document} doc
   */
  const walled = (doc) =>
    doc.querySelector(wall) !== null ||
    (doc.querySelector(login) !== null && !doc.querySelector(visitors));

  /** Whether the page still shows somebody else: the site changes the address first. Links of the
   * page's owner name them, unless they hold the site's own id.
   * @param {Document} doc @param {URL} url */
  const late = (doc, url) => {
    const owners = [...doc.querySelectorAll(outline.owner)]
      .filter((link) => !link.closest(outline.around))
      .map((link) => __side.url.parse(link.getAttribute("href") ?? "", url.href))
      .filter((link) => link !== null && __side.url.slug(link) && !__side.url.isEncoded(link))
      .map((link) => link && __side.url.slug(link));
    return (
      owners.length > 0 && !__side.url.isEncoded(url) && !owners.includes(__side.url.slug(url))
    );
  };

  /** @param {Document} doc @param {URL} url */
  const readings = (doc, url) => {
    if (walled(doc) || late(doc, url)) return [];
    const layouts = [
      readSdui,
      __side.layouts.anchors,
      __side.layouts.sections,
      __side.layouts.guest,
      __side.outline.read,
    ];
    /** @type {Reading | null} */
    let named = null;
    for (const layout of layouts) {
      const reading = layout(doc, url);
      if (!reading || !__side.text.isName(reading.facts.name ?? "")) continue;
      if (reading.layout === "guest") {
        // What a visitor sees is completed by what the page says in JSON-LD. A card with a name
        // alone may be an invitation to join.
        const said = structured(doc, url);
        const { name, headline } = reading.facts;
        if (headline || said.length || name === __side.outline.titled(doc))
          return [reading, ...said];
        continue;
      }
      // Marks of one layout stand in others, too: whoever finds no more than the name is a guest.
      if (reading.facts.headline) return whole(doc, url, named ? [reading, named] : [reading]);
      named ??= reading;
    }
    return named ? whole(doc, url, [named]) : structured(doc, url);
  };

  /** With what the layout did not find, by structure.
   * @param {Document} doc @param {URL} url @param {Reading[]} found @returns {Reading[]} */
  const whole = (doc, url, found) => {
    /** @param {(facts: Facts) => unknown} has */
    const lacks = (has) => !found.some(({ facts }) => has(facts));
    const { read, section, positions, schools: entries, prose } = __side.outline;
    const top =
      lacks((facts) => facts.headline) || lacks((facts) => facts.location) ? read(doc, url) : null;
    if (top && top.facts.name === found[0]?.facts.name) return [...found, top];
    const experience = lacks((facts) => facts.experience?.length) ? section(doc, "experience") : null;
    const education = lacks((facts) => facts.education?.length) ? section(doc, "education") : null;
    const about = lacks((facts) => facts.about) ? section(doc, "about") : null;
    const held = experience ? positions(experience) : [];
    const facts = {
      about: about ? prose(about) : "",
      experience: held,
      education: education && education !== experience ? entries(education) : [],
      company: held[0]?.company,
    };
    return [...found, { layout: "outline", facts, addresses: [] }];
  };

  /** @param {Document} doc @param {URL} url */
  const structured = (doc, url) =>
    __side.jsonld
      .people(doc)
      .filter(
        ({ person }) =>
          __side.url.pageKey(__side.jsonld.home(person, url)) === __side.url.pageKey(url.href),
      )
      .map(({ person }) => __side.jsonld.facts(person, url));

  /** @type {Reader} */
  const reader = {
    id: "linkedin-profile",
    version: 2,
    match: (url) => __side.url.slug(url) !== "",
    ready: (doc, url) => readings(doc, url).length > 0,
    read: (doc, url) => __side.merge(readings(doc, url), url.href),
  };
  __side.register(reader);
  return {};
});
