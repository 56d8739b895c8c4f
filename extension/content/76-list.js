// @ts-check
// A page that lists people: one docked panel with a check box each. Nothing is put into the page's
// own rows, which the page redraws as it likes; a frame of ours shows which row is meant.
__side.define(() => {
  const { say, count, word, by, since, el, button } = __side.dom;
  const BAD = new Set(["invalid_identity", "analysis_failed", "campaign_closed", "suppressed"]);
  const FINE = new Set(["enrolled", "already_here", "known", "new"]);

  /**
   * Frame the row of the page that is meant. The frame stays where it is in our own root, and is
   * only hidden: this is called while the panel is being replaced, too.
   * @param {Shell} shell @param {Element | undefined} element
   */
  const mark = (shell, element) => {
    let frame = /** @type {HTMLElement | null} */ (shell.root.querySelector(".mark"));
    if (!frame) shell.root.append((frame = el("div", { class: "mark" })));
    frame.hidden = !element?.isConnected;
    if (!element?.isConnected) return;
    const { left, top, width, height } = element.getBoundingClientRect();
    frame.style.cssText = `left:${left - 4}px;top:${top - 4}px;width:${width + 8}px;height:${height + 8}px`;
  };

  /**
   * What is known of one person, or became of them: an outcome of the server, and its price before
   * anything has happened.
   * @param {Outcome | undefined} known
   */
  const badge = (known) => {
    if (!known) return null;
    const { outcome, cost, campaign } = known;
    const text = campaign
      ? say("outcome_conflict_in", campaign)
      : cost === undefined
        ? word("outcome", outcome)
        : count("credits", cost);
    const tone = FINE.has(outcome) ? "" : BAD.has(outcome) ? "bad" : "warn";
    return el("em", { class: tone }, text);
  };

  /**
   * A row of the answer to "check these", in the words that the other answers use.
   * @param {any} row @returns {Outcome}
   */
  const checked = (row) => {
    if (row.error) return { outcome: "invalid_identity" };
    if (row.suppressed) return { outcome: "suppressed" };
    const campaign = row.enrollment?.campaign?.name;
    if (campaign) return { outcome: "conflict", campaign, note: since(row.enrollment) };
    const cost = row.cost?.["contact.analysis"];
    return { outcome: row.known ? "known" : "new", cost, note: by(row) };
  };

  /** A row of a quote, or of what was done. @param {any} row @returns {Outcome} */
  const outcome = (row) => ({
    outcome: row.outcome,
    cost: ["new", "known"].includes(row.outcome) ? row.cost : undefined,
    campaign: row.outcome === "conflict" ? row.conflict?.campaign?.name : undefined,
    note: row.outcome === "conflict" && row.conflict ? since(row.conflict) : undefined,
  });

  /** @param {ListView} view @param {ListPresses} on */
  const news = (view, on) => [
    view.summary &&
      el(
        "div",
        { class: "notice", role: "alert" },
        el("b", {}, view.summary.title),
        view.summary.text,
      ),
    view.refused && __side.notices.notice(view.refused),
    view.run &&
      !view.busy &&
      el(
        "div",
        { class: "row" },
        button(count("continue", view.run.left), on.resume, { id: "resume", class: "main" }),
        button(say("leave_it"), on.drop, { id: "drop", class: "plain" }),
      ),
    view.run &&
      view.busy &&
      el(
        "div",
        { class: "notice" },
        el("b", {}, say("adding", view.run.done, view.run.done + view.run.left)),
        el("progress", {
          "aria-label": say("adding", view.run.done, view.run.done + view.run.left),
          max: String(view.run.done + view.run.left),
          value: String(view.run.done),
        }),
      ),
  ];

  /** @param {ListView} view @param {Shell} shell @param {ListPresses} on */
  const body = (view, shell, on) => [
    el("h2", { id: "title" }, count("people", view.people.length)),
    el("p", { class: "muted hint", id: "receipt" }, say("list_hint")),
    ...news(view, on),
    el(
      "div",
      { class: "all" },
      button(
        say(view.picked.size ? "select_none" : "select_all"),
        () => on.all(view.picked.size === 0),
        { class: "text", id: "all", disabled: view.busy === true },
      ),
      button(say("check_these"), on.check, {
        class: "text",
        id: "check",
        disabled: view.busy === true || !view.people.length,
      }),
    ),
    el(
      "ul",
      { "aria-label": count("people", view.people.length) },
      view.people.map((person, index) => row(view, shell, on, person, index)),
    ),
  ];

  /**
   * @param {ListView} view @param {Shell} shell @param {ListPresses} on
   * @param {ListedPerson} person @param {number} index
   */
  const row = (view, shell, on, person, index) => {
    const known = view.results.get(person.url) ?? view.checked.get(person.url);
    return el(
      "li",
      {},
      el(
        "label",
        {
          class: "person",
          mouseenter: () => mark(shell, person.element),
          mouseleave: () => mark(shell, undefined),
        },
        el("input", {
          type: "checkbox",
          id: `p${index}`,
          checked: view.picked.has(person.url),
          disabled: view.busy === true,
          focus: () => mark(shell, person.element),
          blur: () => mark(shell, undefined),
          change: (event) => on.toggle(person.url, event.target.checked),
        }),
        el(
          "span",
          {},
          el("b", { dir: "auto" }, person.page.name),
          person.page.headline && el("small", { dir: "auto" }, person.page.headline),
          known?.note && el("small", { class: "note", dir: "auto" }, known.note),
        ),
        badge(known),
      ),
    );
  };

  /** What the whole of it would cost. @param {Wire.QuoteBody} quote */
  const quoted = (quote) =>
    el(
      "div",
      { class: quote.shortfall ? "notice warn" : "notice", role: "status" },
      el("b", {}, count("cost", quote.cost)),
      [
        say("quote", quote.new, quote.known, quote.conflicts),
        quote.suppressed ? count("quote_suppressed", quote.suppressed) : "",
        quote.invalid ? count("quote_invalid", quote.invalid) : "",
      ]
        .filter(Boolean)
        .join(", "),
      ". ",
      quote.shortfall ? count("shortfall", quote.shortfall) : say("left", quote.available_after),
    );

  /** @param {ListView} view @param {ListPresses} on */
  const foot = (view, on) => {
    const chosen = view.picked.size;
    const campaigns = Array.isArray(view.campaigns) ? view.campaigns : [];
    const ready = view.busy !== true && chosen > 0 && Boolean(view.chosen);
    const cost = view.quote?.cost ?? chosen;
    return [
      view.campaigns && !Array.isArray(view.campaigns)
        ? __side.notices.notice(view.campaigns)
        : null,
      view.quote ? quoted(view.quote) : null,
      el("label", { class: "name", for: "campaign" }, say("campaign")),
      el(
        "div",
        { class: "form" },
        __side.campaign.choice(campaigns, view.chosen ?? "", on.choose, on.load),
      ),
      el(
        "div",
        { class: "row" },
        button(chosen ? count("add_people", chosen) : say("add_nobody"), on.add, {
          id: "add",
          class: "main",
          "aria-describedby": "at-most",
          disabled: !ready,
        }),
        button(say("what_cost"), on.quote, { id: "quote", class: "plain", disabled: !ready }),
      ),
      el(
        "p",
        { class: "muted", id: "at-most", style: "margin-top:8px" },
        chosen ? count("at_most", cost) : say("pick_some"),
      ),
    ];
  };

  return { list: { body, foot, checked, outcome, mark } };
});
