// @ts-check
// The server writes this file anew for each installation; these are a developer's values.
export const ORIGIN = "http://127.0.0.1:8000";
/** @type {string[]} */
export const CONTENT_FILES = [];
