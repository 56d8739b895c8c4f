// @ts-check
// The server writes this file anew for each installation; these are a developer's values.
/** The one server of this copy; null where the person names it. @type {string | null} */
export const ORIGIN = "http://127.0.0.1:8000";
/** @type {Record<Part | "page" | "cards", string[]>} */
export const PARTS = {
  page: [],
  readers: [],
  member: [],
  lead: [],
  people: [],
  github: [],
  xing: [],
  anywhere: [],
  panel: [],
  cards: [],
};
