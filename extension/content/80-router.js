// @ts-check
// Follows the page: sites change their address without loading, and draw what belongs to it later.
__side.define(() => {
  const PATIENCE = 10_000;
  const SAME_PERSON = 4_000;
  const AT_REST = 400;

  /**
   * Calls `changed` with each new address, until `signal` ends it.
   * @param {() => void} changed @param {AbortSignal} signal
   */
  const follow = (changed, signal) => {
    const navigation = /** @type {EventTarget | undefined} */ (
      /** @type {any} */ (globalThis).navigation
    );
    navigation?.addEventListener("navigatesuccess", changed, { signal });
    for (const type of ["popstate", "pageshow"]) addEventListener(type, changed, { signal });
    if (navigation) return;
    const timer = setInterval(changed, 1_000);
    signal.addEventListener("abort", () => clearInterval(timer));
  };

  /**
   * Calls `look` now and whenever the page has changed, until it answers true or is told to stop.
   * @param {() => boolean} look @param {AbortSignal} signal @param {number} [patience] milliseconds
   */
  const watch = (look, signal, patience = Infinity) => {
    if (look() || signal.aborted) return;
    const started = Date.now();
    let timer = 0;
    const observer = new MutationObserver(() => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        if (signal.aborted || look() || Date.now() - started > patience) observer.disconnect();
      }, 250);
    });
    observer.observe(document.documentElement, { childList: true, subtree: true });
    signal.addEventListener("abort", () => {
      observer.disconnect();
      clearTimeout(timer);
    });
  };

  /** Whom a page shows, as a text that differs between two people. @param {Found} found */
  const signature = (found) => {
    if (found.kind !== "profile") return "";
    const { name, headline, location, about, photo_url } = found.page;
    const begin = about?.slice(0, 80).replaceAll("\n", " ");
    return [name, headline, location, begin, photo_url].join("\n");
  };

  /**
   * Whether two addresses may be one person's page without it being drawn anew: a part of the same
   * page, or the site's own id that gives way to a name.
   * @param {URL} url @param {URL} before
   */
  const related = (url, before) => {
    if (__side.url.isEncoded(url) || __side.url.isEncoded(before)) return true;
    const [short, long] = [url.pathname, before.pathname]
      .map((path) => path.replace(/\/*$/, "/"))
      .sort((a, b) => a.length - b.length);
    return url.host === before.host && short !== "/" && long?.startsWith(short ?? "/") === true;
  };

  /** Whether a page has begun to show somebody else and still says of them what it said before.
   * @param {string} now @param {string} old */
  const half = (now, old) => {
    const before = old.split("\n");
    const same = now.split("\n").filter((text, field) => text && text === before[field]);
    return same.length > 1;
  };

  /**
   * Waits until the page shows what belongs to its address. A site changes the address first: the
   * person before is still drawn then, or half of them, and must not be taken for the next one.
   * @param {Reader} reader
   * @param {URL} url
   * @param {{url: URL, signature: string} | null} before what was shown until now
   * @param {AbortSignal} signal @param {(found: Found) => void} found
   */
  const settle = (reader, url, before, signal, found) => {
    const started = Date.now();
    const old = before?.signature ?? "";
    let seen = "";
    let over = false;
    let timer = 0;
    const look = () => {
      if (over || signal.aborted) return true;
      if (!reader.ready(document, url)) return false;
      const reading = reader.read(document, url);
      const now = signature(reading);
      if (old && now === old) {
        if (!before || !related(url, before.url) || Date.now() - started < SAME_PERSON)
          return false;
      } else if (old && half(now, old) && Date.now() - started < SAME_PERSON) {
        return false;
      } else if (old && now && now !== seen) {
        seen = now;
        clearTimeout(timer);
        timer = window.setTimeout(look, AT_REST);
        return false;
      }
      over = true;
      found(reading);
      return true;
    };
    watch(look, signal, PATIENCE);
    // The page may come to rest before the time is up.
    const last = setTimeout(look, SAME_PERSON + 50);
    signal.addEventListener("abort", () => (clearTimeout(last), clearTimeout(timer)));
  };

  return { route: { follow, watch, settle, signature } };
});
