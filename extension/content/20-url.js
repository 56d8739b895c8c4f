// @ts-check
// What kind of page an address is, and when two addresses are the same page. The server decides
// who is the same person; this is only for what the browser itself keeps apart.
__side.define(() => {
  const ENCODED = /^A(?:CoA|CwA|EMA)[\w-]{35}$/;

  const LISTS =
    /^\/(search\/results\/people|(company|school)\/[^/]+\/people|sales\/(search|lists)\/people)/;

  /** @param {string} address @param {string} [base] */
  const parse = (address, base) => {
    try {
      const url = new URL(address || "about:", base);
      return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : null;
    } catch {
      return null;
    }
  };

  /** @param {URL} url */
  const isLinkedIn = (url) => /(^|\.)linkedin\.com$/.test(url.hostname);

  /** @param {URL} url */
  const isXing = (url) => /(^|\.)xing\.com$/.test(url.hostname);

  /** @param {string} segment */
  const decode = (segment) => {
    try {
      return decodeURIComponent(segment).normalize("NFC");
    } catch {
      return "";
    }
  };

  /**
   * The last part of a member's address on LinkedIn, or "" where the address is none.
   * @param {URL} url
   */
  const slug = (url) => {
    if (!isLinkedIn(url)) return "";
    const found = /^\/(?:(?:mwlite|m|comm)\/)?in\/([^/]+)/.exec(url.pathname);
    const name = found?.[1] ? decode(found[1]) : "";
    if (ENCODED.test(name)) return name;
    return name.toLowerCase() === "me" ? "" : name.toLowerCase();
  };

  /** @param {URL} url */
  const salesToken = (url) =>
    (isLinkedIn(url) && /^\/sales\/(?:lead|people|profile)\/([^/,%]+)/.exec(url.pathname)?.[1]) ||
    "";

  /**
   * One text for all addresses that this browser takes for the same page.
   * @param {string} address
   */
  const pageKey = (address) => {
    const url = parse(address);
    if (!url) return "";
    if (slug(url)) return `li:in:${slug(url)}`;
    if (salesToken(url)) return `li:sales:${salesToken(url)}`;
    return `web:${url.host.replace(/^www\./, "")}${url.pathname.replace(/\/+$/, "")}`;
  };

  /**
   * The addresses that surely belong to one person, short and clean; others are left out, because
   * a wrong claim would join two people.
   * @param {Iterable<string | null | undefined>} addresses
   * @param {string} own
   */
  const personal = (addresses, own) => {
    const found = new Map();
    for (const address of addresses) {
      const url = parse(address ?? "");
      if (!url) continue;
      const xing = isXing(url) && /^\/profile\/[^/]+/.exec(url.pathname);
      const clean = slug(url)
        ? `https://www.linkedin.com/in/${encodeURIComponent(slug(url))}`
        : xing && `https://www.xing.com${xing[0]}`;
      if (clean && pageKey(clean) !== pageKey(own)) found.set(pageKey(clean), clean);
    }
    return [...found.values()].slice(0, 5);
  };

  /**
   * What a page may be about by its address alone; "" where no person can be on it.
   * @param {URL} url @returns {"person" | "people" | ""}
   */
  const kind = (url) => {
    if (!isLinkedIn(url) || slug(url) || salesToken(url)) return "person";
    return LISTS.test(url.pathname) ? "people" : "";
  };

  /** Who reads a page, by its address. @param {URL} url @returns {Part} */
  const readers = (url) => {
    if (url.hostname === "github.com") return "github";
    if (isXing(url)) return "xing";
    if (!isLinkedIn(url)) return "anywhere";
    if (salesToken(url)) return "lead";
    return slug(url) ? "member" : "people";
  };

  /** Whether a member's address is an id of the site's own rather than a name. @param {URL} url */
  const isEncoded = (url) => ENCODED.test(slug(url));

  return {
    url: { parse, decode, kind, readers, isEncoded, isLinkedIn, slug, salesToken, pageKey, personal },
  };
});
