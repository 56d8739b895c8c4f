// @ts-check
// What this browser has done today, for the popup: how many analyses, at what cost, and of whom.
// The numbers outlive the browser; the names do not, they are kept in memory alone.

const { local, session } = chrome.storage;
const MOST_NAMES = 5;

/** The date as the person's own calendar has it. */
const date = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].join("-");
};

/** @typedef {{contact_id: string, name: string, charged: number}} Recent */

/** @param {string} workspace @param {number} charged @param {Recent[]} people newest last */
export const count = (workspace, charged, people) =>
  navigator.locks.request("today", async () => {
    const all = (await local.get("today"))["today"] ?? {};
    const before = of(all, workspace);
    all[workspace] = {
      date: date(),
      analyses: before.analyses + people.length,
      charged: before.charged + charged,
    };
    await local.set({ today: all });
    const names = (await session.get("recent"))["recent"] ?? {};
    const ids = new Set(people.map((one) => one.contact_id));
    const older = before.analyses ? (names[workspace] ?? []) : [];
    names[workspace] = [
      ...[...people].reverse(),
      ...older.filter((/** @type {Recent} */ one) => !ids.has(one.contact_id)),
    ].slice(0, MOST_NAMES);
    await session.set({ recent: names });
  });

/** @param {Record<string, any>} all @param {string} workspace */
function of(all, workspace) {
  const found = all[workspace];
  return found?.date === date() ? found : { analyses: 0, charged: 0 };
}

/** @param {string} workspace */
export async function today(workspace) {
  const { analyses, charged } = of((await local.get("today"))["today"] ?? {}, workspace);
  /** @type {Recent[]} */
  const people = (await session.get("recent"))["recent"]?.[workspace] ?? [];
  return { analyses, charged, people: analyses ? people : [] };
}
