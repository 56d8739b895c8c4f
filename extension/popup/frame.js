// @ts-check
// What all of the popup's views share: asking the worker, saying what went wrong, drawing.

export const { say, count, day, el, icon, button, link } = __side.dom;
const head = /** @type {HTMLElement} */ (document.getElementById("top"));
const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const foot = /** @type {HTMLElement} */ (document.getElementById("foot"));

/** @param {string} type @param {Record<string, unknown>} [content] @returns {Promise<Reply>} */
export const ask = (type, content = {}) => chrome.runtime.sendMessage({ v: 1, type, ...content });

/**
 * What went wrong, in a sentence, with the way out that only a person can go: nothing but a page of
 * the server itself shows whether its certificate is trusted.
 * @param {Failure | undefined} failure
 */
export function problem(failure) {
  if (!failure) return null;
  const { origin = "", likely = "", detail } = failure.facts ?? {};
  const known = say(`fail_${failure.code}`);
  const text = say(`fail_${failure.code}_${likely}`, origin) || say(`fail_${failure.code}_text`, origin);
  return el(
    "p",
    { class: "bad", role: "alert" },
    known ? `${known}. ${text}` : (detail ?? say("fail_server")),
    " ",
    failure.code === "offline" && likely !== "network" && link(say("open_server"), origin),
    failure.code === "moved" && link(say("update"), `${origin}/extension`),
  );
}

/** @param {Node | string | null} corner what stands beside the name @param {...(Node | null)} content */
export function show(corner, ...content) {
  head.replaceChildren(icon("brand"), "Meetonce", corner ?? "");
  main.replaceChildren(...content.filter((node) => node !== null));
}

/** Where this copy sends to, and which version it is. @param {string} origin @param {string} version */
export function sign(origin, version) {
  foot.replaceChildren(
    el("span", { title: origin }, origin && new URL(origin).host),
    el("span", {}, say("version", version)),
  );
}
