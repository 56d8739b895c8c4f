// @ts-check
// The one element of ours in the page, and in it the button and the panel's frame.
__side.define(() => {
  const { say, el, icon, button, count } = __side.dom;

  /** A name that no page can look for. */
  const anyName = () => {
    const letters = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) =>
      String.fromCharCode(97 + (byte % 26)),
    );
    return `${letters.slice(0, 6).join("")}-${letters.slice(6).join("")}`;
  };

  /**
   * @param {{press: () => void, close: () => void}} on what the button and the panel's cross do
   * @returns {Shell}
   */
  const shell = (on) => {
    const host = document.createElement(anyName());
    const inside = host.attachShadow({ mode: __side.shadow });
    const root = el("div", { class: "root" });
    const spoken = el("p", { class: "sr", role: "status" });
    const pill = button([], on.press, { class: "pill" });
    /** @type {HTMLElement | null} */
    let panel = null;
    let returns = 0;

    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(__side.style);
      inside.adoptedStyleSheets = [sheet];
    } catch {
      // Older Firefox refuses sheets that content scripts have made.
      inside.append(el("style", {}, __side.style));
    }
    root.append(spoken);
    inside.append(root);
    // The page has shortcuts on single letters; what is typed here is not meant for them.
    for (const type of ["keydown", "keyup", "keypress"]) {
      root.addEventListener(type, (event) => {
        if (type === "keydown" && /** @type {KeyboardEvent} */ (event).key === "Escape" && panel)
          on.close();
        event.stopPropagation();
      });
    }
    // Some pages rebuild everything below their root; come back, but do not fight for ever.
    const guard = new MutationObserver(() => {
      if (!host.isConnected && returns++ < 5) document.documentElement.append(host);
    });

    return {
      root,
      mount() {
        if (!host.isConnected) document.documentElement.append(host);
        guard.observe(document.documentElement, { childList: true });
      },
      unmount() {
        guard.disconnect();
        host.remove();
      },
      say(text) {
        spoken.textContent = text;
      },
      showPill(label, more) {
        pill.replaceChildren(icon("brand"), label, more ? el("small", {}, more) : "");
        if (!pill.isConnected) root.append(pill);
      },
      hidePill: () => pill.remove(),
      showPanel({ body, foot, available, again, busy, quiet, toTop }) {
        const fresh = panel === null;
        const focused = inside.activeElement;
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
            button(icon("close"), on.close, {
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
        pill.remove();
        const main = /** @type {HTMLElement} */ (frame.querySelector(".body"));
        main.scrollTop = toTop ? 0 : scrolled;
        // A panel that opens takes the focus; one that only changes keeps it, where it had it.
        if (quiet || (!fresh && !focused)) return;
        const same = focused?.id ? inside.getElementById(focused.id) : null;
        (same ?? frame).focus({ preventScroll: true });
      },
      hidePanel() {
        panel?.remove();
        panel = null;
      },
      focusPill: () => pill.focus({ preventScroll: true }),
      get open() {
        return panel !== null;
      },
    };
  };

  return { shell };
});
