// @ts-check
// Why a value says what it says: how sure it is, what decided it, and the words that it was read
// from. It stands behind the value itself, for whoever doubts it.
__side.define(() => {
  const { say, word, el, icon } = __side.dom;

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

  /** The rule that decided, in the reader's language as far as we know it. @param {string} rule */
  const ruled = (rule) => {
    const decided = /^(\w+) commonly decides on (a|no) budget$/.exec(rule);
    if (decided?.[1])
      return say(
        decided[2] === "no" ? "rule_decides_not" : "rule_decides",
        word("seniority", decided[1]),
      );
    return say(`rule_${rule.toLowerCase().replace(/\W+/g, "_")}`) || rule;
  };

  /** @param {Wire.Basis} basis */
  const reason = ({ source, rule }) =>
    [word("by", source.replace("+", "_")), rule && ruled(rule)].filter(Boolean).join(": ");

  /**
   * A value, which opens to show what it rests on. @param {string} path @param {string} value
   * @param {Wire.Basis | undefined} basis
   */
  const why = (path, value, basis) => {
    const shown = el("bdi", value ? {} : { class: "unclear" }, value || say("unclear"));
    if (!basis) return shown;
    return el(
      "details",
      { class: "why", id: `why-${path}` },
      el(
        "summary",
        { id: `why-${path}-what`, title: say("why") },
        shown,
        " ",
        el("small", {}, sureness(basis.confidence)),
        el("span", { class: "sr" }, ` ${say("why")}`),
        icon("fold"),
      ),
      el("p", {}, reason(basis)),
      (basis.evidence ?? []).slice(0, 5).map(quote),
    );
  };

  return { basis: { sureness, quote, why } };
});
