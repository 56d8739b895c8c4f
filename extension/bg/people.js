// @ts-check
// What a press on a person's page asks of the server, and what is known before it.
import { call } from "./api.js";
import { currentSession } from "./auth.js";
import { drop, keep } from "./kept.js";
import { remember, remembers } from "./memory.js";
import { done, failed } from "./protocol.js";
import { server } from "./server.js";
import { pause, spend } from "./spend.js";
import { count } from "./today.js";

/** @typedef {import("./protocol.js").Reply} Reply */

const JOIN_SECONDS = 60;

/**
 * @param {{key: string, url: string, identifiers: string[], page: unknown, max_cost: number}} person
 * @returns {Promise<Reply>}
 */
export async function analyze({ key, url, identifiers, page, max_cost }) {
  const person = { url, identifiers, page, max_cost };
  const body = { ...person, source: "profile" };
  let answer = await spend(["analysis", key], "analyses", body);
  const held = await currentSession();
  // The press stays good: it goes again, with its key, as soon as the server answers.
  if (!answer.ok && answer.code === "offline" && held) {
    await keep(held.workspace.id, key, { type: "person.analyze", key, ...person });
    return failed("offline", { ...answer.facts, kept: true });
  }
  await drop(key);
  // A teammate's run is under way and takes long: what we asked joins it, and costs nothing.
  const started = Date.now();
  while (
    answer.ok &&
    answer.data.status === "running" &&
    Date.now() - started < JOIN_SECONDS * 1_000
  ) {
    await pause(2);
    const next = await call("GET", `analyses/${encodeURIComponent(answer.data.id)}`);
    if (!next.ok) return next;
    answer = done({ ...answer.data, ...next.data, charge: next.data.charge ?? answer.data.charge });
  }
  if (!answer.ok) return answer;
  if (answer.data.status === "running") return failed("timeout", { origin: await server() });
  if (answer.data.status === "failed") return failed("enrichment_unavailable");
  if (held && answer.data.status === "done") {
    const { contact, charge } = answer.data;
    await remember(held.workspace.id, [key, ...(contact?.canonical ?? [])]);
    await count(held.workspace.id, charge.charged, [
      { contact_id: contact.id, name: contact.name, charged: charge.charged },
    ]);
  }
  return answer;
}

/** Let a press that was kept go. @param {{key: string}} person */
export const unkeep = async ({ key }) => (await drop(key), done());

/**
 * Whether this browser itself has seen the person analysed; asks nobody, unless the member has
 * switched on that the price is asked for before the press.
 * @param {{key: string}} person @param {chrome.runtime.MessageSender} sender
 */
export async function known({ key }, sender) {
  const held = await currentSession();
  const seen = held !== null && (await remembers(held.workspace.id, key));
  const before = { connected: held !== null, known: seen };
  if (!held || !(await asksFirst())) return done(before);
  const [found, balance] = await Promise.all([
    call("POST", "contacts/lookup", { body: { items: [{ ref: "1", url: sender.url }] } }),
    call("GET", "balance"),
  ]);
  const row = found.ok ? found.data.data[0] : undefined;
  if (!row || row.error) return done(before);
  return done({
    ...before,
    row: { ...row, cost: row.cost["contact.analysis"], reason: row.cost.reason },
    available: balance.ok ? balance.data.available : undefined,
  });
}

/** Whether prices are asked for on every profile that is opened; off unless switched on. */
export const asksFirst = async () =>
  (await chrome.storage.local.get("asks"))["asks"] === true;

/** @param {{on: boolean}} wanted */
export const askFirst = async ({ on }) => (
  await chrome.storage.local.set({ asks: on }),
  done()
);

/** Ask an admin for more of the workspace's credits. @param {{credits: number}} wanted */
export const requestCredits = ({ credits }) =>
  call("POST", "credit-requests", { body: { credits } });
