// @ts-check
// Adding the person to a campaign: the choice, the answer, and the notice that another campaign
// has them already, with the button that moves them.
__side.define(() => {
  const { say, count, word, day, el, button, link } = __side.dom;

  /**
   * @param {Campaign[]} campaigns
   * @param {string} chosen
   * @param {(id: string) => void} choose
   * @param {() => void} [load]
   */
  const choice = (campaigns, chosen, choose, load) =>
    el(
      "select",
      {
        id: "campaign",
        "aria-label": say("campaign"),
        change: (event) => choose(event.target.value),
        focus: load ?? false,
      },
      chosen ? null : el("option", { value: "" }, say("choose_campaign")),
      [...new Set(campaigns.map((one) => one.status))].map((status) =>
        el(
          "optgroup",
          { label: word("status", status) },
          campaigns
            .filter((one) => one.status === status)
            .map((one) => el("option", { value: one.id, selected: one.id === chosen }, one.name)),
        ),
      ),
    );

  /**
   * Who has this person, since when, and the way out.
   * @param {Failure} failure
   * @param {() => void} move
   * @param {boolean} busy
   */
  const conflictNotice = (failure, move, busy) => {
    const facts = failure.facts ?? {};
    const conflict = facts.conflict ?? {};
    const owner = conflict.campaign?.owner?.name;
    const by = conflict.enrolled_by?.name;
    const movable =
      !Array.isArray(facts.resolutions) ||
      facts.resolutions.some((/** @type {any} */ one) => one.kind === "move");
    return el(
      "div",
      { class: "notice warn", role: "alert" },
      el("b", {}, say("conflict", conflict.campaign?.name ?? "")),
      [
        owner && say("conflict_owner", owner),
        by && say("conflict_by", by, day(conflict.enrolled_at)),
        say("conflict_why"),
      ]
        .filter(Boolean)
        .join(" "),
      el(
        "div",
        { class: "row" },
        movable &&
          conflict.enrollment_id &&
          button(say("move_here"), move, { id: "move", class: "main", disabled: busy }),
        link(say("support"), facts.support_url),
      ),
    );
  };

  /** @param {any} enrollment */
  const alreadyIn = ({ campaign, enrolled_at }) =>
    campaign.owner?.name
      ? say("already_in_of", campaign.name, campaign.owner.name, day(enrolled_at))
      : say("already_in", campaign.name, day(enrolled_at));

  /**
   * The panel's foot.
   * @param {View} view
   * @param {{choose: (id: string) => void, add: () => void, move: () => void}} on
   */
  const campaign = (view, on) => {
    const { campaigns, added, refused, origin } = view;
    const parts = [];
    if (refused?.code === "ongoing_conflict")
      parts.push(conflictNotice(refused, on.move, view.busy === true));
    else if (refused) parts.push(__side.notices.notice(refused));
    else if (added)
      parts.push(
        el(
          "div",
          { class: "notice", role: "status" },
          el(
            "b",
            {},
            say(`added_${added.outcome}`, added.campaign) || say("added_enrolled", added.campaign),
          ),
          added.charged ? count("charged", added.charged) : say("added_free"),
          added.held ? `. ${say("draft_warning", added.held)}` : "",
        ),
      );
    else if (view.answer?.enrollment?.campaign)
      parts.push(
        el(
          "p",
          { class: "muted", style: "margin-bottom:10px" },
          alreadyIn(view.answer.enrollment),
        ),
      );
    if (!campaigns) parts.push(__side.notices.bones().firstElementChild);
    else if (!Array.isArray(campaigns)) parts.push(__side.notices.notice(campaigns));
    else if (!campaigns.length)
      parts.push(
        el(
          "p",
          { class: "muted" },
          say("no_campaign"),
          " ",
          link(say("make_campaign"), `${origin}/console`),
        ),
      );
    else
      parts.push(
        el("label", { class: "name", for: "campaign" }, say("campaign")),
        el(
          "div",
          { class: "form" },
          choice(campaigns, view.chosen ?? "", on.choose),
          button(say("add"), on.add, {
            id: "add",
            class: "main",
            disabled: view.busy === true || !view.chosen,
          }),
        ),
      );
    if (view.answer?.status === "empty" && !added)
      parts.push(el("p", { class: "muted row" }, say("may_cost")));
    return parts;
  };

  return { campaign: { foot: campaign, choice } };
});
