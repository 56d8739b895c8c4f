// @ts-check
// A member's page by its structure alone: the heading that the title of the tab names, the link that
// belongs to the page's owner, what stands between them, and sections by where their links lead. It
// reads layouts that nobody has described, and fills what the others did not find.
__side.define(() => {
  const { line, lines, shown, degree, degreeIn, isName, isPronouns, period, isLength, squeeze } =
    __side.text;
  const { contactInfo, photo, outline } = __side.selectors.linkedin;
  const CLIMB = 8;

  /** Whether a text is more than how to speak of somebody and how near they are.
   * @param {string} text */
  const says = (text) => {
    const bare = text.replace(/^\([^)]*\)\s*/, "");
    return /\p{L}{2}/u.test(bare) && !degree(bare) && !isPronouns(bare) && !/^[\p{Nd}·•+]/u.test(bare);
  };

  /** Whether an element is part of the page's subject, not of what stands around it.
   * @param {Element} element */
  const inside = (element) => !element.closest(outline.around);

  /** The first part of the tab's title, without the number of messages before it.
   * @param {Document} doc */
  const titled = (doc) =>
    squeeze(doc.title)
      .replace(/^\(\p{Nd}+\+?\)\s*/u, "")
      .split(/\s+[|｜·•–—-]\s+/)[0] ?? "";

  /** @param {Element} link @param {URL} url */
  const isOwn = (link, url) => {
    const target = __side.url.parse(link.getAttribute("href") ?? "", url.href);
    return target !== null && __side.url.slug(target) === __side.url.slug(url);
  };

  /** What belongs to the page's owner beside a name: the link to how to reach them, or a picture.
   * @param {Element} card @param {URL} url @param {boolean} titled */
  const owned = (card, url, titled) =>
    [...card.querySelectorAll(titled ? outline.owner : outline.card)].some((link) =>
      isOwn(link, url),
    ) || (titled && card.querySelector(photo) !== null);

  /** @param {Element} part */
  const headings = (part) => part.querySelectorAll(outline.sectionHeading).length;

  /** The smallest part of the page that holds a heading, something of its owner's, and words beside
   * it, if there are any before the next heading.
   * @param {Element} heading @param {URL} url @param {boolean} titled */
  const cardOf = (heading, url, titled) => {
    const name = line(heading);
    let smallest = null;
    let card = heading.parentElement;
    for (let step = 0; card && step < CLIMB; step++, card = card.parentElement) {
      // What the title does not name needs a part of the page for itself.
      if (card.matches(titled ? "html,body" : "html,body,main")) break;
      if (smallest && headings(card) > headings(smallest)) break;
      if (!owned(card, url, titled)) continue;
      smallest ??= card;
      if (lines(card).some((text) => says(text) && text !== name)) return card;
    }
    return smallest;
  };

  /**
   * The heading that is the owner's name, and its card.
   * @param {Document} doc @param {URL} url @returns {{heading: Element, card: Element} | null}
   */
  const find = (doc, url) => {
    const title = titled(doc).toLowerCase();
    const headings = [...doc.querySelectorAll(outline.heading)].filter(
      (one) => inside(one) && shown(one) && isName(line(one)),
    );
    /** @param {Element} one */
    const isTitle = (one) => title.length > 1 && line(one).toLowerCase() === title;
    let named = headings.filter(isTitle);
    if (!named.length && title.length > 1)
      named = [...doc.querySelectorAll(outline.text)].filter(
        (one) =>
          squeeze(one.textContent).toLowerCase().startsWith(title) &&
          inside(one) &&
          shown(one) &&
          isTitle(one),
      );
    const cards = [...named, ...headings].flatMap((heading) => {
      const card = cardOf(heading, url, named.includes(heading));
      return card ? [{ heading, card }] : [];
    });
    // The name in a bar that stays in view has a picture, too.
    return cards.find(({ card }) => owned(card, url, false)) ?? cards[0] ?? null;
  };

  /** The last words before the link to how to reach the owner.
   * @param {Document} doc @param {URL} url @param {string} name */
  const placeOf = (doc, url, name) => {
    const link = [...doc.querySelectorAll(contactInfo)].find(
      (one) => inside(one) && isOwn(one, url),
    );
    let up = link?.parentElement;
    for (let step = 0; link && up && step < CLIMB; step++, up = up.parentElement) {
      const last = lines(up, link).findLast((text) => /\p{L}{2}/u.test(text));
      if (last) return last === name ? "" : last.replace(/\s*[·•|]\s*$/, "");
    }
    return "";
  };

  /** The innermost elements that say from when to when. @param {Element} root */
  const dated = (root) => {
    const all = [...root.querySelectorAll(outline.text)].filter(
      (one) => shown(one) && !one.closest(outline.unread) && period(squeeze(one.textContent)),
    );
    return all.filter((one) => !all.some((other) => other !== one && one.contains(other)));
  };

  /**
   * The part of the page that a section is, by its name in the site's own marks or by its links.
   * @param {Document} doc @param {keyof typeof outline.sections} kind
   */
  const section = (doc, kind) => {
    for (const css of outline.sections[kind]) {
      for (const mark of [...doc.querySelectorAll(css)].filter(inside)) {
        let part = mark.closest("section") ?? mark;
        for (let up = part.parentElement; up && !mark.closest("section"); up = part.parentElement) {
          const headed = headings(part);
          if (up.matches(outline.page)) break;
          if (headed && (headings(up) > headed || dated(part).length)) break;
          part = up;
        }
        // Companies that somebody follows are linked too, but without dates.
        const told = kind === "about" ? lines(part).length > 1 : dated(part).length > 0;
        if (shown(part) && told) return part;
      }
    }
    return null;
  };

  /** What belongs to each date: as much as holds no other one. @param {Element} root */
  const rows = (root) => {
    const dates = dated(root);
    return dates.map((date) => {
      let row = date;
      for (let up = row.parentElement; up && up !== root; up = up.parentElement) {
        const part = up;
        const others = dates.some((other) => other !== date && part.contains(other));
        if (others || part.querySelector(outline.sectionHeading)) break;
        row = up;
      }
      return row;
    });
  };

  /** @param {string | undefined} text */
  const before = (text) => (text ?? "").split(/\s+[·•]\s+/)[0] ?? "";

  /** The company that stands above the first of several positions.
   * @param {Element} first @param {Element} root */
  const employer = (first, root) => {
    let stop = first;
    for (let up = stop.parentElement; up; stop = up, up = up.parentElement) {
      const above = lines(up, stop).filter((text) => !period(text) && !isLength(text));
      if (above.length) return up.querySelector(outline.sectionHeading) ? "" : before(above[0]);
      if (up === root) break;
    }
    return "";
  };

  /** @param {Element} root @returns {Experience[]} */
  const positions = (root) => {
    const all = rows(root);
    return all.map((row) => {
      const texts = lines(row);
      const at = texts.findIndex((text) => period(text));
      // Some sites put the dates first.
      const words = at > 0 ? texts.slice(0, at) : texts.slice(at + 1);
      const group = all.filter((other) => other.parentElement === row.parentElement);
      const above = group[0] && group.length > 1 ? employer(group[0], root) : "";
      return {
        title: words[0] ?? "",
        company: above || before(words[1]),
        ...period(texts[at] ?? ""),
      };
    });
  };

  /** @param {Element} root @returns {Education[]} */
  const schools = (root) =>
    rows(root).map((row) => {
      const texts = lines(row);
      const words = texts.filter((text) => !period(text));
      return { school: words[0] ?? "", degree: words[1], ...texts.map(period).find(Boolean) };
    });

  /** @param {Element} root */
  const prose = (root) => {
    const long = root.querySelector(outline.long);
    const heading = root.querySelector(outline.titles);
    return (long ? lines(long) : lines(root).filter((text) => text !== line(heading))).join("\n");
  };

  /** How deep the one line of an element lies in it. @param {Element} element @returns {number} */
  const depth = (element) => {
    const [only, ...others] = element.children;
    return only && !others.length ? 1 + depth(only) : 0;
  };

  /** The line beside a name that is wrapped least: an offer between the two is no part of the card.
   * @param {Element} heading @param {Element} card @param {(text: string) => boolean} fits */
  const beside = (heading, card, fits) => {
    for (let up = heading; up !== card && up.parentElement; up = up.parentElement) {
      const all = [...up.parentElement.children];
      const texts = all.slice(all.indexOf(up) + 1).filter((one) => {
        const drawn = shown(one) && !one.matches("button") && lines(one).length === 1;
        return drawn && fits(line(one));
      });
      const best = texts.sort((a, b) => depth(a) - depth(b))[0];
      if (best) return line(best);
    }
    return undefined;
  };

  /** @param {Document} doc @param {URL} url @returns {Reading | null} */
  const read = (doc, url) => {
    const found = find(doc, url);
    if (!found) return null;
    const { heading, card } = found;
    const name = line(heading);
    const texts = lines(card);
    const location = placeOf(doc, url, name);
    const below = texts.slice(texts.findIndex((text) => text.startsWith(name)) + 1);
    /** @param {string} text */
    const fits = (text) => says(text) && text !== location && text !== name;
    const experience = section(doc, "experience");
    const education = section(doc, "education");
    const about = section(doc, "about");
    const held = experience ? positions(experience) : [];
    return {
      layout: "outline",
      facts: {
        name,
        headline: beside(heading, card, fits) ?? below.find(fits),
        location,
        company: held[0]?.company,
        about: about ? prose(about) : "",
        photo_url: card.querySelector(photo)?.getAttribute("src") ?? "",
        degree: texts.map(degree).find(Boolean) ?? degreeIn(card, name),
        experience: held,
        education: education && education !== experience ? schools(education) : [],
      },
      addresses: [],
    };
  };

  return { outline: { read, section, positions, schools, prose, titled, isOwn } };
});
