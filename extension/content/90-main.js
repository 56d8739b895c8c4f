// @ts-check
// Starts what the page shows of us, and stops it when a newer copy takes over.
__side.define(() => {
  const { say, count } = __side.dom;
  const { pageKey } = __side.url;
  const { follow, watch, settle, signature } = __side.route;
  const MOST_VIEWS = 50;

  const alive = () => {
    try {
      return Boolean(chrome.runtime?.id);
    } catch {
      return false;
    }
  };

  /** Ask the worker, the only one of us who speaks to the server. @type {Ask} */
  const ask = async (type, content) => {
    if (!alive()) return { ok: false, code: "stale" };
    try {
      return (
        (await chrome.runtime.sendMessage({ v: 1, type, ...content })) ?? {
          ok: false,
          code: "server",
        }
      );
    } catch {
      return { ok: false, code: alive() ? "server" : "stale" };
    }
  };

  const main = () => {
    const whole = new AbortController();
    /** @type {Map<string, View>} */
    const views = new Map();
    /** @type {Place | null} */
    let place = null;
    let page = new AbortController();
    /** @type {ReturnType<Side["people"]> | null} */
    let people = null;

    const press = () => void analyze();
    const shell = __side.shell({
      press: () => (people ? openList() : press()),
      close: () => close(),
    });
    const person = __side.person(shell, ask, press, (view) => place?.view === view);
    // Learned now: an orphan cannot look them up any more.
    for (const key of ["fail_stale", "fail_stale_text"]) say(key);

    const analyze = async () => {
      // What was pressed stood for the page before: look anew, and leave the next press to the person.
      if (place?.key !== pageKey(location.href)) return visit();
      if (!alive() && place)
        return person.show(
          Object.assign(place.view, {
            open: true,
            phase: "done",
            answer: undefined,
            failure: { code: "stale" },
          }),
        );
      if (place) await person.press(place);
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

    /** The button as it stands before a press, with what this browser itself remembers. */
    const offer = async () => {
      if (shell.open) return;
      if (people) return shell.showPill(count("people", people.view.people.length));
      const asked = place;
      if (!asked?.readable) return;
      const known = await ask("person.known", { key: asked.key });
      if (place !== asked || shell.open) return;
      shell.showPill(say("analyze"), known.ok && known.data.known ? count("credits", 0) : "");
    };

    /** @param {Place} here @param {Found} found */
    const arrive = (here, found) => {
      here.readable = true;
      here.signature = signature(found);
      shell.mount();
      if (found.kind !== "list") return void offer();
      const read = () => {
        const now = here.reader.read(document, here.url);
        return now.kind === "list" ? now : null;
      };
      const list = (people = __side.people(shell, ask, read));
      list.update();
      watch(() => (list.update(), false), page.signal);
      void ask("list.state", {}).then((state) => {
        if (people !== list || list.view.open) return;
        if (state.ok && state.data.folded) void offer();
        else list.open(true);
      });
    };

    /** Leave the page before, and look at the one that is here now. */
    const visit = () => {
      const url = new URL(location.href);
      const reader = __side.readers.find((one) => one.match(url));
      const key = pageKey(url.href);
      // A list keeps its address while it is sorted and paged: it follows what is drawn.
      if (place?.key === key) return people?.update();
      const previous = place?.signature ?? "";
      page.abort();
      page = new AbortController();
      people = null;
      place = null;
      shell.hidePanel();
      shell.hidePill();
      if (!reader) return;
      const view = views.get(key) ?? { open: false, phase: "idle" };
      views.set(key, view);
      for (const old of [...views.keys()].slice(0, -MOST_VIEWS)) views.delete(old);
      const here = (place = { key, url, reader, view });
      settle(reader, url, previous, page.signal, (found) => arrive(here, found));
      if (view.open) {
        shell.mount();
        person.show(view);
      }
    };

    /** The popup's button: a press like any other, on a page of any kind. */
    const pressed = async () => {
      if (!place) visit();
      shell.mount();
      const found = place?.reader.read(document, place.url);
      if (place && found?.kind === "list" && !people) arrive(place, found);
      if (people) {
        openList();
        return "list";
      }
      if (place) return person.press(place);
      const url = new URL(location.href);
      const reader = {
        id: "none",
        match: () => true,
        ready: () => false,
        read: () => /** @type {Found} */ ({ kind: "unreadable", gaps: ["name"], layout: "none" }),
      };
      place = { key: pageKey(url.href), url, reader, view: { open: true, phase: "idle" } };
      return person.press(place);
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
