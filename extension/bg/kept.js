// @ts-check
// Presses that could not reach the server. Each is kept with its key and sent once the server
// answers again, so that a press in a tunnel is neither lost nor paid twice. They live in memory:
// a browser that was closed sends nothing later.

const { session } = chrome.storage;
const ALARM = "kept";
// The shortest that browsers allow.
const EVERY_MINUTES = 0.5;
const PATIENCE = 60 * 60 * 1_000;

/** @typedef {{key: string, url: string, identifiers: string[], page: unknown}} Person */
/** @typedef {Person & {workspace: string, at: number}} Kept */

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

/** @param {string} workspace @param {Person} person */
export const keep = (workspace, person) =>
  change((table) => {
    table[person.key] = { ...person, workspace, at: table[person.key]?.at ?? Date.now() };
  });

/** @param {string} key */
export const drop = (key) => change((table) => void delete table[key]);

/**
 * Send what was kept, one after the other; the first that still does not arrive ends the round.
 * @param {string} workspace the one that this browser works for now
 * @param {(person: Person) => Promise<import("./protocol.js").Reply>} send
 */
export async function sendKept(workspace, send) {
  /** @type {Record<string, Kept>} */
  const table = (await session.get("kept"))["kept"] ?? {};
  for (const { workspace: whose, at, ...person } of Object.values(table)) {
    if (whose !== workspace || at < Date.now() - PATIENCE) {
      await drop(person.key);
      continue;
    }
    const reply = await send(person);
    if (!reply.ok && reply.code === "offline") return;
    await tell(person.key, reply);
  }
}

/**
 * Tell the pages about an answer that none of them is waiting for any more.
 * @param {string} key @param {import("./protocol.js").Reply} reply
 */
async function tell(key, reply) {
  for (const tab of await chrome.tabs.query({})) {
    if (tab.id !== undefined)
      chrome.tabs.sendMessage(tab.id, { type: "person.answered", key, reply }).catch(() => {});
  }
}

/** @param {() => void} due called whenever kept presses may go again */
export function whenDue(due) {
  chrome.alarms.onAlarm.addListener((alarm) => alarm.name === ALARM && due());
  addEventListener("online", due);
}
