// @ts-check
// What the popup shows of the server: the credits, what was done today, and whether the server has
// a newer extension or has moved.
import { me, older } from "./api.js";
import { currentSession } from "./auth.js";
import { showLeft } from "./badge.js";
import { send } from "./http.js";
import { done } from "./protocol.js";
import { today } from "./today.js";

export async function overview() {
  const [who, served] = await Promise.all([me(), send("GET", "/extension/manifest.json")]);
  if (!who.ok) return who;
  const { balance = {} } = who.data;
  await showLeft(balance.available, balance.granted);
  const held = await currentSession();
  const own = chrome.runtime.getManifest().version;
  return done({
    ...who.data,
    version: own,
    newer: served.ok && older(own, served.data.version ?? "0") ? served.data.version : null,
    // The packages are served under the server's present name alone.
    moved: !served.ok && served.code === "moved",
    outdated: (await chrome.storage.session.get("outdated"))["outdated"] === true,
    today: held && (await today(held.workspace.id)),
  });
}
