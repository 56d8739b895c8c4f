// @ts-check
// What the panel says when there is nothing to show: each refusal in a sentence, what became of
// the credits, and what can be done.
__side.define(() => {
  const { say, count, day, el, icon, button, link } = __side.dom;

  // Those after which the same press may go through; the same request is sent then, so that it can
  // never be charged twice.
  const AGAIN = new Set([
    "offline",
    "timeout",
    "interrupted",
    "server",
    "enrichment_unavailable",
    "overloaded",
    "rate_limited",
    "out_of_credits",
    "cap_reached",
    "unreadable",
    "page_changed",
    "signed_out",
    "idempotency_key_reused",
  ]);
  const CALM = new Set(["signed_out", "unreadable", "page_changed", "reader_off", "stale", "outdated"]);
  const WARN = new Set(["out_of_credits", "cap_reached", "max_cost_exceeded", "suppressed"]);

  /** @param {Failure} failure */
  const texts = (failure) => {
    const facts = failure.facts ?? {};
    const code = say(`fail_${failure.code}`)
      ? failure.code
      : failure.status && failure.status < 500
        ? "refused"
        : "server";
    const origin = facts.origin ?? "";
    const text = [
      say(`fail_${code}_${facts.likely}`, origin) || say(`fail_${code}_text`, origin),
      facts.kept ? say("kept") : "",
    ];
    if (code === "refused" && typeof facts.detail === "string") text.unshift(facts.detail);
    if (facts.next_refill_at) text.push(say("next_refill", day(facts.next_refill_at)));
    if (facts.held > 0) text.push(count("held", facts.held));
    return { title: say(`fail_${code}`), text: text.filter(Boolean), code };
  };

  /** Ways out that the server offers: buy, upgrade, ask. @param {Failure} failure */
  const offers = (failure) => {
    const facts = failure.facts ?? {};
    const options = Array.isArray(facts.options) ? facts.options : [];
    return [
      ...options
        .filter((/** @type {any} */ option) => option.kind !== "request")
        .map((/** @type {any} */ option) => link(say(`option_${option.kind}`), option.href)),
      link(say("support"), facts.support_url),
      ["outdated", "moved"].includes(failure.code)
        ? link(say("update"), `${facts.origin}/extension`)
        : null,
      facts.likely === "certificate" ? link(say("open_server"), facts.origin) : null,
    ].filter(Boolean);
  };

  // As many as an admin is asked for with one press; they give what they think right.
  const REQUESTED = 10;

  /** Whether more of the workspace's credits may be asked for. @param {Failure} failure */
  const askable = ({ facts }) =>
    Array.isArray(facts?.options) &&
    facts.options.some((/** @type {any} */ option) => option.kind === "request");

  /** The price that was above what is paid unasked; 0 where it was not the price.
   * @param {Failure} failure */
  const dearer = ({ code, facts }) =>
    code === "max_cost_exceeded" && Number.isInteger(facts?.cost) ? facts?.cost : 0;

  /**
   * The whole body of a panel that has nothing else to say.
   * @param {Failure} failure @param {StatePresses} on
   */
  const state = (failure, on) => {
    const { title, text, code } = texts(failure);
    const tone = CALM.has(code) ? "" : WARN.has(code) ? "warn" : "bad";
    return el(
      "div",
      { class: `state ${tone}`, role: "alert" },
      el("div", { class: "face" }, icon("alert")),
      el("h2", { id: "title" }, title),
      text.map((one) => el("p", {}, one)),
      el(
        "div",
        { class: "row" },
        AGAIN.has(code) && button(say("try_again"), on.again, { id: "again", class: "main" }),
        dearer(failure) > 0 &&
          button(
            `${say("analyze")} · ${count("credits", dearer(failure))}`,
            () => on.agree(dearer(failure)),
            { id: "agree", class: "main" },
          ),
        failure.facts?.kept && button(say("unkeep"), on.unkeep, { id: "unkeep", class: "plain" }),
        askable(failure) &&
          button(say("ask_credits", REQUESTED), () => on.request(REQUESTED), {
            id: "request",
            class: "plain",
          }),
        offers(failure),
      ),
    );
  };

  /**
   * The same in a few lines, beside other things; pressing again is theirs to offer.
   * @param {Failure} failure @param {NoticePresses} [on]
   */
  const notice = (failure, on) => {
    const { title, text, code } = texts(failure);
    const ways = [
      on &&
        failure.facts?.kept &&
        button(say("unkeep"), on.unkeep, { id: `unkeep-${on.id}`, class: "plain" }),
      on &&
        askable(failure) &&
        button(say("ask_credits", REQUESTED), () => on.request(REQUESTED), {
          id: `request-${on.id}`,
          class: "plain",
        }),
      ...offers(failure),
    ].filter(Boolean);
    return el(
      "div",
      { class: `notice ${WARN.has(code) ? "warn" : "bad"}`, role: "alert" },
      el("b", {}, title),
      text.join(" "),
      ways.length ? el("div", { class: "row" }, ways) : null,
    );
  };

  /** What became of asking for credits. @param {Reply} reply */
  const asked = (reply) =>
    reply.ok ? el("div", { class: "notice", role: "status" }, say("asked_credits")) : notice(reply);

  /** Grey lines in the place of what is on its way. */
  const bones = () =>
    el(
      "div",
      { "aria-hidden": "true" },
      [88, 62, 94, 71, 83].map((width, index) =>
        el("div", {
          class: "bone",
          style: `width:${width}%;margin-top:${index === 2 ? 26 : 10}px`,
        }),
      ),
    );

  return { notices: { state, notice, asked, bones, texts } };
});
