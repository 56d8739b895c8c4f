// @ts-check
// The server writes this file anew for each installation; these are a developer's values.
globalThis.__side ??= /** @type {any} */ ({ shadow: "closed" });
