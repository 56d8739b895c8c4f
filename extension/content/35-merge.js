// @ts-check
// Joins what several ways of reading found into one profile, within the server's bounds.
__side.define(() => {
  const { squeeze, cut, isName } = __side.text;
  const MOST_BYTES = 60_000;
  const WANTED = ["headline", "location", "about", "experience"];

  /**
   * The entries of a list without empty fields and empty entries.
   * @template {Record<string, string | undefined>} T
   * @param {T[] | undefined} entries @param {number} most @returns {T[]}
   */
  const tidy = (entries, most) =>
    (entries ?? [])
      .map((entry) => {
        const kept = Object.entries(entry).map(([name, value]) => {
          const room =
            { description: 2_000, text: 2_000, url: 2_000, start: 60, end: 60, posted_at: 60 }[
              name
            ] ?? 300;
          return [
            name,
            cut(name === "description" || name === "text" ? value : squeeze(value), room),
          ];
        });
        return /** @type {T} */ (Object.fromEntries(kept.filter(([, value]) => value)));
      })
      .filter((entry) => entry["title"] || entry["company"] || entry["school"] || entry["text"])
      .slice(0, most);

  /** @type {Record<keyof PersonPage, (facts: Facts) => any>} */
  const FIELDS = {
    name: (facts) => cut(squeeze(facts.name), 300),
    headline: (facts) => cut(squeeze(facts.headline), 1_000),
    location: (facts) => cut(squeeze(facts.location), 300),
    company: (facts) => cut(squeeze(facts.company), 300),
    about: (facts) => cut(facts.about?.trim(), 12_000),
    email: (facts) =>
      /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(facts.email ?? "") ? cut(facts.email, 320) : "",
    photo_url: (facts) =>
      /^https:/.test(facts.photo_url ?? "") && (facts.photo_url?.length ?? 0) < 2_000
        ? facts.photo_url
        : "",
    degree: (facts) => facts.degree,
    experience: (facts) => tidy(/** @type {any} */ (facts.experience), 30),
    education: (facts) => tidy(/** @type {any} */ (facts.education), 15),
    skills: (facts) =>
      [
        ...new Set((facts.skills ?? []).map((skill) => cut(squeeze(skill), 100)).filter(Boolean)),
      ].slice(0, 50),
    posts: (facts) => tidy(/** @type {any} */ (facts.posts), 10),
    language: (facts) =>
      /^[a-z]{2,3}([-_][\w-]{2,20})?$/i.test(facts.language ?? "")
        ? facts.language?.replace("_", "-")
        : "",
  };

  /** @param {PersonPage} page */
  const fit = (page) => {
    const encoder = new TextEncoder();
    for (const room of [8_000, 4_000, 1_500, 500, 100]) {
      if (encoder.encode(JSON.stringify(page)).length < MOST_BYTES) return page;
      page.about = cut(page.about, room);
      for (const entry of page.experience ?? [])
        if (entry.description) entry.description = cut(entry.description, room / 4);
      page.posts = page.posts?.slice(0, room / 500);
    }
    return page;
  };

  /**
   * One profile of all readings, the earlier ones first; nobody without a name is one.
   * @param {Reading[]} readings @param {string} address @returns {Profile | Unreadable}
   */
  const merge = (readings, address) => {
    /** @type {Record<string, any>} */
    const page = {};
    /** @type {Record<string, string>} */
    const sources = {};
    for (const [name, read] of Object.entries(FIELDS)) {
      for (const reading of readings) {
        const value = read(reading.facts);
        if (!value || value.length === 0 || (name === "name" && !isName(value))) continue;
        page[name] = value;
        sources[name] = reading.layout;
        break;
      }
    }
    const layout = readings[0]?.layout ?? "none";
    const gaps = WANTED.filter((name) => !page[name]);
    if (!page["name"]) return { kind: "unreadable", gaps: ["name", ...gaps], layout };
    return {
      kind: "profile",
      url: address,
      identifiers: __side.url.personal(
        readings.flatMap((reading) => reading.addresses),
        address,
      ),
      page: fit(/** @type {PersonPage} */ (page)),
      sources,
      gaps,
      layout,
    };
  };

  return { merge };
});
