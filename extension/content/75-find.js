// @ts-check
// What can be found about a person beside the analysis: each action with its price, what came of
// it and what it cost, and every value with its status and what it rests on.
__side.define(() => {
  const { say, count, word, day, plain, el, icon, button, link } = __side.dom;
  const { copier, basis } = __side;

  const ORDER = ["email.find", "email.verify", "phone.find", "profile.enrich", "ai.variable"];
  /** @type {Record<string, string>} */
  const TONES = { verified: "", catch_all: "warn", probable: "warn", guess: "warn", invalid: "bad" };
  // A server may have more of each than anybody reads.
  const MOST_VALUES = 30;
  const MOST_PARTS = 5;

  /** The part of a message's key that names an action. @param {string} action */
  const named = (action) => action.replaceAll(".", "_");

  /** @param {string} name */
  const capital = (name) => plain(name.charAt(0).toUpperCase() + name.slice(1), 60);

  /** Where a value comes from. @param {string} source */
  const from = (source) => {
    const [kind = "", name = ""] = source.split(":");
    const text = say(`from_${kind}`, kind === "provider" ? capital(name) : plain(name, 60));
    return text || plain(source, 60);
  };

  /** @param {Wire.FieldEvidence} one */
  const evidence = ({ kind, text, url }) => {
    const said = plain(text, 500);
    const shown = kind === "quote" ? `“${said}”` : said;
    const address = plain(url, 200).replace(/^https?:\/\/(www\.)?/, "");
    return el(
      "li",
      {},
      `${plain(word("evidence", kind), 60)}: `,
      el("bdi", {}, (url && link(kind === "url" ? address : shown, url)) || shown),
    );
  };

  /** @param {Wire.FieldAlternative} other */
  const alternative = ({ value, status, source }) =>
    el("li", {}, el("bdi", {}, plain(value, 300)), ` (${word("value", status)}, ${from(source)})`);

  /** @param {string} id @param {Field} field */
  const why = (id, { evidence: rests, alternatives, reasons }) => {
    const doubts = (reasons ?? []).slice(0, MOST_PARTS).map((one) => word("doubt", plain(one, 60)));
    const others = (alternatives ?? []).slice(0, MOST_PARTS);
    return el(
      "details",
      { class: "why", id: `why-${id}` },
      el("summary", { id: `why-${id}-what` }, say("why"), icon("fold")),
      el("ul", {}, (rests ?? []).slice(0, MOST_PARTS).map(evidence)),
      doubts.length > 0 && el("p", {}, doubts.join(", ")),
      others.length > 0 && el("p", {}, say("also_found")),
      others.length > 0 && el("ul", {}, others.map(alternative)),
    );
  };

  /** One value. @param {string} place @param {Field} field @param {number} index */
  const value = (place, field, index) => {
    const { status, confidence, source, observed_at } = field;
    const seen = day(observed_at);
    return el(
      "li",
      { class: "card opener" },
      el(
        "p",
        { class: "what" },
        word("field", plain(field.name, 60)),
        el("em", { class: TONES[status] ?? "warn" }, word("value", status)),
      ),
      el("p", { class: "value" }, el("bdi", {}, plain(field.value))),
      el(
        "small",
        { class: "used" },
        [basis.sureness(confidence), from(source), seen && say("seen_on", seen)]
          .filter(Boolean)
          .join(" · "),
      ),
      why(`${place}-${index}`, field),
      status === "invalid" ? null : copier(plain(field.value)),
    );
  };

  /** @param {string} place @param {Field[]} fields */
  const values = (place, fields) =>
    fields.length > 0 &&
    el(
      "ul",
      { class: "values" },
      fields.slice(0, MOST_VALUES).map((one, index) => value(place, one, index)),
    );

  /** @param {string} action @param {Failure} failure @param {FindPresses} on */
  const refusal = (action, failure, on) =>
    __side.notices.notice(failure, {
      id: action,
      unkeep: () => on.unkeep(action),
      request: on.request,
    });

  /** @param {string} action @param {Enrichment} answer */
  const result = (action, { charge, fields }) => [
    el("p", { class: "receipt" }, icon("check"), el("span", {}, __side.receipt(charge, null))),
    values(action, fields ?? []),
  ];

  /** What came of one press. @param {string} action @param {FindRun | undefined} run @param {FindPresses} on */
  const news = (action, run, on) =>
    (run?.failure || run?.answer) &&
    el(
      "div",
      { class: "came", role: "group", "aria-labelledby": `came-${action}` },
      el("p", { class: "what", id: `came-${action}` }, say(`find_${named(action)}`)),
      run.failure ? refusal(action, run.failure, on) : run.answer && result(action, run.answer),
    );

  /** @param {string} action @param {Finds} finds @param {FindPresses} on */
  const offer = (action, finds, on) => {
    const busy = finds.runs[action]?.busy === true;
    return button(
      [
        say(`find_${named(action)}`),
        " ",
        el("small", {}, busy ? say("looking") : count("credits", finds.costs[action]?.cost ?? 0)),
      ],
      () => on.find(action),
      { class: "offer", id: `find-${action}`, disabled: busy },
    );
  };

  /** Only with an address is there something to verify. @param {Finds} finds */
  const offered = (finds) =>
    ORDER.filter(
      (action) =>
        finds.costs[action] &&
        (action !== "email.verify" || finds.fields.some((one) => one.name === "email")),
    );

  /**
   * The whole section; nothing where the workspace's policy sells none of it.
   * @param {Finds | undefined} finds @param {FindPresses} on @returns {Node[]}
   */
  const section = (finds, on) => {
    const actions = finds ? offered(finds) : [];
    if (!finds || !actions.length) return [];
    const fresh = new Set(
      actions.flatMap((action) => (finds.runs[action]?.answer?.fields ?? []).map((one) => one.name)),
    );
    const known = finds.fields.filter((one) => !fresh.has(one.name));
    return [
      el(
        "section",
        { class: "find", "aria-labelledby": "find" },
        el("h3", { id: "find" }, say("find")),
        values("known", known),
        el("div", { class: "offers" }, actions.map((action) => offer(action, finds, on))),
        actions.map((action) => news(action, finds.runs[action], on)),
      ),
    ];
  };

  return { find: section };
});
