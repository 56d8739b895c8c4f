// @ts-check
// Starts what the page shows of us, and stops it when a newer copy takes over.
__side.define(() => {
  const { say, count } = __side.dom;
  const { pageKey, kind, readers } = __side.url;
  const { follow, watch, settle, signature } = __side.route;
  const { ask, alive, load } = __side;
  const MOST_VIEWS = 50;
  const MOST_LISTS = 10;

  /** Reads nobody, on a page where nobody is or whose reader is switched off.
   * @param {string} layout @returns {Reader} */
  const nobody = (layout) => ({
    id: "none",
    version: 0,
    match: () => true,
    ready: () => false,
    read: () => ({ kind: "unreadable", gaps: ["name"], layout }),
  });

  /**
   * What the button says of the price, and what more of it where it is pointed at: from this
   * browser's own memory, or from the server where the member has switched that on.
   * @param {{known: boolean, row?: any, available?: number}} before @returns {string[]}
   */
  const price = ({ known, row, available }) => {
    if (!row) return known ? [count("credits", 0)] : [];
    if (row.suppressed) return [say("outcome_suppressed")];
    const campaign = row.enrollment?.campaign;
    if (campaign)
      return [say("outcome_conflict_in", campaign.name), __side.dom.since(row.enrollment)];
    const cost = count("credits", row.cost);
    if (row.cost && available !== undefined) return [say("then", cost, available - row.cost)];
    return [cost, __side.dom.by(row)];
  };

  const main = () => {
    const whole = new AbortController();
    /** @type {Map<string, View>} */
    const views = new Map();
    /** @type {Place | null} */
    let place = null;
    /** What the page has shown last. @type {Shown | null} */
    let last = null;
    let page = new AbortController();
    /** @type {Map<string, ReturnType<Side["people"]>>} */
    const lists = new Map();
    /** @type {ReturnType<Side["people"]> | null} */
    let people = null;
    /** @type {ReturnType<Side["person"]> | null} */
    let person = null;

    const press = () => void analyze();
    const shell = __side.shell(() => (people ? openList() : press()));
    // Learned now: an orphan cannot look them up any more.
    for (const key of ["fail_stale", "fail_stale_text"]) say(key);

    /** The panel, which is put into the page on its first use; null where that fails. */
    const panel = async () => {
      const reply = await load("panel");
      shell.bare(reply.ok ? null : reply.code);
      if (!reply.ok) return null;
      if (!person) {
        __side.frame(shell, () => close());
        person = __side.person(shell, ask, press, (view) => place?.view === view);
      }
      return person;
    };

    const analyze = async () => {
      const asked = place;
      const shown = await panel();
      // What was pressed stood for the page before: look anew, and leave the next press to the person.
      if (asked?.key !== pageKey(location.href) || place !== asked) return arrived(shown);
      if (!shown || !asked?.reader) return;
      if (!alive())
        return shown.show(
          Object.assign(asked.view, {
            open: true,
            phase: "done",
            answer: undefined,
            failure: { code: "stale" },
          }),
        );
      await pressOn(shown, asked);
    };

    /** Say that it was another page which the button stood for. @param {ReturnType<Side["person"]> | null} shown */
    const arrived = (shown) => {
      visit();
      if (!shown || !place || place.view.answer || kind(place.url) !== "person") return;
      const failure = { code: "page_changed" };
      shown.show(Object.assign(place.view, { open: true, phase: "done", failure }));
    };

    /** @param {ReturnType<Side["person"]>} shown @param {Place} here */
    const pressOn = async (shown, here) => {
      const code = changed(here);
      if (!code) return shown.press(here);
      const failure = { code };
      shown.show(Object.assign(here.view, { open: true, phase: "done", answer: undefined, failure }));
      return "unreadable";
    };

    const hide = () => {
      if (people) {
        people.close();
        void ask("list.fold", { folded: true });
      } else if (place) place.view.open = false;
      shell.hidePanel();
      return offer();
    };

    const close = () => void hide().then(() => shell.focusPill());

    const openList = () => {
      people?.open(false);
      void ask("list.fold", { folded: false });
    };

    /** The button as it stands before a press, with what is known without having sent anything. */
    const offer = async () => {
      if (shell.open) return;
      if (people) return shell.showPill(count("people", people.view.people.length));
      const asked = place;
      if (!asked?.readable) return;
      const known = await ask("person.known", { key: asked.key });
      if (place !== asked || shell.open) return;
      shell.showPill(say("analyze"), ...(known.ok ? price(known.data) : []));
    };

    /** @param {Place} here @param {Found} found */
    const arrive = (here, found) => {
      here.readable = true;
      here.signature = signature(found);
      shell.mount();
      return found.kind === "list" ? list(here) : void offer();
    };

    /** The people whom the page lists now. */
    const listed = () => {
      const now = place?.reader?.read(document, place.url);
      return now?.kind === "list" ? now : null;
    };

    /** Dock the panel of a page that lists people. @param {Place} here */
    const list = async (here) => {
      if (!(await panel()) || place !== here || people) return;
      const made = (people = lists.get(here.key) ?? __side.people(shell, ask, listed));
      lists.set(here.key, made);
      for (const old of [...lists.keys()].slice(0, -MOST_LISTS)) lists.delete(old);
      made.update();
      watch(() => (made.update(), false), page.signal);
      const state = await ask("list.state", {});
      if (people !== made || made.view.open) return;
      if (state.ok && state.data.folded) void offer();
      else made.open(true);
    };

    /**
     * What a place has shown; where it was left too soon to tell, what is drawn now, and else what
     * was there before it.
     * @param {Place} left @returns {Shown | null}
     */
    const lastShown = (left) => {
      const drawn =
        left.signature ||
        (left.reader ? signature(left.reader.read(document, left.url)) : "");
      return drawn ? { url: left.url, signature: drawn } : left.before;
    };

    /** Why the page is not to be sent: it shows somebody else than the button stood for, or still
     * the person before. @param {Place} here */
    const changed = (here) => {
      const found = here.reader?.read(document, here.url);
      if (!found || found.kind !== "profile") return "";
      const now = signature(found);
      if (!here.readable) return here.before?.signature === now ? "unreadable" : "";
      const [name = ""] = (here.signature ?? "").split("\n");
      if (name === found.page.name) return "";
      here.signature = now;
      return "page_changed";
    };

    /** Leave the page before, and look at the one that is here now. */
    const visit = () => {
      const url = new URL(location.href);
      const key = pageKey(url.href);
      // A list keeps its address while it is sorted and paged: it follows what is drawn.
      if (place?.key === key) return place.reader ? people?.update() : void look(place);
      if (place) last = lastShown(place);
      page.abort();
      page = new AbortController();
      people?.close();
      people = null;
      place = null;
      shell.bare(null);
      shell.hidePanel();
      shell.hidePill();
      if (!kind(url)) return;
      const view = views.get(key) ?? { key, open: false, phase: "idle" };
      views.set(key, view);
      for (const old of [...views.keys()].slice(0, -MOST_VIEWS)) views.delete(old);
      const before = last && pageKey(last.url.href) !== key ? last : null;
      const here = (place = { key, url, before, view });
      if (view.open) {
        shell.mount();
        void panel().then((shown) => shown?.show(view));
      }
      void look(here);
    };

    /** Find who reads a page, and wait for what belongs to its address. @param {Place} here */
    const look = async (here) => {
      const { signal } = page;
      const shared = await load("readers");
      const reply = shared.ok ? await load(readers(here.url)) : shared;
      if (!reply.ok || signal.aborted || here.reader) return;
      const reader = __side.readers.find((one) => one.match(here.url));
      const broken = reader && reply.data.disabled?.[reader.id];
      here.reader = !reader ? nobody("none") : reader.version > (broken ?? -1) ? reader : nobody("off");
      settle(here.reader, here.url, here.before, signal, (found) => void arrive(here, found));
    };

    /** The popup's button: a press like any other, on a page of any kind. */
    const pressed = async () => {
      visit();
      const url = new URL(location.href);
      const here = (place ??= {
        key: pageKey(url.href),
        url,
        reader: nobody("none"),
        before: null,
        view: { key: pageKey(url.href), open: true, phase: "idle" },
      });
      shell.mount();
      if (!here.reader) await look(here);
      const found = here.reader?.read(document, here.url);
      if (place === here && found?.kind === "list" && !people) await arrive(here, found);
      const shown = await panel();
      if (place !== here || !shown) return "unreadable";
      if (people) {
        openList();
        return "list";
      }
      return pressOn(shown, here);
    };

    chrome.runtime.onMessage.addListener((message, sender, reply) => {
      if (sender.id !== chrome.runtime.id) return false;
      if (message?.type === "page.analyze") {
        void pressed().then(
          (found) => reply({ ok: true, data: { found } }),
          () => reply({ ok: false, code: "unreadable" }),
        );
        return true;
      }
      const waiting = message?.type === "person.answered" && views.get(message.key);
      // Only where somebody was told that the press is kept; elsewhere the popup tells of it.
      if (waiting && waiting.failure?.facts?.["kept"]) person?.answered(waiting, message.reply);
      const asked = message?.type === "contact.found" && views.get(message.key);
      if (asked && asked.finds?.runs[message.action]?.failure?.facts?.["kept"])
        person?.found(asked, message.action, message.reply);
      if (message?.type === "session.changed" && place?.view.failure?.code === "signed_out") {
        Object.assign(place.view, { failure: undefined, phase: "idle" });
        void hide();
      }
      return false;
    });

    // A copy of a newer version announces itself by a name that no page knows: ours is made of the
    // extension's id. Whatever is older leaves.
    const name = `side:${chrome.runtime.id}`;
    document.dispatchEvent(new Event(name));
    document.addEventListener(name, () => (whole.abort(), page.abort(), shell.unmount()), {
      signal: whole.signal,
    });
    follow(visit, whole.signal);
    visit();
  };

  return { main };
});

if (!__side.started && globalThis.chrome?.runtime?.id) {
  __side.started = true;
  // A page that is only being prepared for a visit is not being looked at.
  if (/** @type {any} */ (document).prerendering)
    document.addEventListener("prerenderingchange", () => __side.main(), { once: true });
  else __side.main();
}
