// @ts-check
// An account of a person on GitHub. Organisations, repositories and the site's own pages look alike
// from the outside; only a card with the account's own name on it counts.
__side.define(() => {
  const { first, line, lines, shown } = __side.text;
  const { github } = __side.sites;
  const OWN_PAGES =
    /^(about|apps|collections|contact|customer-stories|dashboard|enterprise|events|explore|features|issues|join|login|logout|marketplace|new|notifications|organizations|orgs|pricing|pulls|search|security|sessions|settings|signup|site|sponsors|stars|team|topics|trending)$/i;

  /** The account's name in the address, or "". @param {URL} url */
  const account = (url) => {
    const name = /^\/([A-Za-z\d](?:[A-Za-z\d-]{0,38}))\/?$/.exec(url.pathname)?.[1] ?? "";
    return OWN_PAGES.test(name) ? "" : name;
  };

  /** @param {Document} doc @param {URL} url */
  const cardOf = (doc, url) => {
    const wanted = account(url).toLowerCase();
    return github.card
      .flatMap((css) => [...doc.querySelectorAll(css)])
      .find(
        (card) => shown(card) && first(card, github.nick).split(/[\s·]/)[0]?.toLowerCase() === wanted,
      );
  };

  /** @param {Document} doc @param {URL} url @returns {Reading | null} */
  const reading = (doc, url) => {
    const card = cardOf(doc, url);
    if (!card) return null;
    const company = first(card, github.company).replace(/^@/, "");
    const about = github.about.map((css) => card.querySelector(css)).find(Boolean);
    const email = card.querySelector(github.email)?.getAttribute("href") ?? "";
    return {
      layout: "github",
      facts: {
        name: first(card, github.name) || account(url),
        headline: lines(about)[0] ?? "",
        location: first(card, github.location),
        company,
        about: [lines(about).join("\n"), ...[...doc.querySelectorAll(github.readme)].map(line)]
          .filter(Boolean)
          .join("\n")
          .slice(0, 3_000),
        email: email.replace(/^mailto:|\?.*$/gi, ""),
        photo_url: card.querySelector(github.photo)?.getAttribute("src") ?? "",
        experience: company ? [{ title: "", company }] : [],
      },
      addresses: [...card.querySelectorAll(github.links)].map(
        (link) => link.getAttribute("href") ?? "",
      ),
    };
  };

  /** @param {Document} doc @param {URL} url */
  const all = (doc, url) => [reading(doc, url)].filter((one) => one !== null);

  /** @type {Reader} */
  const reader = {
    id: "github",
    version: 2,
    match: (url) => __side.url.readers(url) === "github",
    ready: (doc, url) => account(url) !== "" && all(doc, url).length > 0,
    read: (doc, url) => __side.merge(account(url) ? all(doc, url) : [], url.href),
  };
  __side.register(reader);
  return {};
});
