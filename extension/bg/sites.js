// @ts-check
// Pages beyond those of the manifest: one at a time by the popup's button, or a whole site once the
// person has allowed it in the popup.
import { PARTS } from "./config.js";
import { done, failed } from "./protocol.js";

/** @param {string} site */
const name = (site) => site.replace(/\W+/g, "-");

/**
 * Run on the page of `tab` and press its button; the popup's press has granted just this tab.
 * @param {{tab: number}} wanted
 */
export async function analyzeTab({ tab }) {
  try {
    await chrome.scripting.executeScript({ target: { tabId: tab }, files: PARTS.page });
    return (await chrome.tabs.sendMessage(tab, { type: "page.analyze" })) ?? failed("unreadable");
  } catch {
    return failed("not_a_page");
  }
}

/**
 * Put a part into the page that asks for it, and into no other that has taken its place since.
 * @param {{part: Part}} wanted @param {chrome.runtime.MessageSender} sender
 */
export async function loadPart({ part }, { tab, documentId }) {
  const document = documentId ? { documentIds: [documentId] } : { frameIds: [0] };
  const target = { tabId: tab?.id ?? -1, ...document };
  try {
    const more = part === "anywhere" && (await hasCards(target)) ? PARTS.cards : [];
    await chrome.scripting.executeScript({ target, files: [...PARTS[part], ...more] });
    return done({ disabled: (await chrome.storage.local.get("disabled"))["disabled"] ?? {} });
  } catch {
    return failed("server");
  }
}

/** Whether a page has microformats, which the readers leave to a parser of its own.
 * @param {chrome.scripting.InjectionTarget} target */
async function hasCards(target) {
  const found = await chrome.scripting.executeScript({
    target,
    func: () => document.querySelector(".h-card,.vcard") !== null,
  });
  return found[0]?.result === true;
}

/** Show the button on a site that the person has just allowed. @param {{site: string}} wanted */
export async function enableSite({ site }) {
  if (!(await chrome.permissions.contains({ origins: [site] }))) return failed("forbidden");
  await chrome.scripting.unregisterContentScripts({ ids: [name(site)] }).catch(() => {});
  await chrome.scripting.registerContentScripts([
    { id: name(site), matches: [site], js: PARTS.page, persistAcrossSessions: true },
  ]);
  return done();
}

/** @param {{site: string}} wanted */
export async function disableSite({ site }) {
  await chrome.scripting.unregisterContentScripts({ ids: [name(site)] }).catch(() => {});
  await chrome.permissions.remove({ origins: [site] });
  return done();
}

/** A site that was taken back in the browser's own settings. @param {string[]} sites */
export const forgetSites = (sites) =>
  Promise.all(
    sites.map((site) =>
      chrome.scripting.unregisterContentScripts({ ids: [name(site)] }).catch(() => {}),
    ),
  );

/**
 * Registered scripts outlive an update with the file names of the version before: register anew.
 */
export async function renewSites() {
  for (const site of chrome.runtime.getManifest().optional_host_permissions ?? []) {
    if (await chrome.permissions.contains({ origins: [site] })) await enableSite({ site });
  }
}
