// @ts-check
// Follows the page: sites change their address without loading, and draw what belongs to it later.
__side.define(() => {
  const PATIENCE = 10_000;
  const SAME_PERSON = 4_000;

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

  /** Whom a page shows, as a short text. @param {Found} found */
  const signature = (found) =>
    found.kind === "profile" ? `${found.page.name}\n${found.page.headline ?? ""}` : "";

  /**
   * Waits until the page shows what belongs to its address. A site changes the address first: the
   * person before is still drawn then, and must not be taken for the next one.
   * @param {Reader} reader
   * @param {URL} url
   * @param {string} previous the signature of the page before
   * @param {AbortSignal} signal @param {(found: Found) => void} found
   */
  const settle = (reader, url, previous, signal, found) => {
    const started = Date.now();
    const look = () => {
      if (!reader.ready(document, url)) return false;
      const reading = reader.read(document, url);
      if (previous && signature(reading) === previous && Date.now() - started < SAME_PERSON)
        return false;
      found(reading);
      return true;
    };
    watch(look, signal, PATIENCE);
    // The page may come to rest before the time is up.
    const last = setTimeout(() => !signal.aborted && look(), SAME_PERSON + 50);
    signal.addEventListener("abort", () => clearTimeout(last));
  };

  return { route: { follow, watch, settle, signature } };
});
