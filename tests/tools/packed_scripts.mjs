// Reads [name, source, packed] triples from its input as JSON, and prints the name of each script
// whose packed form is not token for token its source.
import { readFileSync } from "node:fs";

import { parse, tokenizer } from "acorn";

const OPTIONS = { ecmaVersion: "latest" };

/** @param {string} script */
const tokens = (script) =>
  Array.from(tokenizer(script, OPTIONS), ({ start, end }) => script.slice(start, end));

for (const [name, source, packed] of JSON.parse(readFileSync(0, "utf8"))) {
  parse(packed, OPTIONS);
  const kept = tokens(packed);
  const before = tokens(source);
  const at = before.findIndex((token, index) => token !== kept[index]);
  if (at >= 0 || kept.length !== before.length)
    console.log(`${name}: "${before[at] ?? ""}" became "${kept[at] ?? ""}"`);
}
