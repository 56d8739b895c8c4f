// @ts-check
// The popup: connect this browser, see the credits, press the button of any page.

export {};
const { say, count, el, icon, button, link } = __side.dom;
const head = /** @type {HTMLElement} */ (document.getElementById("top"));
const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const POLL_SECONDS = 3;

/** @param {string} type @param {Record<string, unknown>} [content] @returns {Promise<Reply>} */
const ask = (type, content = {}) => chrome.runtime.sendMessage({ v: 1, type, ...content });

/** @param {Failure | undefined} failure */
function problem(failure) {
  if (!failure) return null;
  const known = say(`fail_${failure.code}`);
  const text = say(`fail_${failure.code}_text`, failure.facts?.["origin"] ?? "");
  return el(
    "p",
    { class: "bad", role: "alert" },
    known ? `${known}. ${text}` : (failure.facts?.["detail"] ?? say("fail_server")),
  );
}

/** @param {string} [workspace] @param {...(Node | null)} content */
function show(workspace, ...content) {
  head.replaceChildren(
    icon("brand"),
    "Meetonce",
    workspace ? el("span", { title: workspace }, workspace) : "",
  );
  main.replaceChildren(...content.filter((node) => node !== null));
}

/** @param {Failure} [failure] */
async function start(failure) {
  const state = await ask("session.get");
  if (!state.ok) return show(undefined, problem(state));
  if (state.data.pairing) return waiting(state.data.pairing, failure);
  if (state.data.session) return connected(state.data.session, state.data.origin, failure);
  return disconnected(state.data.origin, failure);
}

/** @param {string} origin @param {Failure} [failure] */
function disconnected(origin, failure) {
  const connect = async () => {
    press.setAttribute("disabled", "");
    const reply = await ask("pairing.start");
    await start(reply.ok ? undefined : reply);
  };
  const press = button(say("connect"), () => void connect(), { class: "main" });
  show(
    undefined,
    problem(failure),
    el("h1", {}, say("connect_title")),
    el("p", {}, say("connect_text", new URL(origin).host)),
    press,
    // What comes next, shown so that people know where it will be.
    button(say("analyze_page"), () => {}, { class: "main later", disabled: true }),
  );
  press.focus();
}

/** @param {{user_code: string, verification_url: string}} pairing @param {Failure} [failure] */
function waiting(pairing, failure) {
  const cancel = async () => {
    await ask("pairing.cancel");
    await start();
  };
  show(
    undefined,
    problem(failure),
    el("h1", {}, say("pairing_title")),
    el("p", {}, say("pairing_text")),
    el("p", { class: "code" }, pairing.user_code),
    el(
      "nav",
      {},
      link(say("pairing_open"), pairing.verification_url),
      button(say("cancel"), () => void cancel(), { class: "text" }),
    ),
  );
  void poll();
}

/** Ask whether the code was approved, as long as somebody looks. @returns {Promise<void>} */
async function poll() {
  const reply = await ask("pairing.finish");
  if (reply.ok) return start();
  if (["authorization_pending", "slow_down", "rate_limited"].includes(reply.code)) {
    const pause = reply.code === "authorization_pending" ? POLL_SECONDS : POLL_SECONDS * 2;
    const state = await new Promise((resolve) =>
      setTimeout(() => resolve(ask("session.get")), pause * 1_000),
    );
    return state.ok && state.data.pairing ? poll() : start();
  }
  return start(reply);
}

/**
 * The tab whose page is meant: the one that the popup hangs on, or the one named in the address.
 */
async function currentTab() {
  const named = Number(new URL(location.href).searchParams.get("tab"));
  if (named) return chrome.tabs.get(named);
  return (await chrome.tabs.query({ active: true, currentWindow: true }))[0];
}

/** @param {any} session @param {string} origin @param {Failure} [failure] */
async function connected(session, origin, failure) {
  const tab = await currentTab();
  const readable = tab?.id !== undefined && !/^(?!https?:)/.test(tab.url ?? "https:");
  const analyze = async () => {
    press.setAttribute("disabled", "");
    const reply = await ask("page.analyze", { tab: tab?.id });
    if (reply.ok) return window.close();
    press.removeAttribute("disabled");
    credits.before(/** @type {Node} */ (problem(reply)));
  };
  const press = button(say("analyze_page"), () => void analyze(), {
    class: "main",
    disabled: !readable,
  });
  const credits = el(
    "div",
    { class: "credits" },
    el("b", {}, "…"),
    el("span", {}, say("credits_available")),
  );
  show(
    session.workspace.name,
    problem(failure),
    credits,
    press,
    readable ? null : el("p", { class: "hint" }, say("fail_not_a_page_text")),
    ...(await sites()),
    el(
      "nav",
      {},
      link(say("open_console"), `${origin}/console`),
      button(say("sign_out"), () => void ask("session.forget").then(() => start()), {
        class: "text",
      }),
    ),
  );
  press.focus();
  await fill(credits, origin);
}

/** @param {HTMLElement} credits @param {string} origin */
async function fill(credits, origin) {
  const reply = await ask("session.refresh");
  if (!reply.ok) {
    if (reply.code === "signed_out") return start(reply);
    return credits.replaceWith(/** @type {Node} */ (problem(reply)));
  }
  const balance = reply.data.balance ?? {};
  const available = balance.available ?? balance;
  credits.replaceChildren(
    el("b", {}, new Intl.NumberFormat(chrome.i18n.getUILanguage()).format(available)),
    el("span", {}, say("credits_available")),
  );
  if (balance.held) credits.after(el("p", { class: "hint" }, count("held", balance.held)));
  const { outdated } = await chrome.storage.session.get("outdated");
  if (outdated)
    credits.before(
      el(
        "p",
        { class: "warn" },
        say("fail_outdated_text"),
        " ",
        link(say("update"), `${origin}/extension`),
      ),
    );
}

/** The sites on which the person may have the button all the time. */
async function sites() {
  const offered = chrome.runtime.getManifest().optional_host_permissions ?? [];
  const boxes = await Promise.all(
    offered.map(async (/** @type {string} */ site) => {
      const box = /** @type {HTMLInputElement} */ (
        el("input", { type: "checkbox", change: () => void change(site, box) })
      );
      box.checked = await chrome.permissions.contains({ origins: [site] });
      return el("label", {}, box, new URL(site.replace("*", "")).host.replace(/^www\./, ""));
    }),
  );
  return boxes.length ? [el("h2", {}, say("also_on")), ...boxes] : [];
}

/** @param {string} site @param {HTMLInputElement} box */
async function change(site, box) {
  // The browser asks only within the person's own gesture, so this comes before anything else.
  const allowed = box.checked && (await chrome.permissions.request({ origins: [site] }));
  box.checked = allowed;
  await ask(allowed ? "site.enable" : "site.disable", { site });
}

void start();
