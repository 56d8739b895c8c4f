// @ts-check
// What can be found about a contact, at what price, and one press on it.
import { call, sold } from "./api.js";
import { currentSession } from "./auth.js";
import { drop, keep } from "./kept.js";
import { FINDS, done, failed } from "./protocol.js";
import { pause, settle, spend } from "./spend.js";
import { count } from "./today.js";

/** @typedef {import("./protocol.js").Reply} Reply */

const WAIT_SECONDS = 60;

/** What a policy calls differently when it is about finding. @type {Record<string, string>} */
const CODES = { enrichment_unavailable: "find_unavailable", credit_refused: "not_sold" };

/**
 * What is known of a contact, and what finding more would cost; no request about the contact where
 * nothing is sold.
 * @param {{contact_id: string}} wanted @returns {Promise<Reply>}
 */
export async function finds({ contact_id }) {
  const held = await currentSession();
  if (!held) return failed("signed_out");
  const prices = Object.fromEntries(
    Object.entries(await sold(held.workspace.id)).filter(([action]) => FINDS.includes(action)),
  );
  if (!Object.keys(prices).length) return done({ costs: {}, fields: [] });
  const known = await call("GET", `contacts/${encodeURIComponent(contact_id)}/fields`);
  if (!known.ok) return known;
  // A server that does not say what it costs for this contact has said what it costs for anybody.
  const anybody = Object.entries(prices).map(([action, cost]) => [action, { cost }]);
  return done({
    costs: known.data.costs ?? Object.fromEntries(anybody),
    fields: known.data.data,
  });
}

/** @param {string} contact_id @param {string} action */
const subject = (contact_id, action) => ["enrichment", contact_id, action];

/**
 * One press: one request, under a key that is stored first. What is on its way still is waited for;
 * a vendor that takes longer is asked again under the same key.
 * @param {{key: string, contact_id: string, action: string, max_cost: number}} press
 * @returns {Promise<Reply>}
 */
export async function find(press) {
  const { contact_id, action, max_cost } = press;
  const body = { contact_id, action, source: "profile", max_cost };
  const send = () => spend(subject(contact_id, action), "enrichments", body);
  const held = await currentSession();
  const first = await send();
  if (!first.ok && first.code === "offline" && held) {
    await keep(held.workspace.id, waiting(press), { type: "contact.find", ...press });
    return failed("offline", { ...first.facts, kept: true });
  }
  await drop(waiting(press));
  const answer = await finished(first, send);
  if (!answer.ok) return { ...answer, code: CODES[answer.code] ?? answer.code };
  if (answer.data.status === "failed") return failed("find_unavailable");
  if (!unfinished(answer)) await settle(subject(contact_id, action));
  if (held && answer.data.charge.charged)
    await count(held.workspace.id, answer.data.charge.charged, []);
  return answer;
}

/** @param {Reply} answer */
const unfinished = (answer) => answer.ok && ["running", "pending"].includes(answer.data.status);

/** @param {Reply} answer @param {() => Promise<Reply>} again @returns {Promise<Reply>} */
async function finished(answer, again) {
  const until = Date.now() + WAIT_SECONDS * 1_000;
  while (answer.ok && unfinished(answer) && Date.now() < until) {
    await pause(2);
    const { id, status, charge } = answer.data;
    if (status === "pending") {
      answer = await again();
      continue;
    }
    const next = await call("GET", `enrichments/${encodeURIComponent(id)}`);
    if (!next.ok) return next;
    answer = done({ ...next.data, charge: { ...charge, charged: 0, reason: why(next.data) } });
  }
  return answer;
}

/** Why a run that was only waited for costs nothing here: whoever began it has paid. @param {any} row */
const why = ({ charged, reason }) =>
  charged ? "joined_running_enrichment" : (reason ?? "still_running");

/** @param {{contact_id: string, action: string}} press */
const waiting = ({ contact_id, action }) => `${contact_id}\n${action}`;

/** Let a press that was kept go. @param {{contact_id: string, action: string}} press */
export const unkeepFind = async (press) => (await drop(waiting(press)), done());
