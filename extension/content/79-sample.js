// @ts-check
// A page that is read wrongly, as something that can be shown to others: its tags, and of the
// attributes those that readers look at. Every word of the page is replaced by as many letters,
// every number by as many zeros, every address by its kind. Nothing is sent: the person keeps it.
__side.define(() => {
  const { say, el, icon, button } = __side.dom;
  const MOST = 600_000;
  // Attributes whose values the site gives, not the person.
  const KEPT =
    /^(class|id|role|dir|lang|type|rel|hidden|name|property|itemprop|itemtype|itemscope|componentkey|aria-hidden|aria-level|data-(view-name|testid|section|anonymize|x-search-result|sn-view-name|row-id|qa|xds))$/;
  const LINKS = /^(href|src|action|data-delayed-url)$/;
  // The parts of an address that say what it leads to.
  const STEPS = new Set(
    "in company school overlay contact-info details experience education skills sales lead people profile search results all jobs groups".split(
      " ",
    ),
  );
  const PARTS = new Set([
    ...STEPS,
    ..."linkedin xing github com about featured activity interests top card main name title".split(
      " ",
    ),
  ]);
  const SITES = /(^|\.)(linkedin\.com|licdn\.com|xing\.com|github\.com|githubusercontent\.com)$/;
  const EMPTY = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "IFRAME", "OBJECT", "EMBED"]);

  /** As long, as many words, and no word of it. @param {string} text */
  const filler = (text) =>
    text
      .replace(/\p{Lu}/gu, "X")
      .replace(/[\p{L}\p{M}]/gu, (letter) => (letter === "X" ? "X" : "x"))
      .replace(/\p{N}/gu, "0")
      .replace(/\p{Extended_Pictographic}/gu, "*");

  /** An address by its kind alone. @param {string} address @param {string} here */
  const place = (address, here) => {
    const url = __side.url.parse(address, here);
    if (!url) return address.startsWith("#") ? "#" : "x:";
    const site = SITES.test(url.hostname) ? `https://${url.hostname}` : "https://site.example";
    if (/profile-displayphoto/.test(url.pathname)) return `${site}/profile-displayphoto`;
    const steps = url.pathname.split("/").map((step) => (STEPS.has(step) ? step : step && "x"));
    return site + steps.join("/");
  };

  /**
   * The words that could say whose page it is, wherever the site may have put them.
   * @param {Document} doc @param {URL} url @param {Found | undefined} found
   */
  const telling = (doc, url, found) => {
    const names = found?.kind === "profile" ? [found.page.name, found.page.headline ?? ""] : [];
    const listed = found?.kind === "list" ? found.people.map((one) => one.page.name) : [];
    const titles = [...doc.querySelectorAll("title,h1")].map((one) => one.textContent ?? "");
    const words = [...names, ...listed, ...titles, ...url.pathname.split("/")]
      .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
      .filter((word) => word.length > 2 && !PARTS.has(word));
    return new Set(words);
  };

  /** A value that the site gave, without ids and without words of the person's.
   * @param {string} value @param {Set<string>} words */
  const safe = (value, words) =>
    value
      .replace(/A[A-Za-z]{2}AA[\w-]{34}/g, `ACoAA${"x".repeat(34)}`)
      .replace(/urn:[^\s"',)]+/g, "urn:x")
      .replace(/[^\s"'<>]+@[^\s"'<>]+/g, "x")
      .replace(/\d{4,}/g, (digits) => "0".repeat(digits.length))
      .replace(/[\p{L}\p{N}]+/gu, (word) => (words.has(word.toLowerCase()) ? filler(word) : word))
      .replace(/[^\x20-\x7e]/g, "x")
      .slice(0, 300);

  /**
   * JSON-LD with its keys and types, and nothing else.
   * @param {any} value @param {string} key @returns {any}
   */
  const shape = (value, key) => {
    if (Array.isArray(value)) return value.map((/** @type {any} */ one) => shape(one, key));
    if (value && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shape(one, name)]));
    if (key === "@type" || key === "@context") return value;
    return typeof value === "string" ? (/^https?:/.test(value) ? "x:" : filler(value)) : value && 0;
  };

  /** @param {Element} script */
  const data = (script) => {
    if (!/ld\+json/i.test(script.getAttribute("type") ?? "")) return "";
    try {
      return JSON.stringify(shape(JSON.parse(script.textContent ?? ""), "")).replaceAll("<", "");
    } catch {
      return "{";
    }
  };

  /** @param {string} text */
  const escaped = (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

  /** @param {Element} element @param {Set<string>} words @param {string} here */
  const attributes = (element, words, here) => {
    const kept = [...element.attributes].map(({ name, value }) => {
      if (LINKS.test(name)) return ` ${name}="${escaped(place(value, here))}"`;
      if (KEPT.test(name)) return ` ${name}="${escaped(safe(value, words))}"`;
      if (name === "content") return ` content="${escaped(filler(value))}"`;
      return /^(aria|data)-[a-z-]{1,40}$|^(alt|title|style|tabindex)$/.test(name) ? ` ${name}` : "";
    });
    // Without the page's style sheets nobody could tell what was drawn.
    if (!element.closest("head") && !__side.text.shown(element)) kept.push(' data-drawn="no"');
    return kept.join("");
  };

  /**
   * The scrubbed page as HTML.
   * @param {Document} doc @param {URL} url @param {Found} [found] what was read of it
   */
  const sample = (doc, url, found) => {
    const words = telling(doc, url, found);
    /** @type {string[]} */
    const out = [];
    let length = 0;
    /** @param {string} text */
    const put = (text) => {
      length += text.length;
      if (length < MOST) out.push(text);
    };
    /** @param {Element} element */
    const visit = (element) => {
      const tag = element.tagName.toLowerCase();
      if (length >= MOST || element.namespaceURI !== doc.documentElement.namespaceURI) return;
      // Ours, and whatever other elements with names of their own stand beside the body.
      if (element.parentElement === doc.documentElement && tag.includes("-")) return;
      if (!/^[a-z][a-z0-9-]*$/.test(tag)) return;
      put(`<${tag}${attributes(element, words, url.href)}>`);
      if (EMPTY.has(element.tagName)) put(element.tagName === "SCRIPT" ? data(element) : "");
      else
        for (const child of element.childNodes) {
          if (child.nodeType === 1) visit(/** @type {Element} */ (child));
          else if (child.nodeType === 3) put(escaped(filler(child.nodeValue ?? "")));
        }
      if (!/^(area|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/.test(tag))
        put(`</${tag}>`);
    };
    visit(doc.documentElement);
    const reader = __side.readers.find((one) => one.match(url));
    const facts = {
      reader: reader ? `${reader.id}@${reader.version}` : "none",
      layout: found?.layout ?? "none",
      gaps: found?.kind === "list" ? [] : (found?.gaps ?? []),
      kind: found?.kind ?? "none",
      address: place(url.href, url.href),
      browser: navigator.userAgent.replace(/^.*?(Firefox|Chrome)\/(\d+).*$/, "$1 $2"),
    };
    return `<!doctype html>\n<!-- ${JSON.stringify(facts).replaceAll("--", "- -")} -->\n${out.join("")}\n`;
  };

  /** Hand `text` to the person as a file. @param {string} text */
  const save = (text) => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/html" }));
    el("a", { href: address, download: "layout.html" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };

  /**
   * What the panel shows of it: what the sample is, and how to take it along.
   * @param {string} text @returns {HTMLElement}
   */
  const report = (text) => {
    const told = el("p", { class: "muted", role: "status" });
    const copy = () =>
      void navigator.clipboard.writeText(text).then(
        () => (told.textContent = say("copied")),
        () => save(text),
      );
    return el(
      "div",
      { class: "state" },
      el("div", { class: "face" }, icon("alert")),
      el("h2", { id: "title" }, say("wrong")),
      el("p", {}, say("wrong_text")),
      el(
        "div",
        { class: "row" },
        button(say("download"), () => save(text), { class: "main" }),
        button(say("copy"), copy, { class: "plain" }),
      ),
      told,
    );
  };

  /**
   * Leads from what was read to the sample.
   * @param {Shell} shell @param {Found | undefined} found @param {number | undefined} available
   */
  const wrong = (shell, found, available) => {
    const open = () => {
      const text = sample(document, new URL(location.href), found);
      shell.showPanel({ body: [report(text)], available, toTop: true });
    };
    return el("p", { class: "row" }, button(say("reads_wrongly"), open, { class: "text" }));
  };

  return { sample, wrong };
});
