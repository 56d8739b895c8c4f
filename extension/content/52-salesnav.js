// @ts-check
// A lead's page in Sales Navigator. Its address is another one than the public profile's; where
// the card links to that, both go along, because they are one person.
__side.define(() => {
  const { lines, first, shown, period, degreeIn, isPlace } = __side.text;
  const { lead } = __side.listed;
  const { member, outline, photo } = __side.selectors.linkedin;

  /** Several positions at one company lie in an entry of that company's.
   * @param {Element} item @param {Element[]} all @returns {Experience} */
  const position = (item, all) => ({
    title: first(item, lead.title),
    company:
      first(item, lead.employer) ||
      first(all.find((other) => other !== item && other.contains(item)) ?? null, lead.employer),
    ...lines(item).map(period).find(Boolean),
    description: textOf(item.querySelector(lead.description)),
  });

  /**
   * A long text stands whole in the title, and shortened in the page.
   * @param {Element | null} element
   */
  const textOf = (element) => element?.getAttribute("title") || lines(element).join("\n");

  /** The part of the page that is the lead's: the one marked as it, else what holds a headline and
   * no other name. A name that leads elsewhere is somebody else's.
   * @param {Document} doc @param {URL} url */
  const topOf = (doc, url) => {
    const names = lead.name
      .flatMap((css) => [...doc.querySelectorAll(css)])
      .filter((one) => {
        const address = one.closest(lead.link)?.getAttribute("href");
        const target = address ? __side.url.parse(address, url.href) : url;
        const own = target && __side.url.salesToken(target) === __side.url.salesToken(url);
        return own && shown(one) && !one.closest(lead.others) && lines(one).length > 0;
      });
    for (const css of lead.top) {
      const marked = names.map((one) => one.closest(css)).find((one) => one && shown(one));
      if (marked) return marked;
    }
    for (const name of names) {
      let top = null;
      for (let up = name.parentElement; up && !up.matches(outline.page); ) {
        if (first(up, lead.headline)) top = up;
        up = up.parentElement;
        if (lead.name.some((css) => (up?.querySelectorAll(css).length ?? 0) > 1)) break;
      }
      if (top) return top;
    }
    return null;
  };

  /** The place, which not every layout marks: the first text below the headline that can be one.
   * @param {Element} top @param {string} headline */
  const placeIn = (top, headline) => {
    const texts = lines(top);
    return texts.slice(texts.indexOf(headline) + 1).find(isPlace) ?? "";
  };

  /** @param {Document} doc @param {URL} url @returns {Reading | null} */
  const reading = (doc, url) => {
    const top = topOf(doc, url);
    if (!top) return null;
    const about = [...doc.querySelectorAll(lead.about)].find((one) => !one.closest(lead.position));
    const entries = [...doc.querySelectorAll(lead.position)];
    const experience = entries
      .filter((one) => !entries.some((other) => other !== one && one.contains(other)))
      .map((one) => position(one, entries))
      .filter((one) => one.title);
    const name = first(top, lead.name);
    const headline = first(top, lead.headline);
    return {
      layout: "salesnav",
      facts: {
        name,
        headline,
        location: first(top, lead.location) || placeIn(top, headline),
        degree: degreeIn(top, name),
        company: experience[0]?.company || first(top, lead.employer),
        about: textOf(about ?? null),
        photo_url: top.querySelector(photo)?.getAttribute("src") ?? "",
        experience,
      },
      addresses: [...top.querySelectorAll(member)].map((link) => link.getAttribute("href") ?? ""),
    };
  };

  /** @param {Document} doc @param {URL} url */
  const all = (doc, url) => [reading(doc, url)].filter((one) => one !== null);

  /** @type {Reader} */
  const reader = {
    id: "salesnav",
    version: 2,
    match: (url) => __side.url.salesToken(url) !== "",
    ready: (doc, url) => all(doc, url).length > 0,
    read: (doc, url) => __side.merge(all(doc, url), url.href),
  };
  __side.register(reader);
  return {};
});
