// @ts-check
// A lead's page in Sales Navigator. Its address is another one than the public profile's; where
// the card links to that, both go along, because they are one person.
__side.define(() => {
  const { line, lines, first, shown, period, degree } = __side.text;
  const { lead, member, photo } = __side.selectors.linkedin;

  /** @param {Element} item @returns {Experience} */
  const position = (item) => ({
    title: first(item, lead.title),
    company: first(item, lead.employer),
    ...lines(item).map(period).find(Boolean),
    description: textOf(item.querySelector(lead.description)),
  });

  /**
   * A long text stands whole in the title, and shortened in the page.
   * @param {Element | null} element
   */
  const textOf = (element) => element?.getAttribute("title") || lines(element).join("\n");

  /** @param {Document} doc @returns {Reading | null} */
  const reading = (doc) => {
    const top = lead.top
      .flatMap((css) => [...doc.querySelectorAll(css)])
      .find((one) => shown(one) && !one.closest(lead.others) && first(one, lead.name));
    if (!top) return null;
    const about = [...doc.querySelectorAll(lead.about)].find((one) => !one.closest(lead.position));
    const experience = [...doc.querySelectorAll(lead.position)]
      .map(position)
      .filter((one) => one.title);
    return {
      layout: "salesnav",
      facts: {
        name: first(top, lead.name),
        headline: first(top, lead.headline),
        location: first(top, lead.location),
        degree: [...top.querySelectorAll("span")]
          .filter(shown)
          .map((one) => degree(line(one)))
          .find(Boolean),
        company: experience[0]?.company || first(top, lead.employer),
        about: textOf(about ?? null),
        photo_url: top.querySelector(photo)?.getAttribute("src") ?? "",
        experience,
      },
      addresses: [...top.querySelectorAll(member)].map((link) => link.getAttribute("href") ?? ""),
    };
  };

  /** @param {Document} doc */
  const all = (doc) => [reading(doc)].filter((one) => one !== null);

  /** @type {Reader} */
  const reader = {
    id: "salesnav",
    version: 1,
    match: (url) => __side.url.salesToken(url) !== "",
    ready: (doc) => all(doc).length > 0,
    read: (doc, url) => __side.merge(all(doc), url.href),
  };
  __side.register(reader);
  return {};
});
