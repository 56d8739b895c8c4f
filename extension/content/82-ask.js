// @ts-check
// Speaks to the worker, the only one of us who speaks to the server, and has it bring the parts of
// us that a page turns out to need.
__side.define(() => {
  const alive = () => {
    try {
      return Boolean(chrome.runtime?.id);
    } catch {
      return false;
    }
  };

  /**
   * What the worker answers. One that was stopped at its work leaves no answer: it kept the request
   * and its key first, so that asking once more asks for the very same.
   * @type {Ask}
   */
  const ask = async (type, content) => {
    for (let turn = 0; turn < 2 && alive(); turn++) {
      try {
        const reply = await chrome.runtime.sendMessage({ v: 1, type, ...content });
        if (reply) return reply;
      } catch {
        // Nobody has answered.
      }
    }
    return { ok: false, code: alive() ? "interrupted" : "stale" };
  };

  /** @type {Map<string, Promise<Reply>>} */
  const parts = new Map();

  /**
   * Have `part` put into this page, once; what failed may be tried again.
   * @param {Part} part @returns {Promise<Reply>}
   */
  const load = (part) => {
    const under =
      parts.get(part) ??
      ask("part.load", { part }).then((reply) => {
        if (!reply.ok) parts.delete(part);
        return reply;
      });
    parts.set(part, under);
    return under;
  };

  return { ask, alive, load };
});
