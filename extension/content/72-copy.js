// @ts-check
// A button that copies a text, on pages that allow it and on those that do not.
__side.define(() => {
  const { say, el, icon, button } = __side.dom;

  /** A button that copies, and says that it has. @param {string} text */
  const copier = (text) => {
    /** @type {HTMLElement} */
    const made = button(
      icon("copy"),
      async () => {
        await navigator.clipboard.writeText(text).catch(() => byHand(text, made));
        made.replaceChildren(icon("check"));
        made.classList.add("done");
        made.setAttribute("aria-label", say("copied"));
        setTimeout(() => {
          made.replaceChildren(icon("copy"));
          made.classList.remove("done");
          made.setAttribute("aria-label", say("copy"));
        }, 1_800);
      },
      { class: "icon", "aria-label": say("copy"), title: say("copy") },
    );
    return made;
  };

  /**
   * The old way, where the page's policy keeps the clipboard from us.
   * @param {string} text
   * @param {HTMLElement} beside
   */
  const byHand = (text, beside) => {
    const area = /** @type {HTMLTextAreaElement} */ (el("textarea", { class: "sr" }));
    area.value = text;
    beside.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    beside.focus();
  };

  return { copier };
});
