// @ts-check
// Presses that could not reach the server. Each is kept with its key and sent once the server
// answers again, so that a press in a tunnel is neither lost nor paid twice. They live in memory:
// a browser that was closed sends nothing later.

const { session } = chrome.storage;
const ALARM = "kept";
// The shortest that browsers allow.
const EVERY_MINUTES = 0.5;
const PATIENCE = 60 * 60 * 1_000;

/**
 * A press as its page has sent it; `key` names the page.
 * @typedef {{type: "person.analyze" | "contact.find", key: string} & Record<string, unknown>} Press
 * @typedef {{press: Press, workspace: string, at: number}} Kept
 */
const ANSWERS = { "person.analyze": "person.answered", "contact.find": "contact.found" };

/** @param {(table: Record<string, Kept>) => void} change */
const change = (change) =>
  navigator.locks.request("kept", async () => {
    const table = (await session.get("kept"))["kept"] ?? {};
    change(table);
    await session.set({ kept: table });
    if (Object.keys(table).length)
      await chrome.alarms.create(ALARM, { periodInMinutes: EVERY_MINUTES });
    else await chrome.alarms.clear(ALARM);
  });

/** @param {string} workspace @param {string} id what the press is about @param {Press} press */
export const keep = (workspace, id, press) =>
  change((table) => {
    table[id] = { press, workspace, at: table[id]?.at ?? Date.now() };
  });

/** @param {string} id */
export const drop = (id) => change((table) => void delete table[id]);

/**
 * Send what was kept, one after the other; the first that still does not arrive ends the round.
 * @param {string} workspace the one that this browser works for now
 * @param {(press: Press) => Promise<import("./protocol.js").Reply>} send
 */
export async function sendKept(workspace, send) {
  /** @type {Record<string, Kept>} */
  const table = (await session.get("kept"))["kept"] ?? {};
  for (const [id, { press, workspace: whose, at }] of Object.entries(table)) {
    if (whose !== workspace || at < Date.now() - PATIENCE) {
      await drop(id);
      continue;
    }
    const reply = await send(press);
    if (!reply.ok && reply.code === "offline") return;
    await tell(press, reply);
  }
}

/**
 * Tell the pages about an answer that none of them is waiting for any more.
 * @param {Press} press @param {import("./protocol.js").Reply} reply
 */
async function tell({ type, key, action }, reply) {
  const news = { type: ANSWERS[type], key, action, reply };
  for (const tab of await chrome.tabs.query({}))
    if (tab.id !== undefined) chrome.tabs.sendMessage(tab.id, news).catch(() => {});
}

/** @param {() => void} due called whenever kept presses may go again */
export function whenDue(due) {
  chrome.alarms.onAlarm.addListener((alarm) => alarm.name === ALARM && due());
  addEventListener("online", due);
}
