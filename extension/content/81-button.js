// @ts-check
// The one element of ours in the page, and in it the button. The panel is added on its first use.
__side.define(() => {
  const { say, direction, el, icon, button } = __side.dom;

  // What the button and the panel share. Lengths are in px: inside a shadow root `rem` would still
  // follow the page.
  const LOOK = `
:host { all: initial !important; color-scheme: light dark !important; }
:host([hidden]) { display: none !important; }
.root {
  --ink: #1c2124; --soft: #5a6268; --line: #e6e4dd; --card: #fff; --raised: #f7f6f2; --accent: #0b6e5f;
  --deep: #08574b; --on: #fff; --wash: #e6f2ef; --warn: #7a5200; --warn-wash: #fcf1da; --bad: #a12f27; --bad-wash: #fbe9e6;
  --shadow: 0 0 0 1px #1c21240d, 0 2px 6px #1c212414, 0 16px 48px #1c21242e;
  color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  .root {
    --ink: #e8ebec; --soft: #9ba5ab; --line: #2c3337; --card: #191d20; --raised: #20262a; --accent: #5ccbb5;
    --deep: #7fdac8; --on: #05231d; --wash: #13302b; --warn: #f2c26b; --warn-wash: #302611; --bad: #ff9a8f; --bad-wash: #371c1a;
    --shadow: 0 0 0 1px #ffffff14, 0 16px 48px #000a;
  }
}
*, ::before, ::after { box-sizing: border-box; }
h2, h3, p, ul, dl, dd, figure, blockquote { margin: 0; padding: 0; }
ul { list-style: none; }
svg { width: 18px; height: 18px; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
a { color: var(--accent); text-underline-offset: 2px; }
button, select { font: inherit; color: inherit; cursor: pointer; }
button:disabled { cursor: default; opacity: .55; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.pill {
  position: fixed; z-index: 2147483647; inset-inline-end: 0; top: 36vh; display: flex; align-items: center; gap: 8px; height: 44px;
  padding: 0; padding-inline: 12px 14px; border: 0; border-start-start-radius: 22px; border-end-start-radius: 22px; background: #0b6e5f; color: #fff; font-weight: 600;
  box-shadow: 0 1px 2px #0003, 0 6px 20px #0b6e5f4d; transition: padding .15s, background .15s;
}
.pill:hover { background: #08574b; padding-inline-end: 20px; }
.pill:focus-visible { outline: 3px solid #ffd27a; outline-offset: -4px; }
.pill:not(:hover, :focus-visible) .more { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.pill small { max-width: 46vw; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding: 1px 8px; border-radius: 9px; background: #ffffff2e; font-size: 12px; font-weight: 500; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.bare { position: fixed; z-index: 2147483647; top: 12px; inset-inline-end: 12px; width: min(320px, calc(100vw - 24px)); padding: 16px 20px; border-radius: 16px; background: var(--card); box-shadow: var(--shadow); }
@media (forced-colors: active) { .pill, .bare { border: 1px solid; } }
`;

  /** A name that no page can look for. */
  const anyName = () => {
    const letters = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) =>
      String.fromCharCode(97 + (byte % 26)),
    );
    return `${letters.slice(0, 6).join("")}-${letters.slice(6).join("")}`;
  };

  /** @param {ShadowRoot} inside @param {string} look */
  const dress = (inside, look) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(look);
      inside.adoptedStyleSheets = [...inside.adoptedStyleSheets, sheet];
    } catch {
      // Older Firefox refuses sheets that content scripts have made.
      inside.append(el("style", {}, document.createTextNode(look)));
    }
  };

  /** @param {() => void} press what the button does @returns {Shell} */
  const shell = (press) => {
    const host = document.createElement(anyName());
    const inside = host.attachShadow({ mode: __side.shadow });
    // The page may be written the other way.
    const root = el("div", { class: "root", dir: direction() });
    const spoken = el("p", { class: "sr", role: "status" });
    const pill = button([], press, { class: "pill" });
    /** @type {HTMLElement | null} */
    let bare = null;
    let returns = 0;

    dress(inside, LOOK);
    root.append(spoken);
    inside.append(root);
    // The page has shortcuts on single letters; what is typed here is not meant for them.
    for (const type of ["keydown", "keyup", "keypress"])
      root.addEventListener(type, (event) => event.stopPropagation());
    // Some pages rebuild everything below their root; come back, but do not fight for ever.
    const guard = new MutationObserver(() => {
      if (!host.isConnected && returns++ < 5) document.documentElement.append(host);
    });

    return {
      root,
      inside,
      open: false,
      dress: (look) => dress(inside, look),
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
      showPill(label, price, more) {
        pill.replaceChildren(icon("brand"), label);
        if (price) pill.append(el("small", {}, price));
        if (more) pill.append(el("small", { class: "more" }, more));
        if (!pill.isConnected) root.append(pill);
      },
      hidePill: () => pill.remove(),
      focusPill: () => pill.focus({ preventScroll: true }),
      bare(code) {
        bare?.remove();
        bare = code
          ? el(
              "section",
              { class: "bare", role: "alert" },
              el("h2", {}, say(`fail_${code}`)),
              el("p", {}, say(`fail_${code}_text`)),
            )
          : null;
        if (bare) root.append(bare);
      },
      showPanel() {},
      hidePanel() {},
    };
  };

  return { shell };
});
