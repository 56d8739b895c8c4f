// @ts-check
// An analysis as people read it: what it cost and why, who this is, what to say, and on what each
// statement rests.
__side.define(() => {
  const { say, count, word, day, clock, el, icon, button } = __side.dom;

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

  /** @param {number} sure */
  const sureness = (sure) =>
    say(sure >= 0.8 ? "sure_high" : sure >= 0.5 ? "sure_medium" : "sure_low");

  /** "posts[2]" as "post 3". @param {string} from */
  const where = (from) => {
    const [, field = from, index] = /^(\w+)(?:[[.](\d+))?/.exec(from) ?? [];
    return [word("field", field), index && Number(index) + 1].filter(Boolean).join(" ");
  };

  /** @param {{quote: string, from: string}} evidence */
  const quote = (evidence) =>
    el("blockquote", { dir: "auto" }, `“${evidence.quote}”`, el("figcaption", {}, where(evidence.from)));

  /** A button that copies, and says that it has. @param {string} text */
  const copier = (text) => {
    /** @type {HTMLElement} */
    const made = button(
      icon("copy"),
      async () => {
        await navigator.clipboard.writeText(text).catch(() => byHand(text, made));
        made.replaceChildren(icon("check"));
        made.classList.add("done");
        made.setAttribute("aria-label", say("copied"));
        setTimeout(() => {
          made.replaceChildren(icon("copy"));
          made.classList.remove("done");
          made.setAttribute("aria-label", say("copy"));
        }, 1_800);
      },
      { class: "icon", "aria-label": say("copy"), title: say("copy") },
    );
    return made;
  };

  /**
   * The old way, where the page's policy keeps the clipboard from us.
   * @param {string} text
   * @param {HTMLElement} beside
   */
  const byHand = (text, beside) => {
    const area = /** @type {HTMLTextAreaElement} */ (el("textarea", { class: "sr" }));
    area.value = text;
    beside.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    beside.focus();
  };

  /** @param {string} title @param {(Node | null)[]} content */
  const section = (title, content) =>
    content.length ? [el("h3", {}, say(title)), ...content] : [];

  /** @param {[string, string | null | undefined | false][]} pairs */
  const facts = (pairs) => {
    const known = pairs.filter(([, value]) => value);
    return known.length
      ? el(
          "dl",
          { class: "facts" },
          known.flatMap(([name, value]) => [el("dt", {}, say(name)), el("dd", {}, value)]),
        )
      : null;
  };

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
      {},
      el("summary", {}, say("sent")),
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

  /** @param {Analysis} answer @param {Profile} found @returns {(Node | null)[]} */
  const insight = (answer, found) => {
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
    if (!seen) return [...head, el("p", { class: "muted row" }, say("empty")), sent(found)];
    const decides = role?.decision_maker;
    return [
      ...head,
      facts([
        [
          "seniority",
          role?.seniority && role.seniority !== "unclear" && word("seniority", role.seniority),
        ],
        [
          "function",
          role?.function && role.function !== "unclear" && word("function", role.function),
        ],
        ["decides", typeof decides === "boolean" && say(decides ? "yes" : "no")],
        ["country", named(seen.place?.country, "region")],
        ["language", named(seen.language, "language")],
      ]),
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
            el("p", { class: "cue" }, cue.label, el("span", {}, sureness(cue.confidence))),
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
          ? [el("p", { class: "muted" }, seen.gaps.map((gap) => word("field", gap)).join(", "))]
          : [],
      ),
      sent(found),
    ];
  };

  return { insight, who, receipt };
});
