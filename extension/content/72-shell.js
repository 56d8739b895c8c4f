// @ts-check
// The panel's frame, in the same root as the button, which it takes the place of.
__side.define(() => {
  const { say, el, icon, button, count } = __side.dom;

  /** Give `shell` a panel. @param {Shell} shell @param {() => void} close what its cross does */
  const frame = (shell, close) => {
    const { root, inside } = shell;
    /** @type {HTMLElement | null} */
    let panel = null;
    let resting = "";

    shell.dress(__side.style);
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && panel) close();
    });

    Object.assign(shell, {
      /** @param {Panel} shown */
      showPanel({ body, foot, available, again, busy, quiet, toTop }) {
        const fresh = panel === null;
        const focused = inside.activeElement;
        const before = panel;
        const unfolded = [...(before?.querySelectorAll("details[open]") ?? [])].map(({ id }) => id);
        const scrolled = panel?.querySelector(".body")?.scrollTop ?? 0;
        const frame = el(
          "section",
          {
            class: fresh ? "panel new" : "panel",
            role: "dialog",
            "aria-modal": "false",
            "aria-labelledby": "title",
            "aria-describedby": "receipt",
            "aria-busy": busy ? "true" : "false",
            tabindex: "-1",
          },
          el(
            "header",
            { class: "top" },
            el("b", {}, icon("brand"), "Meetonce"),
            available === undefined
              ? null
              : el("span", { class: "chip" }, count("credits", available)),
            again &&
              button(icon("again"), again, {
                class: "icon",
                "aria-label": say("analyze_again"),
                title: say("analyze_again"),
                disabled: busy,
              }),
            button(icon("close"), close, {
              class: "icon",
              "aria-label": say("close"),
              title: say("close"),
            }),
          ),
          el("div", { class: "body" }, body),
          foot && el("footer", { class: "foot" }, foot),
        );
        panel ? panel.replaceWith(frame) : root.append(frame);
        panel = frame;
        for (const id of unfolded) if (id) inside.getElementById(id)?.setAttribute("open", "");
        shell.open = true;
        shell.hidePill();
        const main = /** @type {HTMLElement} */ (frame.querySelector(".body"));
        main.scrollTop = toTop ? 0 : scrolled;
        // A panel that opens takes the focus; one that only changes keeps it, where it had it.
        if (quiet || (!fresh && !focused)) return;
        // What is switched off for the while of an answer gets it back with the answer.
        const id = focused?.id || (focused === before ? resting : "");
        const same = id ? inside.getElementById(id) : null;
        const off = same?.hasAttribute("disabled") === true;
        resting = off ? id : "";
        (same && !off ? same : frame).focus({ preventScroll: true });
      },
      hidePanel() {
        panel?.remove();
        panel = null;
        shell.open = false;
      },
    });
  };

  return { frame };
});
