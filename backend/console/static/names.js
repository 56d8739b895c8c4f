// @ts-check
/**
 * Names for the ids that answers carry, each asked for once.
 */

import { get } from "./api.js";

/**
 * The members of a workspace by id. Not every role may list them; then only one's own is known.
 * @param {any} me
 * @param {(...parts: string[]) => string} path
 * @returns {Promise<Map<string, string>>}
 */
export async function memberNames(me, path) {
  const names = new Map([[me.member.id, me.member.name || me.member.email]]);
  try {
    const answer = await get(path("members"));
    for (const member of answer.data) names.set(member.id, member.name || member.email);
  } catch {
    return names;
  }
  return names;
}

/**
 * A reader of contacts' names. What it answers has no entry for those who were erased meanwhile.
 * @param {(...parts: string[]) => string} path
 * @returns {(rows: any[]) => Promise<Map<string, string>>} of rows with a `contact_id`
 */
export function contactReader(path) {
  /** @type {Map<string, Promise<string | null>>} */
  const asked = new Map();

  /** @param {string} id */
  const ask = async (id) => {
    try {
      const contact = await get(path("contacts", id));
      return contact.name || contact.canonical?.[0] || id;
    } catch {
      return null;
    }
  };

  return async (rows) => {
    const ids = new Set(rows.map((row) => row.contact_id).filter(Boolean));
    for (const id of ids) if (!asked.has(id)) asked.set(id, ask(id));
    /** @type {Map<string, string>} */
    const names = new Map();
    for (const id of ids) {
      const name = await asked.get(id);
      if (name) names.set(id, name);
    }
    return names;
  };
}
