// @ts-check
// What the browser remembers: the keys of requests whose outcome is not known, and whom it has seen
// analysed. Addresses are kept as salted digests: the list of visited people is nobody's business.

const { local, session } = chrome.storage;
const DAY = 24 * 60 * 60 * 1_000;
const MOST_SEEN = 5_000;

/** @param {...string} parts */
async function digest(...parts) {
  let salt = (await local.get("salt"))["salt"];
  if (!salt) {
    salt = crypto.randomUUID();
    await local.set({ salt });
  }
  const bytes = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode([salt, ...parts].join("\n")),
  );
  return [...new Uint8Array(bytes).slice(0, 12)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/**
 * Change one stored table; changes take turns, so that none is lost.
 * @param {chrome.storage.StorageArea} area
 * @param {string} name
 * @param {(table: Record<string, any>) => void} change
 */
const change = (area, name, change) =>
  navigator.locks.request(`memory.${name}`, async () => {
    const table = (await area.get(name))[name] ?? {};
    change(table);
    await area.set({ [name]: table });
  });

/**
 * The key and the body of a request about `subject`, stored before the request goes out. As long as
 * its outcome is unknown, the next press sends the very same again, whatever the page shows by
 * then: the server answers it once, and charges it once. The body stays in memory only.
 * @param {string[]} subject @param {unknown} body
 */
export async function requestFor(subject, body) {
  const name = await digest(...subject);
  const kept = (await local.get("keys"))["keys"]?.[name];
  const sent = (await session.get("bodies"))["bodies"]?.[name];
  const key = kept && kept.at > Date.now() - DAY ? kept.key : crypto.randomUUID();
  await change(local, "keys", (table) => {
    for (const [other, { at }] of Object.entries(table))
      if (at < Date.now() - DAY) delete table[other];
    table[name] = { key, at: kept?.key === key ? kept.at : Date.now() };
  });
  const reused = kept?.key === key && sent !== undefined;
  if (!reused) await change(session, "bodies", (table) => void (table[name] = body));
  return { name, key, body: reused ? sent : body };
}

/**
 * Drop a key whose outcome is known. @param {string} name
 */
export async function settled(name) {
  await change(local, "keys", (table) => void delete table[name]);
  await change(session, "bodies", (table) => void delete table[name]);
}

/**
 * Keep a key, but not its body: the server has refused it and stored nothing, so that the next
 * press may bring what the page says by then. @param {string} name
 */
export const refused = (name) => change(session, "bodies", (table) => void delete table[name]);

/** The name under which a request about `subject` is kept. @param {string[]} subject */
export const nameOf = (subject) => digest(...subject);

/** @param {string} workspace @param {string[]} keys */
export async function remember(workspace, keys) {
  const names = await Promise.all([...new Set(keys)].map((key) => digest(workspace, key)));
  await change(local, "seen", (table) => {
    for (const name of names) table[name] = Date.now();
    const all = Object.keys(table);
    if (all.length > MOST_SEEN) {
      for (const name of all.sort((a, b) => table[a] - table[b]).slice(0, all.length - MOST_SEEN))
        delete table[name];
    }
  });
}

/** @param {string} workspace @param {string} key */
export async function remembers(workspace, key) {
  const name = await digest(workspace, key);
  return (await local.get("seen"))["seen"]?.[name] !== undefined;
}
