// @ts-check
// The worker: the only part that speaks to the server. It is stopped and started at any time, so
// every listener is added at once, and nothing that matters lives in a variable.
import { renew } from "./api.js";
import {
  cancelPairing,
  currentPairing,
  currentSession,
  finishPairing,
  otherWorkspaces,
  signOut,
  startPairing,
  switchWorkspace,
} from "./auth.js";
import { campaigns, enroll, enrollAll, lookUp, move, quote } from "./campaigns.js";
import { find, finds, unkeepFind } from "./finds.js";
import { sendKept, whenDue } from "./kept.js";
import { overview } from "./overview.js";
import { analyze, askFirst, asksFirst, known, requestCredits, unkeep } from "./people.js";
import { accepts, done, failed } from "./protocol.js";
import { asksForServer, chooseServer, server, showOnDemo } from "./server.js";
import { analyzeTab, disableSite, enableSite, forgetSites, loadPart, renewSites } from "./sites.js";

/**
 * @typedef {(message: any, sender: chrome.runtime.MessageSender) =>
 *   Promise<import("./protocol.js").Reply>} Handler
 */
/** @type {Record<string, Handler>} */
const HANDLERS = {
  "person.known": known,
  "person.analyze": analyze,
  "person.unkeep": unkeep,
  "person.enroll": enroll,
  "people.enroll": enrollAll,
  "people.lookup": lookUp,
  "people.quote": quote,
  "contact.finds": finds,
  "contact.find": find,
  "contact.unkeep": unkeepFind,
  "credits.request": requestCredits,
  "enrollment.move": move,
  "campaign.list": campaigns,
  "list.state": async () =>
    done({ folded: (await chrome.storage.local.get("folded"))["folded"] === true }),
  "list.fold": async ({ folded }) => (await chrome.storage.local.set({ folded }), done()),
  "session.get": sessionState,
  "session.refresh": overview,
  "session.forget": signOut,
  "session.switch": switchWorkspace,
  "server.choose": chooseServer,
  "price.ask": askFirst,
  "pairing.start": startPairing,
  "pairing.finish": finishPairing,
  "pairing.cancel": async () => (await cancelPairing(), done()),
  "page.analyze": analyzeTab,
  "part.load": loadPart,
  "site.enable": enableSite,
  "site.disable": disableSite,
};

/** What the popup shows at once, before it has asked anybody. */
async function sessionState() {
  const held = await currentSession();
  const pairing = await currentPairing();
  return done({
    origin: await server(),
    asksForServer,
    version: chrome.runtime.getManifest().version,
    session: held && { workspace: held.workspace, member: held.member },
    others: await otherWorkspaces(),
    asks: await asksFirst(),
    pairing: pairing && {
      user_code: pairing.user_code,
      verification_url: pairing.verification_url,
    },
  });
}

chrome.runtime.onMessage.addListener((message, sender, reply) => {
  const handle = accepts(message, sender) ? HANDLERS[message.type] : undefined;
  if (!handle) {
    reply(failed("bad_message"));
    return false;
  }
  handle(message, sender)
    .then(reply, (error) => {
      console.error(message.type, error);
      reply(failed("server"));
    })
    .then(() => (message.type === "person.analyze" ? renew() : undefined));
  return true;
});

// The approved page sends the browser to this address; it is visible to us because it is ours.
chrome.tabs.onUpdated.addListener((tab, change) => {
  if (change.url?.includes("/extension/paired?")) void finishFrom(tab, change.url);
});

/** @param {number} tab @param {string} address */
async function finishFrom(tab, address) {
  if (!address.startsWith(`${await server()}/extension/paired`)) return;
  const pairing = await currentPairing();
  if (!pairing || new URL(address).searchParams.get("pairing") !== pairing.pairing_id) return;
  const answer = await finishPairing();
  if (!answer.ok) return;
  await chrome.action.setBadgeBackgroundColor({ color: "#0b6e5f" });
  await chrome.action.setBadgeText({ tabId: tab, text: "✓" }).catch(() => {});
}

/** @param {any} press @returns {Promise<import("./protocol.js").Reply>} */
const send = (press) => (press.type === "contact.find" ? find(press) : analyze(press));

whenDue(async () => {
  const held = await currentSession();
  if (held) await sendKept(held.workspace.id, send);
});

// A site can be allowed and taken back in the browser's own settings, too.
chrome.permissions.onAdded.addListener(() => void renewSites());
chrome.permissions.onRemoved.addListener(({ origins }) => void forgetSites(origins ?? []));
chrome.runtime.onInstalled.addListener(() => {
  void renewSites();
  void showOnDemo();
});
