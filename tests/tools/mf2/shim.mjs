// Takes the place of parse5 when `vendor/mf2.js` is built: the browser has parsed the page already,
// so its tree is only brought into the shape that the parser walks. No markup is written out and
// read again, which no page's policy can forbid, and what the caller leaves out is never seen.

const LEFT_OUT = new Set(["base", "noscript", "script", "style", "svg", "template"]);
// By these an older card takes in parts from elsewhere, itself among them, without an end.
const INCLUDES = new Set(["headers", "itemref"]);
const ADDRESSES = new Set(["href", "src", "data"]);
const BLOCKS =
  /^(address|article|aside|blockquote|dd|div|dl|dt|h[1-6]|header|footer|li|main|nav|ol|section|table|td|th|tr|ul)$/;

/** What the next call of `parse` is about. */
let current = null;

/** Calls `work` while `parse` answers with the tree of `doc`, as `choose` lets it be. */
export const during = (doc, choose, work) => {
  current = { doc, choose };
  try {
    return work();
  } finally {
    current = null;
  }
};

/** The address that the page means, or null: one that is none would end the whole reading. */
const absolute = (value, base) => {
  try {
    return new URL(value.trim(), base).href;
  } catch {
    return null;
  }
};

const attributes = (element) => {
  const kept = [];
  for (const { name, value } of element.attributes) {
    if (INCLUDES.has(name)) continue;
    const given =
      name === "class"
        ? current.choose.classes(value.split(/\s+/).filter(Boolean)).join(" ")
        : name === "rel"
          ? value.trim().replace(/\s+/g, " ")
          : ADDRESSES.has(name)
            ? absolute(value, element.baseURI)
            : value;
    if (given !== null) kept.push({ name, value: given });
  }
  return kept;
};

const children = (node) => {
  const made = [];
  for (const child of node.childNodes) {
    if (child.nodeType === 3) made.push({ nodeName: "#text", value: child.nodeValue ?? "" });
    if (child.nodeType !== 1) continue;
    const tagName = child.localName;
    if (LEFT_OUT.has(tagName) || current.choose.skips(child)) continue;
    const blank = { nodeName: "#text", value: " " };
    const element = {
      nodeName: tagName,
      tagName,
      attrs: attributes(child),
      childNodes: children(child),
    };
    // Two parts that stand below each other are two words.
    made.push(...(BLOCKS.test(tagName) ? [blank, element, blank] : [element]));
  }
  return made;
};

export const parse = () => ({ nodeName: "#document", childNodes: children(current.doc) });

/** Nobody reads the markup of a property. */
export const serialize = () => "";
