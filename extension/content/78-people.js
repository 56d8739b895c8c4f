// @ts-check
// A page that lists people: the docked panel follows what is drawn, and sends what was picked.
__side.define(() => {
  const { say, count } = __side.dom;
  // As many as the server settles at once.
  const MOST = 50;

  /** @param {Shell} shell @param {Ask} ask @param {() => PeopleList | null} read */
  const people = (shell, ask, read) => {
    /** @type {ListView} */
    const view = { people: [], picked: new Set() };
    let loading = false;

    /** @param {Partial<ListView>} [changes] @param {boolean} [quiet] @param {boolean} [toTop] */
    const show = (changes, quiet, toTop) => {
      Object.assign(view, changes);
      if (!view.open) return;
      shell.showPanel({
        body: [
          ...__side.list.body(view, shell, { toggle, all }),
          __side.wrong(shell, undefined, view.available),
        ],
        foot: __side.list.foot(view, {
          choose: (id) => show({ chosen: id, quote: undefined }),
          add: () => void add(),
          quote: () => void quote(),
          load: () => void load(),
        }),
        available: view.available,
        quiet,
        toTop,
      });
    };

    /** The campaigns, once somebody begins to choose: before that nothing is asked. */
    const load = async () => {
      if (loading || Array.isArray(view.campaigns)) return;
      loading = true;
      const reply = await ask("campaign.list", {});
      loading = false;
      show(
        reply.ok
          ? { campaigns: reply.data.campaigns, chosen: view.chosen ?? reply.data.chosen }
          : { campaigns: reply },
      );
    };

    /** @param {string} url @param {boolean} on */
    const toggle = (url, on) => {
      if (on && view.picked.size < MOST) view.picked.add(url);
      else view.picked.delete(url);
      show({ quote: undefined });
      void load();
    };

    /** @param {boolean} on */
    const all = (on) => {
      view.picked = new Set(on ? view.people.slice(0, MOST).map((person) => person.url) : []);
      show({ quote: undefined });
      void load();
    };

    const items = () =>
      view.people
        .filter((person) => view.picked.has(person.url))
        .map(({ url, identifiers, page }) => ({
          ref: url.slice(0, 200),
          key: __side.url.pageKey(url),
          url,
          identifiers,
          page,
        }));

    const quote = async () => {
      show({ busy: true, refused: undefined });
      const reply = await ask("people.quote", { campaign_id: view.chosen, items: items() });
      show(reply.ok ? { busy: false, quote: reply.data } : { busy: false, refused: reply });
    };

    const add = async () => {
      const sent = items();
      show({ busy: true, refused: undefined, summary: undefined, quote: undefined });
      const reply = await ask("people.enroll", {
        campaign_id: view.chosen,
        source: view.source,
        items: sent,
        max_spend: sent.length,
      });
      if (!reply.ok) return show({ busy: false, refused: reply });
      /** @type {any[]} */
      const outcomes = reply.data.data ?? [];
      const results = new Map(view.results);
      for (const [index, one] of outcomes.entries())
        results.set(sent.find((item) => item.ref === one.ref)?.url ?? sent[index]?.url ?? "", one);
      const done = outcomes.filter((one) => one.outcome === "enrolled").length;
      const left =
        typeof reply.data.available === "number" ? say("left", reply.data.available) : "";
      show(
        {
          busy: false,
          results,
          picked: new Set(),
          available: reply.data.available ?? view.available,
          summary: {
            title: count("added_people", done),
            text: [count("charged", reply.data.charged ?? 0), left].filter(Boolean).join(", "),
          },
        },
        false,
        true,
      );
    };

    /**
     * Read again what the page shows now; those who were picked and are still there stay picked.
     */
    const update = () => {
      const found = read();
      if (!found || view.busy) return;
      const before = view.people.map((person) => person.url).join("\n");
      const now = new Set(found.people.map((person) => person.url));
      // The rows may have been drawn anew, even where they show the same people.
      view.people = found.people;
      if (before === [...now].join("\n")) return;
      view.picked = new Set([...view.picked].filter((url) => now.has(url)));
      show({ source: found.source }, true);
    };

    return {
      view,
      update,
      /** @param {boolean} quiet whether the page keeps the focus */
      open: (quiet) => show({ open: true }, quiet),
      close: () => {
        view.open = false;
        shell.root.querySelector(".mark")?.remove();
      },
    };
  };

  return { people };
});
