// @ts-check
// What the panel asks of campaigns: which there are, who would go in at what cost, add, move.
import { call } from "./api.js";
import { currentSession } from "./auth.js";
import { remember } from "./memory.js";
import { done, failed } from "./protocol.js";
import { server } from "./server.js";
import { pause, spend } from "./spend.js";
import { count } from "./today.js";

/** @typedef {import("./protocol.js").Reply} Reply */

/** The campaigns that take people, those under way first. @returns {Promise<Reply>} */
export async function campaigns() {
  const answer = await call("GET", "campaigns?limit=100");
  if (!answer.ok) return answer;
  const order = ["running", "paused", "draft"];
  const open = answer.data.data
    .filter((/** @type {any} */ one) => order.includes(one.status))
    .map((/** @type {any} */ { id, name, status }) => ({ id, name, status }))
    .sort(
      (/** @type {any} */ a, /** @type {any} */ b) =>
        order.indexOf(a.status) - order.indexOf(b.status),
    );
  const last = (await chrome.storage.local.get("chosen"))["chosen"];
  const chosen = open.some((/** @type {any} */ one) => one.id === last)
    ? last
    : open.length === 1
      ? open[0].id
      : undefined;
  return done({ campaigns: open, chosen, origin: await server() });
}

/**
 * @param {{contact_id: string, campaign_id: string, max_cost: number}} wanted
 * @returns {Promise<Reply>}
 */
export async function enroll({ contact_id, campaign_id, max_cost }) {
  await chrome.storage.local.set({ chosen: campaign_id });
  const path = `campaigns/${encodeURIComponent(campaign_id)}/enrollments`;
  return spend(["enrollment", campaign_id, contact_id], path, {
    contact_id,
    source: "profile",
    max_cost,
  });
}

/** @param {{enrollment_id: string, to_campaign: string}} wanted @returns {Promise<Reply>} */
export const move = ({ enrollment_id, to_campaign }) =>
  spend(
    ["move", enrollment_id, to_campaign],
    `enrollments/${encodeURIComponent(enrollment_id)}/move`,
    { to_campaign },
  );

/**
 * A part of a list, as many as the server settles at once.
 * @param {{campaign_id: string, source: string, items: any[], max_spend: number}} wanted
 * @returns {Promise<Reply>}
 */
export async function enrollAll({ campaign_id, source, items, max_spend }) {
  await chrome.storage.local.set({ chosen: campaign_id });
  const path = `campaigns/${encodeURIComponent(campaign_id)}/enrollments/bulk`;
  const body = {
    items: items.map(({ ref, url, identifiers, page }) => ({ ref, url, identifiers, page })),
    source,
    max_spend,
    mode: "best_effort",
  };
  const answer = await spend(
    ["bulk", campaign_id, ...items.map((item) => item.url).sort()],
    path,
    body,
  );
  if (!answer.ok) return answer;
  const whole = answer.data.job ? await finished(answer.data.job) : answer;
  const held = await currentSession();
  if (whole.ok && held) await rememberAll(held.workspace.id, items, whole.data);
  return whole;
}

/** @param {string} workspace @param {any[]} items @param {{data: any[], charged: number}} answer */
async function rememberAll(workspace, items, { data, charged }) {
  const byRef = new Map(items.map((item) => [item.ref, item]));
  const inside = data.filter((one) => ["enrolled", "already_here"].includes(one.outcome));
  const keys = inside.map((one) => byRef.get(one.ref)?.key).filter(Boolean);
  if (keys.length) await remember(workspace, keys);
  const paid = data.filter((one) => one.charge?.charged);
  const people = paid.map((one) => ({
    contact_id: one.contact_id,
    name: byRef.get(one.ref)?.page?.name ?? "",
    charged: one.charge.charged,
  }));
  if (people.length) await count(workspace, charged ?? 0, people);
}

/**
 * Wait for a job, as long as somebody looks at the panel.
 * @param {string} job
 * @returns {Promise<Reply>}
 */
async function finished(job) {
  const path = `jobs/${encodeURIComponent(job)}`;
  for (let turn = 0; turn < 120; turn++) {
    const state = await call("GET", path);
    if (!state.ok) return state;
    if (!["queued", "running"].includes(state.data.status)) {
      const results = await call("GET", `${path}/results?limit=100`);
      return results.ok
        ? done({ data: results.data.data, charged: state.data.charged, available: null })
        : results;
    }
    await pause(2);
  }
  return failed("timeout", { origin: await server() });
}

/**
 * Who of these is known, in a campaign, or not to be contacted; free, and creates nothing.
 * @param {{items: any[]}} wanted @returns {Promise<Reply>}
 */
export const lookUp = ({ items }) =>
  call("POST", "contacts/lookup", {
    body: { items: items.map(({ ref, url, identifiers }) => ({ ref, url, identifiers })) },
  });

/** @param {{campaign_id: string, items: any[]}} wanted @returns {Promise<Reply>} */
export const quote = ({ campaign_id, items }) =>
  call("POST", "quotes", {
    body: {
      action: "enroll",
      campaign_id,
      items: items.map(({ ref, url, identifiers }) => ({ ref, url, identifiers })),
    },
  });
