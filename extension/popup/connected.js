// @ts-check
// The popup of a connected browser: whose credits, how many, what was done today, and the button.
import { ask, button, count, day, el, link, problem, say, show } from "./frame.js";

/** @typedef {(failure?: Failure) => Promise<void>} Start */

/**
 * The tab whose page is meant: the one that the popup hangs on, or the one named in the address.
 */
async function currentTab() {
  const named = Number(new URL(location.href).searchParams.get("tab"));
  if (named) return chrome.tabs.get(named);
  return (await chrome.tabs.query({ active: true, currentWindow: true }))[0];
}

/** @param {any} state @param {Start} start @param {Failure} [failure] */
export async function connected(state, start, failure) {
  const { origin } = state;
  const tab = await currentTab();
  const readable = tab?.id !== undefined && !/^(?!https?:)/.test(tab.url ?? "https:");
  const analyze = async () => {
    press.setAttribute("disabled", "");
    const reply = await ask("page.analyze", { tab: tab?.id });
    if (reply.ok) return window.close();
    press.removeAttribute("disabled");
    press.before(/** @type {Node} */ (problem(reply)));
  };
  const press = button(say("analyze_page"), () => void analyze(), {
    class: "main",
    disabled: !readable,
  });
  const news = el("div", { class: "news", role: "status" });
  const credits = el(
    "div",
    { class: "credits" },
    el("b", {}, "…"),
    el("span", {}, say("credits_available")),
  );
  const done = el("div", {});
  show(
    corner(state, start),
    problem(failure),
    news,
    credits,
    press,
    readable ? null : el("p", { class: "hint" }, say("fail_not_a_page_text")),
    done,
    el(
      "details",
      {},
      el("summary", {}, say("settings")),
      ...(await sites()),
      ...price(state.asks),
      button(say("add_workspace"), () => void ask("pairing.start").then(starting(start)), {
        class: "text other",
      }),
    ),
    el(
      "nav",
      {},
      link(say("open_console"), `${origin}/console`),
      button(say("sign_out"), () => void leave(origin, start), { class: "text" }),
    ),
  );
  press.focus();
  const reply = await ask("session.refresh");
  if (!reply.ok) {
    if (reply.code === "signed_out") return start(reply);
    return credits.replaceWith(/** @type {Node} */ (problem(reply)));
  }
  credits.replaceWith(...standing(reply.data.balance ?? {}));
  done.replaceChildren(...today(reply.data.today));
  news.replaceChildren(...heard(reply.data, origin));
}

/** Sign out, and say so where the server does not know of it. @param {string} origin @param {Start} start */
async function leave(origin, start) {
  const reply = await ask("session.forget");
  const untold = reply.ok && !reply.data.told;
  return start(untold ? { code: "left_unheard", facts: { origin } } : undefined);
}

/** @param {Start} start @returns {(reply: Reply) => Promise<void>} */
const starting = (start) => (reply) => start(reply.ok ? undefined : reply);

/**
 * Whose credits these are; a choice where this browser is connected to several workspaces.
 * @param {any} state @param {Start} start
 */
function corner({ session, others }, start) {
  const { workspace } = session;
  if (!others.length) return el("span", { title: workspace.name }, workspace.name);
  return el(
    "select",
    {
      "aria-label": say("workspace"),
      change: (event) =>
        void ask("session.switch", { workspace: event.target.value }).then(() => start()),
    },
    [workspace, ...others].map((one) => el("option", { value: one.id }, one.name)),
  );
}

/** What is left, until when, and what of it is one's own share. @param {any} balance */
function standing(balance) {
  const { available = 0, held = 0, next_refill_at, me } = balance;
  const small = available === 0 ? " none" : "";
  return [
    el(
      "div",
      { class: `credits${small}` },
      el("b", {}, new Intl.NumberFormat(chrome.i18n.getUILanguage()).format(available)),
      el("span", {}, say("credits_available")),
      next_refill_at ? el("small", {}, say("next_refill", day(next_refill_at))) : null,
    ),
    ...[
      held ? count("held", held) : "",
      typeof me?.cap === "number" ? say("own_share", me.used, me.cap) : "",
    ]
      .filter(Boolean)
      .map((text) => el("p", { class: "hint" }, text)),
  ];
}

/** @param {{analyses: number, charged: number, people: {name: string, charged: number}[]}} did */
function today(did) {
  if (!did?.analyses) return [];
  return [
    el("h2", {}, say("today")),
    el("p", { class: "did" }, count("analyses", did.analyses), ", ", count("charged", did.charged)),
    el(
      "ul",
      {},
      did.people.map((one) =>
        el("li", {}, el("span", {}, one.name), el("small", {}, count("credits", one.charged))),
      ),
    ),
  ];
}

/**
 * That the server wants or has a newer extension, or goes by another name now.
 * @param {any} found @param {string} origin
 */
function heard({ outdated, moved, newer }, origin) {
  if (!outdated && !moved && !newer) return [];
  const text = outdated
    ? say("fail_outdated_text")
    : moved
      ? say("fail_moved_text", origin)
      : say("newer", newer);
  const tone = outdated || moved ? "warn" : "calm";
  return [el("p", { class: tone }, text, " ", link(say("update"), `${origin}/extension`))];
}

/** Whether prices are asked for before a press. @param {boolean} asks */
function price(asks) {
  const box = /** @type {HTMLInputElement} */ (
    el("input", {
      type: "checkbox",
      "aria-describedby": "price",
      change: () => void ask("price.ask", { on: box.checked }),
    })
  );
  box.checked = asks;
  return [
    el("h2", {}, say("before_press")),
    el("label", {}, box, say("price_first")),
    el("p", { class: "hint", id: "price" }, say("price_first_text")),
  ];
}

/** The sites on which the person may have the button all the time. */
async function sites() {
  // Those that stand for any server are no sites of people.
  const offered = (chrome.runtime.getManifest().optional_host_permissions ?? []).filter(
    (/** @type {string} */ site) => !site.includes("://*/"),
  );
  const boxes = await Promise.all(
    offered.map(async (/** @type {string} */ site) => {
      const box = /** @type {HTMLInputElement} */ (
        el("input", { type: "checkbox", change: () => void change(site, box) })
      );
      box.checked = await chrome.permissions.contains({ origins: [site] });
      return el("label", {}, box, new URL(site.replace("*", "")).host.replace(/^www\./, ""));
    }),
  );
  return boxes.length
    ? [el("h2", {}, say("also_on")), el("div", { class: "sites" }, boxes)]
    : [];
}

/** @param {string} site @param {HTMLInputElement} box */
async function change(site, box) {
  // The browser asks only within the person's own gesture, so this comes before anything else.
  const allowed = box.checked && (await chrome.permissions.request({ origins: [site] }));
  box.checked = allowed;
  await ask(allowed ? "site.enable" : "site.disable", { site });
}
