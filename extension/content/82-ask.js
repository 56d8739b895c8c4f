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

  /** @type {Ask} */
  const ask = async (type, content) => {
    if (!alive()) return { ok: false, code: "stale" };
    try {
      return (
        (await chrome.runtime.sendMessage({ v: 1, type, ...content })) ?? {
          ok: false,
          code: "server",
        }
      );
    } catch {
      return { ok: false, code: alive() ? "server" : "stale" };
    }
  };

  /** @type {Map<string, Promise<Reply>>} */
  const parts = new Map();

  /**
   * Have `part` put into this page, once; what failed may be tried again.
   * @param {"readers" | "panel"} part @returns {Promise<Reply>}
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
