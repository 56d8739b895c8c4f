// @ts-check
// The number on the icon: how few credits are left, shown when they come to an end.

const FEW = 5;
const FEW_OF_A_HUNDRED = 5;

/**
 * Show what is left if it is little: five credits, or a twentieth of what the cycle brought.
 * @param {unknown} available @param {unknown} [granted] of this cycle, where it is known
 */
export async function showLeft(available, granted) {
  if (typeof available !== "number") return;
  if (typeof granted === "number") await chrome.storage.session.set({ granted });
  const cycle = (await chrome.storage.session.get("granted"))["granted"] ?? 0;
  const few = available <= Math.max(FEW, Math.floor((cycle * FEW_OF_A_HUNDRED) / 100));
  await chrome.action.setBadgeBackgroundColor({ color: available > 0 ? "#b26a00" : "#a12f27" });
  await chrome.action.setBadgeText({ text: few ? String(available) : "" });
}
