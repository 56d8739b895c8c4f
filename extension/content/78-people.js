// @ts-check
// A page that lists people: the docked panel follows what is drawn, and sends what was picked.
__side.define(() => {
  const { say, count } = __side.dom;
  // As many as one quote takes, and as many as the server settles at once.
  const MOST = 100;
  const AT_ONCE = 50;

  /** @param {Shell} shell @param {Ask} ask @param {() => PeopleList | null} read */
  const people = (shell, ask, read) => {
    /** @type {ListView} */
    const view = { people: [], picked: new Set(), checked: new Map(), results: new Map() };
    let loading = false;

    /** @param {Partial<ListView>} [changes] @param {boolean} [quiet] @param {boolean} [toTop] */
    const show = (changes, quiet, toTop) => {
      Object.assign(view, changes);
      if (!view.open) return;
      shell.showPanel({
        body: [
          ...__side.list.body(view, shell, presses),
          __side.wrong(shell, undefined, view.available),
        ],
        foot: __side.list.foot(view, presses),
        available: view.available,
        busy: view.busy,
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

    /** @param {ListedPerson} person */
    const address = ({ url, identifiers }) => ({ ref: url.slice(0, 200), url, identifiers });

    const picked = () => view.people.filter((person) => view.picked.has(person.url));

    /** Who of the page is known, taken or not to be contacted; asked for by this press alone. */
    const check = async () => {
      const asked = view.people.slice(0, MOST);
      show({ busy: true, refused: undefined });
      const reply = await ask("people.lookup", { items: asked.map(address) });
      if (!reply.ok) return show({ busy: false, refused: reply });
      const rows = /** @type {any[]} */ (reply.data.data);
      for (const [index, row] of rows.entries())
        view.checked.set(asked[index]?.url ?? "", __side.list.checked(row));
      const known = rows.filter((row) => row.known).length;
      shell.say(count("checked", known, rows.length));
      show({ busy: false });
    };

    /** The price of those picked; null, and said, where there is none. */
    const quote = async () => {
      const asked = picked();
      show({ busy: true, refused: undefined, summary: undefined });
      const items = asked.map(address);
      const reply = await ask("people.quote", { campaign_id: view.chosen, items });
      if (!reply.ok) {
        show({ busy: false, refused: reply });
        return null;
      }
      const found = /** @type {Wire.QuoteBody} */ (reply.data);
      for (const [index, row] of (found.data ?? []).entries())
        view.checked.set(asked[index]?.url ?? "", __side.list.outcome(row));
      show({ busy: false, quote: found });
      return found;
    };

    /** One press: the price first, which the whole may then not exceed, and then the people. */
    const add = async () => {
      const sent = picked();
      const told = view.quote?.cost ?? sent.length;
      const found = view.quote ?? (await quote());
      // Dearer than the panel has said: that takes another press.
      if (!found || found.cost > told) return;
      const parts = [];
      for (let from = 0; from < sent.length; from += AT_ONCE)
        parts.push(sent.slice(from, from + AT_ONCE));
      show({
        run: {
          campaign: view.chosen ?? "",
          source: view.source,
          parts,
          spare: found.cost,
          charged: 0,
          added: 0,
          done: 0,
          left: sent.length,
        },
        quote: undefined,
      });
      await resume();
    };

    /**
     * Send part after part, and stop where one fails: those before it are done, and what failed
     * goes again under its own key.
     */
    const resume = async () => {
      const run = view.run;
      if (!run || view.busy) return;
      show({ busy: true, refused: undefined, summary: undefined }, false, true);
      for (let part = run.parts[0]; part; part = run.parts[0]) {
        shell.say(say("adding", run.done, run.done + run.left));
        const reply = await ask("people.enroll", {
          campaign_id: run.campaign,
          source: run.source,
          items: part.map((one) => ({
            ...address(one),
            key: __side.url.pageKey(one.url),
            page: one.page,
          })),
          max_spend: run.spare,
        });
        if (!reply.ok) return show({ busy: false, refused: reply }, false, true);
        run.parts.shift();
        settle(run, part, reply.data);
        show();
      }
      finish(run);
    };

    /** @param {Run} run @param {ListedPerson[]} part @param {any} answer */
    const settle = (run, part, answer) => {
      const rows = /** @type {any[]} */ (answer.data ?? []);
      const byRef = new Map(part.map((one) => [address(one).ref, one.url]));
      for (const [index, row] of rows.entries()) {
        const url = byRef.get(row.ref) ?? part[index]?.url ?? "";
        view.results.set(url, __side.list.outcome(row));
        view.picked.delete(url);
      }
      run.added += rows.filter((row) => row.outcome === "enrolled").length;
      run.charged += answer.charged ?? 0;
      run.spare = Math.max(0, run.spare - (answer.charged ?? 0));
      run.done += part.length;
      run.left -= part.length;
      view.available = answer.available ?? view.available;
    };

    /** @param {Run} run */
    const finish = (run) =>
      show(
        {
          busy: false,
          run: undefined,
          picked: new Set(),
          summary: {
            title: count("added_people", run.added),
            text: [
              count("charged", run.charged),
              typeof view.available === "number" ? say("left", view.available) : "",
            ]
              .filter(Boolean)
              .join(", "),
          },
        },
        false,
        true,
      );

    /** @type {ListPresses} */
    const presses = {
      toggle,
      all,
      check: () => void check(),
      choose: (id) => show({ chosen: id, quote: undefined }),
      load: () => void load(),
      quote: () => void quote(),
      add: () => void add(),
      resume: () => void resume(),
      drop: () => show({ run: undefined, refused: undefined }),
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
      show({ source: found.source, quote: undefined }, true);
    };

    return {
      view,
      update,
      /** @param {boolean} quiet whether the page keeps the focus */
      open: (quiet) => show({ open: true }, quiet),
      close: () => {
        view.open = false;
        __side.list.mark(shell, undefined);
      },
    };
  };

  return { people };
});
