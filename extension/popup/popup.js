// @ts-check
// The popup: connect this browser, see the credits, press the button of any page.
import { pattern } from "../bg/server.js";
import { connected } from "./connected.js";
import { ask, button, el, link, problem, say, show, sign } from "./frame.js";

const POLL_SECONDS = 3;

/** @param {Failure} [failure] @returns {Promise<void>} */
async function start(failure) {
  const state = await ask("session.get");
  if (!state.ok) return show(null, problem(state));
  document.documentElement.lang = chrome.i18n.getUILanguage();
  sign(state.data.origin, state.data.version);
  if (state.data.pairing) return waiting(state.data.pairing, failure);
  if (!state.data.origin) return unbound(failure);
  if (state.data.session) return connected(state.data, start, failure);
  return disconnected(state.data, failure);
}

/**
 * The copy that is made for all servers: which one is yours?
 * @param {Failure} [failure]
 */
function unbound(failure) {
  const address = /** @type {HTMLInputElement} */ (
    el("input", { id: "server", type: "text", inputmode: "url", placeholder: "https://" })
  );
  const choose = async () => {
    const url = __side.url.parse(
      /:\/\//.test(address.value) ? address.value.trim() : `https://${address.value.trim()}`,
    );
    if (!url) return address.focus();
    // Within the press itself: the browser asks the person whether this server may be spoken to.
    const allowed = await chrome.permissions.request({ origins: [pattern(url.origin)] });
    const reply = allowed
      ? await ask("server.choose", { origin: url.origin })
      : { ok: false, code: "no_server" };
    await start(reply.ok ? undefined : /** @type {Failure} */ (reply));
  };
  show(
    null,
    problem(failure),
    el("h1", {}, say("server_title")),
    el("label", { for: "server" }, say("server_text")),
    address,
    button(say("server_choose"), () => void choose(), { class: "main" }),
  );
  address.addEventListener("keydown", (event) => event.key === "Enter" && void choose());
  address.focus();
}

/** @param {any} state @param {Failure} [failure] */
function disconnected({ origin, others }, failure) {
  const connect = async () => {
    press.setAttribute("disabled", "");
    const reply = await ask("pairing.start");
    await start(reply.ok ? undefined : reply);
  };
  const press = button(say("connect"), () => void connect(), { class: "main" });
  show(
    null,
    problem(failure),
    el("h1", {}, say("connect_title")),
    el("p", {}, say("connect_text", new URL(origin).host)),
    press,
    // What comes next, shown so that people know where it will be.
    button(say("analyze_page"), () => {}, { class: "main later", disabled: true }),
    ...others.map((/** @type {any} */ one) =>
      button(
        say("work_for", one.name),
        () => void ask("session.switch", { workspace: one.id }).then(() => start()),
        { class: "text other" },
      ),
    ),
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
    null,
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

void start();
