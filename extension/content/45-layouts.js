// @ts-check
// The older layouts of a LinkedIn profile, which some members are still served, and the page for
// visitors who are not signed in.
__side.define(() => {
  const { line, lines, first, shown, degree, degreeIn, period, isLength } = __side.text;
  const { photo, anchors, sections, guest, outline } = __side.selectors.linkedin;

  /** @param {Document} doc @param {string[]} selectors */
  const topOf = (doc, selectors) =>
    selectors
      .flatMap((css) => [...doc.querySelectorAll(css)])
      .find((found) => shown(found) && !found.closest(outline.around)) ?? null;

  /** "Acme · Full-time" without what follows the dot. @param {string | undefined} text */
  const before = (text) => (text ?? "").split(" · ")[0] ?? "";

  /** Visitors are shown asterisks for what they may not see. @param {string} text */
  const plain = (text) => (/\*{3}/.test(text) ? "" : text);

  /**
   * What a section shows, whose anchor is an empty element with this id.
   * @param {Document} doc
   * @param {string} id
   */
  const anchored = (doc, id) => doc.getElementById(id)?.closest("section") ?? null;

  /** @param {Element} item @param {string} css */
  const twins = (item, css) =>
    [...item.querySelectorAll(css)].filter(shown).map(line).filter(Boolean);

  /** The entries of a section that lie in no other entry. @param {Element | null} root */
  const entries = (root) => {
    const all = [...(root?.querySelectorAll(anchors.item) ?? [])];
    return all.filter((one) => !all.some((other) => other !== one && other.contains(one)));
  };

  /** @param {Element} item @returns {Experience[]} */
  const anchoredPositions = (item) => {
    const inner = [...item.querySelectorAll(anchors.item)].filter((one) =>
      twins(one, anchors.detail).some((text) => period(text)),
    );
    const head = first(item, anchors.title);
    return (inner.length ? inner : [item]).map((one) => {
      const details = twins(one, anchors.detail);
      return {
        title: first(one, anchors.title),
        company: inner.length ? head : before(twins(one, anchors.subtitle)[0]),
        ...details.map(period).find(Boolean),
        description: lines(one.querySelector(".inline-show-more-text span[aria-hidden]")).join(
          "\n",
        ),
      };
    });
  };

  /** Whether a heading alone is the owner's name: the tab's title says so, or a link of theirs.
   * @param {Document} doc @param {URL} url @param {Element} top */
  const witnessed = (doc, url, top) =>
    top.matches(anchors.sure) ||
    top.querySelector(anchors.sure) !== null ||
    top.querySelector(photo) !== null ||
    first(top, anchors.name) === __side.outline.titled(doc) ||
    [...doc.querySelectorAll(outline.owner)].some((link) => __side.outline.isOwn(link, url));

  /** @param {Document} doc @param {URL} url @returns {Reading | null} */
  const readAnchors = (doc, url) => {
    const found = topOf(doc, anchors.top);
    const top = found?.closest("section") ?? found?.closest("main > *") ?? found;
    if (!top || !witnessed(doc, url, top)) return null;
    const experience = entries(anchored(doc, "experience")).flatMap(anchoredPositions);
    const about = anchored(doc, "about");
    const box =
      about && anchors.about.map((css) => about.querySelector(css)).find((found) => found !== null);
    const name = first(top, anchors.name);
    return {
      layout: "anchors",
      facts: {
        name,
        headline: first(top, anchors.headline),
        location: first(top, anchors.location),
        degree: degree(first(top, anchors.degree)) ?? degreeIn(top, name),
        company: experience[0]?.company || first(top, anchors.company),
        about: lines(box?.querySelector('span[aria-hidden="true"]') ?? box).join("\n"),
        photo_url: top.querySelector(photo)?.getAttribute("src") ?? "",
        experience,
        education: entries(anchored(doc, "education")).map((item) => ({
          school: first(item, anchors.title),
          degree: twins(item, anchors.subtitle)[0],
          ...twins(item, anchors.detail).map(period).find(Boolean),
        })),
        skills: entries(anchored(doc, "skills")).map((item) => first(item, anchors.title)),
      },
      addresses: [],
    };
  };

  /** @param {Element} item @returns {Experience[]} */
  const sectionPositions = (item) => {
    const roles = [...item.querySelectorAll(sections.role)];
    const group = first(item, sections.group);
    const company = first(item, sections.subtitle);
    const kind = first(item, sections.separator);
    return (roles.length ? roles : [item]).map((one) => ({
      title: first(one, roles.length ? sections.roleTitle : sections.title),
      company: roles.length
        ? group
        : before(kind && company.endsWith(kind) ? company.slice(0, -kind.length).trim() : company),
      ...period(first(one, sections.dates)),
      description: first(one, sections.description),
    }));
  };

  /** @param {Document} doc @returns {Reading | null} */
  const readSections = (doc) => {
    const top = topOf(doc, sections.top);
    if (!top) return null;
    const experience = [...doc.querySelectorAll(sections.position)].flatMap(sectionPositions);
    return {
      layout: "sections",
      facts: {
        name: first(top, sections.name),
        headline: first(top, sections.headline),
        location: first(top, sections.location),
        degree: degree(first(top, sections.degree)),
        company: experience[0]?.company || first(top, sections.company),
        about: first(doc, sections.about),
        photo_url: top.querySelector(photo)?.getAttribute("src") ?? "",
        experience,
        education: [...doc.querySelectorAll(sections.school)].map((school) => ({
          school: first(school, sections.schoolName),
          degree: first(school, sections.schoolDegree),
        })),
        skills: [...doc.querySelectorAll(sections.skill)].map(line),
      },
      addresses: [],
    };
  };

  /** @param {Element} item @returns {Experience} */
  const guestPosition = (item) => {
    const dates = plain(first(item, guest.dates));
    const group = item.closest(guest.group);
    return {
      title: plain(first(item, guest.title)),
      company:
        plain(first(item, guest.subtitle)) || (group ? plain(first(group, guest.subtitle)) : ""),
      ...(isLength(dates) ? null : period(dates)),
      description: plain(first(item, guest.description)),
    };
  };

  /** @param {Document} doc @returns {Reading | null} */
  const readGuest = (doc) => {
    const top = topOf(doc, guest.top);
    if (!top) return null;
    const all = [...doc.querySelectorAll(`${guest.position},${guest.role}`)];
    const innermost = all.filter(
      (one) => !all.some((other) => other !== one && one.contains(other)),
    );
    return {
      layout: "guest",
      facts: {
        name: first(top, guest.name),
        headline: plain(first(top, guest.headline)),
        location: plain(first(top, guest.location)),
        company: plain(first(doc, guest.company)),
        about: plain(first(doc, guest.about)),
        experience: innermost.map(guestPosition).filter((one) => one.title),
        education: [...doc.querySelectorAll(guest.school)].map((item) => ({
          school: plain(first(item, guest.title)),
          degree: plain(first(item, guest.subtitle)),
        })),
      },
      addresses: [],
    };
  };

  return { layouts: { anchors: readAnchors, sections: readSections, guest: readGuest } };
});
