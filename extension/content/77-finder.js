// @ts-check
// Finding something about a person: one press is one request of the worker, and what came of it is
// kept with the page's view.
__side.define(() => {
  const { el, say } = __side.dom;

  /**
   * @param {Ask} ask
   * @param {(view: View, changes: Partial<View>) => void} refresh
   * @param {(text: string) => void} speak
   */
  const finder = (ask, refresh, speak) => {
    /** What the workspace sells and knows of this contact; asked only after a press. @param {View} view */
    const load = async (view) => {
      const contact = view.answer?.contact.id;
      if (!contact) return;
      const reply = await ask("contact.finds", { contact_id: contact });
      if (!reply.ok || view.answer?.contact.id !== contact) return;
      // Where nothing is sold there is nothing to draw, and nobody is interrupted.
      if (!view.finds && !Object.keys(reply.data.costs).length) return;
      refresh(view, { finds: { runs: {}, ...view.finds, ...reply.data } });
    };

    /** @param {View} view @param {string} action @param {FindRun} run */
    const set = (view, action, run) => {
      const finds = view.finds ?? { costs: {}, fields: [], runs: {} };
      finds.runs[action] = run;
      refresh(view, { finds });
    };

    /** @param {View} view @param {string} action */
    const press = async (view, action) => {
      const cost = view.finds?.costs[action]?.cost;
      if (cost === undefined || view.finds?.runs[action]?.busy) return;
      set(view, action, { busy: true });
      speak(say("looking"));
      const reply = await ask("contact.find", {
        key: view.key,
        contact_id: view.answer?.contact.id,
        action,
        max_cost: cost,
      });
      await found(view, action, reply);
    };

    /** @param {View} view @param {string} action @param {Reply} reply */
    const found = async (view, action, reply) => {
      if (!reply.ok) {
        view.available = reply.facts?.["available"] ?? view.available;
        set(view, action, { failure: reply });
        return reply.code === "max_cost_exceeded" ? load(view) : undefined;
      }
      view.available = reply.data.charge.available ?? view.available;
      set(view, action, { answer: reply.data });
      speak(el("p", {}, __side.receipt(reply.data.charge, null)).textContent ?? "");
      await load(view);
    };

    /** Let a press go that waits for the server. @param {View} view @param {string} action */
    const unkeep = async (view, action) => {
      await ask("contact.unkeep", { contact_id: view.answer?.contact.id, action });
      const failure = view.finds?.runs[action]?.failure;
      if (failure)
        set(view, action, { failure: { ...failure, facts: { ...failure.facts, kept: false } } });
    };

    return { load, press, found, unkeep };
  };

  return { finder };
});
