// @ts-check
// A page that lists people: one docked panel with a check box each. Nothing is put into the page's
// own rows, which the page redraws as it likes; a frame of ours shows which row is meant.
__side.define(() => {
  const { say, count, word, el, button } = __side.dom;
  const BAD = new Set(["invalid_identity", "analysis_failed", "campaign_closed", "suppressed"]);

  /** @param {Shell} shell @param {Element | undefined} element */
  const mark = (shell, element) => {
    shell.root.querySelector(".mark")?.remove();
    if (!element?.isConnected) return;
    const { left, top, width, height } = element.getBoundingClientRect();
    shell.root.append(
      el("div", {
        class: "mark",
        style: `left:${left - 4}px;top:${top - 4}px;width:${width + 8}px;height:${height + 8}px`,
      }),
    );
  };

  /** What became of one person. @param {any} result */
  const badge = (result) => {
    if (!result) return null;
    const fine = result.outcome === "enrolled" || result.outcome === "already_here";
    const name = result.conflict?.campaign?.name;
    const text =
      result.outcome === "conflict" && name
        ? say("outcome_conflict_in", name)
        : word("outcome", result.outcome);
    return el("em", { class: fine ? "" : BAD.has(result.outcome) ? "bad" : "warn" }, text);
  };

  /**
   * @param {ListView} view @param {Shell} shell
   * @param {{toggle: (url: string, on: boolean) => void, all: (on: boolean) => void}} on
   */
  const body = (view, shell, on) => [
    el("h2", { id: "title" }, count("people", view.people.length)),
    el("p", { class: "muted", style: "margin:2px 0 16px" }, say("list_hint")),
    view.summary
      ? el(
          "div",
          { class: "notice", role: "alert" },
          el("b", {}, view.summary.title),
          view.summary.text,
        )
      : null,
    view.refused ? __side.notices.notice(view.refused) : null,
    el(
      "div",
      { class: "all" },
      button(
        say(view.picked.size ? "select_none" : "select_all"),
        () => on.all(view.picked.size === 0),
        { class: "text", id: "all", disabled: view.busy === true },
      ),
    ),
    el(
      "ul",
      {},
      view.people.map((person, index) =>
        el(
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
              change: (event) => on.toggle(person.url, event.target.checked),
            }),
            el(
              "span",
              {},
              el("b", {}, person.page.name),
              person.page.headline && el("small", {}, person.page.headline),
            ),
            badge(view.results?.get(person.url)),
          ),
        ),
      ),
    ),
  ];

  /**
   * @param {ListView} view
   * @param {Record<"add" | "quote" | "load", () => void> & {choose: (id: string) => void}} on
   */
  const foot = (view, on) => {
    const chosen = view.picked.size;
    const campaigns = Array.isArray(view.campaigns) ? view.campaigns : [];
    const quoted = view.quote;
    return [
      view.campaigns && !Array.isArray(view.campaigns)
        ? __side.notices.notice(view.campaigns)
        : null,
      quoted
        ? el(
            "p",
            { class: "notice", role: "status" },
            el("b", {}, count("cost", quoted.cost)),
            say("quote", quoted.new, quoted.known, quoted.conflicts),
          )
        : null,
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
          disabled: view.busy === true || !chosen || !view.chosen,
        }),
        button(say("what_cost"), on.quote, {
          id: "quote",
          class: "plain",
          disabled: view.busy === true || !chosen || !view.chosen,
        }),
      ),
      el(
        "p",
        { class: "muted", style: "margin-top:8px" },
        chosen ? count("at_most", chosen) : say("pick_some"),
      ),
    ];
  };

  return { list: { body, foot } };
});
