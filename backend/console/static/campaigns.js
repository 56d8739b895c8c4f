// @ts-check
/**
 * Campaigns: make one, start and stop it, see who is in it, and what stands in the way.
 */

import { Refusal, get, messageOf, post } from "./api.js";
import { ask } from "./dialog.js";
import { button, element, empty, field, form, notice, table } from "./dom.js";
import { number, spell, time } from "./words.js";

/** @typedef {import("./console.js").Context} Context */

/** Which steps a campaign may take from each state. @type {Record<string, [string, string][]>} */
const STEPS = {
  draft: [["launch", "Launch"]],
  running: [
    ["pause", "Pause"],
    ["complete", "Complete"],
  ],
  paused: [
    ["resume", "Resume"],
    ["complete", "Complete"],
  ],
  completed: [
    ["reopen", "Reopen"],
    ["archive", "Archive"],
  ],
};

/** Places in a campaign that a contact has left. */
const LEFT = ["removed", "moved", "merged"];

/** @type {Record<string, string>} */
const DONE = {
  launch: "is running",
  pause: "is paused",
  resume: "is running again",
  complete: "is completed",
  reopen: "is open again, paused",
  archive: "is archived",
};

/**
 * @param {Context} context
 * @returns {Promise<Node>}
 */
export async function showCampaigns(context) {
  const answer = await get(context.path("campaigns"));
  const list = answer.data.length
    ? table(
        "Campaigns",
        [
          ["Campaign", ""],
          ["State", ""],
          ["Owner", ""],
          ["Contacts", "amount"],
          ["", "end"],
        ],
        answer.data.map((/** @type {any} */ campaign) => row(context, campaign)),
      )
    : empty(
        "No campaigns yet",
        element(
          "p",
          {},
          "A campaign collects the contacts you write to. A contact can be in one ongoing campaign at a time: that is what keeps two colleagues from writing to the same person.",
        ),
      );
  return element(
    "div",
    { class: "stack" },
    makeCard(context),
    element("section", { class: "card", "aria-label": "Campaigns" }, list),
  );
}

/** @param {Context} context */
function makeCard(context) {
  const problem = element("div", {});
  const name = /** @type {HTMLInputElement} */ (
    element("input", {
      name: "name",
      required: true,
      maxlength: "200",
      autocomplete: "off",
      placeholder: "Spring outreach",
    })
  );
  return element(
    "section",
    { class: "card", "aria-labelledby": "make-campaign" },
    element("h2", { id: "make-campaign" }, "New campaign"),
    form(
      { class: "row" },
      async () => {
        try {
          const made = await post(context.path("campaigns"), { name: name.value.trim() });
          await context.reload();
          context.say(`${made.name ?? "The campaign"} is there, as a draft.`);
        } catch (error) {
          problem.replaceChildren(notice("bad", messageOf(error)));
        }
      },
      field("Name", name),
      element("button", { type: "submit" }, "Create campaign"),
    ),
    problem,
  );
}

/**
 * @param {Context} context
 * @param {any} campaign
 */
function row(context, campaign) {
  const owner = campaign.owner?.name ?? "a former member";
  const steps = STEPS[campaign.status] ?? [];
  return element(
    "tr",
    {},
    element(
      "td",
      {},
      element("strong", {}, campaign.name),
      campaign.goal && element("span", { class: "sub" }, campaign.goal),
    ),
    element("td", {}, badge(campaign.status)),
    element("td", {}, owner),
    element(
      "td",
      { class: "amount" },
      button(number(total(campaign.counts)), () => showContacts(context, campaign), {
        class: "link",
        "aria-label": `Contacts of ${campaign.name}`,
      }),
    ),
    element(
      "td",
      { class: "end" },
      element(
        "span",
        { class: "actions" },
        ...steps.map(([step, label]) =>
          button(label, () => take(context, campaign, step), {
            class: "quiet small",
            "aria-label": `${label} ${campaign.name}`,
          }),
        ),
      ),
    ),
  );
}

/**
 * How many contacts are in a campaign now.
 * @param {Record<string, number>} counts by state
 */
function total(counts) {
  return Object.entries(counts)
    .filter(([state]) => !LEFT.includes(state))
    .reduce((sum, [, count]) => sum + count, 0);
}

/**
 * @param {Context} context
 * @param {any} campaign
 * @param {string} step
 * @param {string} [onConflict]
 */
async function take(context, campaign, step, onConflict) {
  try {
    await post(
      context.path("campaigns", campaign.id, "actions", step),
      onConflict ? { on_conflict: onConflict } : {},
    );
    await context.reload();
    context.say(`${campaign.name} ${DONE[step]}.`);
  } catch (error) {
    const problem = error instanceof Refusal && error.status === 409 ? error.problem : {};
    if (problem.conflicts?.length && !onConflict) await settle(context, campaign, step, problem);
    else await ask(campaign.name, [notice("bad", messageOf(error))]);
  }
}

/**
 * Shows which contacts are in another ongoing campaign, and offers to go on without them.
 * @param {Context} context
 * @param {any} campaign
 * @param {string} step
 * @param {any} problem
 */
async function settle(context, campaign, step, problem) {
  const count = problem.total ?? problem.conflicts.length;
  const answer = await ask(
    count === 1
      ? "One contact is in another campaign"
      : `${number(count)} contacts are in another campaign`,
    [
      element(
        "p",
        {},
        "A contact can be in one ongoing campaign at a time. You can start without them, or close this and talk to their owners first. Nothing was charged.",
      ),
      element(
        "ul",
        { class: "list" },
        ...problem.conflicts.map((/** @type {any} */ item) => conflictLine(item, context.zone)),
      ),
    ],
    [
      { value: "", label: "Not now", look: "quiet" },
      { value: "skip", label: `${spell(step)} without them` },
    ],
  );
  if (answer === "skip") await take(context, campaign, step, "skip");
}

/**
 * @param {any} item
 * @param {string} zone
 */
function conflictLine(item, zone) {
  const { contact, conflict } = item;
  return element(
    "li",
    {},
    element("strong", {}, contact?.name ?? contact?.id ?? "A contact"),
    ` is in “${conflict?.campaign?.name ?? "another campaign"}”`,
    conflict?.enrolled_by?.name && ` of ${conflict.enrolled_by.name}`,
    conflict?.enrolled_at && " since ",
    conflict?.enrolled_at && time(conflict.enrolled_at, zone, false),
  );
}

/**
 * @param {Context} context
 * @param {any} campaign
 */
async function showContacts(context, campaign) {
  let content;
  try {
    const answer = await get(`${context.path("campaigns", campaign.id, "enrollments")}?limit=50`);
    content = answer.data.length
      ? await contactTable(context, campaign, answer.data)
      : empty(
          "Nobody is in this campaign yet",
          element("p", {}, "Analyze somebody with the extension, then choose this campaign."),
        );
  } catch (error) {
    content = notice("bad", messageOf(error));
  }
  await ask(campaign.name, [content]);
}

/**
 * @param {Context} context
 * @param {any} campaign
 * @param {any[]} enrollments
 */
async function contactTable(context, campaign, enrollments) {
  const names = await context.contactNames(enrollments);
  const columns = /** @type {[string, string][]} */ ([
    ["Contact", ""],
    ["State", ""],
    ["Since", ""],
  ]);
  const rows = enrollments.map((enrollment) =>
    element(
      "tr",
      {},
      element("td", {}, names.get(enrollment.contact_id) ?? "an erased contact"),
      element("td", {}, badge(enrollment.status)),
      element("td", { class: "nowrap" }, time(enrollment.enrolled_at, context.zone, false)),
    ),
  );
  return table(`Contacts of ${campaign.name}`, columns, rows);
}

/** @param {string} state */
const badge = (state) => element("span", { class: `badge ${state}` }, spell(state));
