// @ts-check
// One person's page: reading on the press, the one request, and what the panel shows of it.
__side.define(() => {
  const { say } = __side.dom;

  /**
   * @param {Shell} shell @param {Ask} ask
   * @param {() => void} again what a press does
   * @param {(view: View) => boolean} here whether that is the page which is shown now
   * @returns {ReturnType<Side["person"]>}
   */
  const person = (shell, ask, again, here) => {
    const finder = __side.finder(
      ask,
      (view, changes) => refresh(view, changes),
      (text) => shell.say(text),
    );

    /** @param {View} view */
    const show = (view) => {
      if (!view.open || !here(view)) return;
      const busy = view.phase === "sending";
      if (busy) {
        const found = /** @type {Profile} */ (view.found);
        return shell.showPanel({
          body: [
            __side.who(found.page.name, [found.page.headline, say("analyzing")]),
            __side.notices.bones(),
            __side.notices.bones(),
          ],
          busy,
          again,
          available: view.available,
        });
      }
      if (view.failure || !view.answer || !view.found) {
        const failure = view.failure ?? { code: "server" };
        return shell.showPanel({
          body: [
            view.asked && __side.notices.asked(view.asked),
            __side.notices.state(failure, {
              again,
              agree(cost) {
                view.allowed = cost;
                again();
              },
              unkeep: () => void unkeep(view),
              request: (credits) => void request(view, credits),
            }),
            failure.code === "unreadable" ? __side.wrong(shell, view.found, view.available) : null,
          ],
          again: failure.code === "stale" ? undefined : again,
          available: view.available,
        });
      }
      shell.showPanel({
        body: [
          view.asked && __side.notices.asked(view.asked),
          ...__side.insight(
            view.answer,
            view.found,
            __side.find(view.finds, {
              find: (action) => void finder.press(view, action),
              unkeep: (action) => void finder.unkeep(view, action),
              request: (credits) => void request(view, credits),
            }),
          ),
          __side.wrong(shell, view.found, view.available),
        ],
        foot: __side.campaign.foot(view, {
          choose: (id) => refresh(view, { chosen: id, added: undefined, refused: undefined }),
          add: () => void add(view),
          move: () => void move(view),
        }),
        again,
        available: view.available,
      });
    };

    /** @param {View} view @param {Partial<View>} changes */
    const refresh = (view, changes) => {
      Object.assign(view, changes);
      show(view);
    };

    /** Read the page and ask for its person; one press is one request. @param {Place} place */
    const press = async (place) => {
      const view = place.view;
      if (view.phase === "sending") return "busy";
      const found = place.reader?.read(document, place.url);
      Object.assign(view, {
        open: true,
        failure: undefined,
        answer: undefined,
        added: undefined,
        refused: undefined,
        asked: undefined,
        finds: undefined,
      });
      if (found?.kind !== "profile") {
        const code = found?.layout === "off" ? "reader_off" : "unreadable";
        refresh(view, { phase: "done", failure: { code } });
        return "unreadable";
      }
      refresh(view, { phase: "sending", found });
      void send(place, found);
      return "profile";
    };

    /** What an analysis may cost: one credit, unless its price was shown and agreed to.
     * @param {View} view */
    const allowed = (view) => view.allowed ?? 1;

    /** @param {Place} place @param {Profile} found */
    const send = async (place, found) => {
      const view = place.view;
      const reply = await ask("person.analyze", {
        key: place.key,
        url: found.url,
        identifiers: found.identifiers,
        page: found.page,
        max_cost: allowed(view),
      });
      await answered(view, reply);
    };

    /** @param {View} view @param {Reply} reply */
    const answered = async (view, reply) => {
      if (!reply.ok)
        return refresh(view, {
          phase: "done",
          failure: reply,
          available: reply.facts?.available ?? view.available,
        });
      const answer = /** @type {Analysis} */ (reply.data);
      const { available } = answer.charge;
      refresh(view, { phase: "done", failure: undefined, answer, available });
      shell.say(say("ready"));
      void finder.load(view);
      const list = await ask("campaign.list", {});
      refresh(
        view,
        list.ok
          ? {
              campaigns: list.data.campaigns,
              chosen: view.chosen ?? list.data.chosen,
              origin: list.data.origin,
            }
          : { campaigns: list },
      );
    };

    /** Let a press go that waits for the server. @param {View} view */
    const unkeep = async (view) => {
      await ask("person.unkeep", { key: view.key });
      if (view.failure)
        refresh(view, { failure: { ...view.failure, facts: { ...view.failure.facts, kept: false } } });
    };

    /** @param {View} view @param {number} credits */
    const request = async (view, credits) =>
      refresh(view, { asked: await ask("credits.request", { credits }) });

    /** @param {View} view */
    const add = async (view) => {
      const to = view.chosen ?? "";
      refresh(view, { busy: true, added: undefined, refused: undefined });
      const reply = await ask("person.enroll", {
        contact_id: view.answer?.contact.id,
        campaign_id: to,
        // Paid for already; only where nothing was found may adding cost something.
        max_cost: view.answer?.status === "done" ? 0 : allowed(view),
      });
      settle(view, to, reply);
    };

    /** @param {View} view */
    const move = async (view) => {
      const to = view.chosen ?? "";
      const enrollment = view.refused?.facts?.conflict?.enrollment_id;
      refresh(view, { busy: true });
      const reply = await ask("enrollment.move", { enrollment_id: enrollment, to_campaign: to });
      settle(view, to, reply.ok ? { ok: true, data: { ...reply.data, outcome: "moved" } } : reply);
    };

    /** @param {View} view @param {string} to @param {Reply} reply */
    const settle = (view, to, reply) => {
      if (!reply.ok) return refresh(view, { busy: false, refused: reply });
      const campaigns = Array.isArray(view.campaigns) ? view.campaigns : [];
      const { outcome, charge, warning } = reply.data;
      /** @param {string} id */
      const nameOf = (id) => campaigns.find((one) => one.id === id)?.name ?? "";
      refresh(view, {
        busy: false,
        refused: undefined,
        added: {
          outcome: outcome ?? "enrolled",
          charged: charge?.charged ?? 0,
          campaign: nameOf(to),
          held: nameOf(warning?.campaign_id),
        },
        available: charge?.available ?? view.available,
      });
    };

    return {
      press,
      show,
      answered: (view, reply) => void answered(view, reply),
      found: (view, action, reply) => void finder.found(view, action, reply),
    };
  };

  return { person };
});
