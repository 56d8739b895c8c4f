// @ts-check
// The popup: connect this browser, see the credits, press the button of any page.
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
  if (state.data.session) return connected(state.data, start, failure);
  return disconnected(state.data, failure);
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
