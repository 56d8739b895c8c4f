// @ts-check
// An analysis as people read it: what it cost and why, who this is, what to say, and on what each
// statement rests.
__side.define(() => {
  const { say, count, word, day, clock, el, icon } = __side.dom;
  const { quote, sureness } = __side.basis;
  const { copier } = __side;

  /**
   * "1 credit charged, 41 left", or why it was free.
   * @param {Charge} charge
   * @param {Insight | null} insight
   */
  const receipt = (charge, insight) => {
    const left = say("left", charge.available);
    if (charge.charged > 0)
      return [el("strong", {}, count("charged", charge.charged)), `, ${left}`];
    const by =
      insight?.analyzed_by && !/^mem_/.test(insight.analyzed_by) ? insight.analyzed_by : "";
    const when = day(insight?.analyzed_at);
    const known = charge.reason === "already_analyzed";
    const why =
      known && by && when
        ? say("free_known_by", by, when)
        : known && when
          ? say("free_known", when)
          : say(`free_${charge.reason}`) || say("free");
    return [el("strong", {}, count("credits", 0)), `: ${why}, ${left}`];
  };

  /** @param {string} name */
  const initials = (name) => {
    const words = name.split(/\s+/).filter((part) => /\p{L}/u.test(part));
    return [words[0], words.length > 1 ? words.at(-1) : ""]
      .map((part) => [...(part ?? "")][0] ?? "")
      .join("")
      .toUpperCase();
  };

  /** @param {string} name @param {(string | null | undefined)[]} about */
  const who = (name, about) =>
    el(
      "div",
      { class: "who" },
      el("div", { class: "face", "aria-hidden": "true" }, initials(name)),
      el(
        "div",
        {},
        el("h2", { id: "title", dir: "auto" }, name),
        about.filter(Boolean).map((text) => el("p", { dir: "auto" }, text)),
      ),
    );

  /** @param {string} title @param {(Node | null)[]} content */
  const section = (title, content) =>
    content.length ? [el("h3", {}, say(title)), ...content] : [];

  /**
   * What is known, each value with what it rests on behind it.
   * @param {Insight} seen @param {[label: string, value: string | null | undefined, path: string][]} rows
   */
  const facts = (seen, rows) =>
    el(
      "dl",
      { class: "facts" },
      rows.flatMap(([label, value, path]) => [
        el("dt", {}, say(label)),
        el("dd", {}, __side.basis.why(path, value ?? "", seen.basis?.[path])),
      ]),
    );

  /** A word of the server in ours; nothing for what is unclear. @param {string} group @param {string | undefined} value */
  const known = (group, value) => (value && value !== "unclear" ? word(group, value) : "");

  /**
   * What the page tells of the person. What was looked for in vain is unclear; what most pages do
   * not even mention is left out.
   * @param {Insight} seen
   */
  const told = (seen) => {
    const { role, place, name } = seen;
    const decides = role?.decision_maker;
    const own = [name?.given, name?.middle].filter(Boolean).join(" ");
    /** @type {[string, string | null | undefined, string][]} */
    const rows = [
      ["seniority", known("seniority", role?.seniority), "role.seniority"],
      ["function", known("function", role?.function), "role.function"],
      [
        "decides",
        typeof decides === "boolean" ? say(decides ? "yes" : "no") : "",
        "role.decision_maker",
      ],
      ["field_company", role?.company, "role.company"],
    ];
    if (role?.domain) rows.push(["website", role.domain, "role.domain"]);
    if (place?.country || place?.text)
      rows.push(["country", named(place.country, "region"), "place.country"]);
    rows.push(["language", named(seen.language, "language"), "language"]);
    if (own || name?.family)
      rows.push(["field_name", [own, name?.family].filter(Boolean).join(" · "), "name"]);
    return facts(seen, rows);
  };

  /** How sure, and in how many sentences. @param {Wire.Cue} cue */
  const often = (cue) =>
    [cue.of ? say("of_sentences", cue.count ?? 0, cue.of) : "", sureness(cue.confidence)]
      .filter(Boolean)
      .join(" · ");

  /** @param {string | null | undefined} code @param {"language" | "region"} type */
  const named = (code, type) => {
    try {
      return code ? new Intl.DisplayNames(say("locale") || "en", { type }).of(code) : "";
    } catch {
      return code;
    }
  };

  /**
   * What was sent to the server, and which part of the page it came from.
   * @param {Profile} found
   */
  const sent = (found) =>
    el(
      "details",
      { id: "sent" },
      el("summary", { id: "sent-what" }, say("sent")),
      el(
        "dl",
        {},
        Object.entries(found.sources).flatMap(([name, from]) => {
          const value = /** @type {any} */ (found.page)[name];
          return [
            el("dt", {}, word("field", name)),
            el(
              "dd",
              {},
              Array.isArray(value) ? String(value.length) : `${value}`.slice(0, 120),
              ` (${from})`,
            ),
          ];
        }),
      ),
    );

  /**
   * @param {Analysis} answer @param {Profile} found
   * @param {Node[]} more what stands after the person and before what to say to them
   * @returns {(Node | null)[]}
   */
  const insight = (answer, found, more) => {
    const seen = answer.insight ?? null;
    const role = seen?.role;
    const at = [role?.title ?? found.page.headline, role?.company ?? found.page.company].filter(
      Boolean,
    );
    const here = clock(seen?.place?.time_zone);
    const place = [seen?.place?.text ?? found.page.location, here && say("clock", here)]
      .filter(Boolean)
      .join(" · ");
    const title = at.length === 2 && at[0]?.includes(at[1] ?? "") ? at[0] : at.join(" · ");
    const head = [
      who(found.page.name, [title, place]),
      el(
        "p",
        { class: "receipt", id: "receipt" },
        icon("check"),
        el("span", {}, receipt(answer.charge, seen)),
      ),
    ];
    if (!seen) return [...head, el("p", { class: "muted row" }, say("empty")), ...more, sent(found)];
    return [
      ...head,
      told(seen),
      ...more,
      seen.depth === "brief" ? el("p", { class: "muted row" }, say("brief")) : null,
      ...section(
        "openers",
        (seen.openers ?? []).map((opener) =>
          el(
            "div",
            { class: "card opener" },
            el("p", { dir: "auto" }, opener.text),
            opener.facts_used?.length
              ? el("small", { class: "used" }, say("rests_on", opener.facts_used.join(" · ")))
              : null,
            copier(opener.text),
          ),
        ),
      ),
      ...section(
        "cues",
        (seen.cues ?? []).map((cue) =>
          el(
            "div",
            { class: "card" },
            el("p", { class: "cue" }, cue.label, el("span", {}, often(cue))),
            (cue.evidence ?? []).map(quote),
          ),
        ),
      ),
      ...section(
        "advice",
        seen.advice?.length
          ? [
              el(
                "ul",
                { class: "advice" },
                seen.advice.map((one) => el("li", {}, one)),
              ),
            ]
          : [],
      ),
      ...section(
        "topics",
        seen.topics?.length
          ? [
              el(
                "ul",
                { class: "tags" },
                seen.topics.map((one) => el("li", { dir: "auto" }, one)),
              ),
            ]
          : [],
      ),
      ...section(
        "gaps",
        seen.gaps?.length
          ? [el("p", { class: "muted" }, seen.gaps.map((gap) => say(`gap_${gap}`) || word("field", gap)).join(", "))]
          : [],
      ),
      sent(found),
    ];
  };

  return { insight, who, receipt };
});
