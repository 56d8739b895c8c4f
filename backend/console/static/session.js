// @ts-check
/**
 * Where to return to after a sign-in, and how to read what somebody pasted as a sign-in link.
 */

const KEY = "meetonce.return";
const KEPT_MINUTES = 15;

/**
 * `path` if it leads to a page of this very origin, else null: a link must never send people away.
 * @param {string | null | undefined} path
 */
export function ownPath(path) {
  if (!path || !path.startsWith("/")) return null;
  try {
    const target = new URL(path, location.origin);
    return target.origin === location.origin
      ? target.pathname + target.search + target.hash
      : null;
  } catch {
    return null;
  }
}

/**
 * Remembers this page for a sign-in that happens in another tab, as a link from a terminal does.
 * @param {string} path
 */
export function rememberReturn(path) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ path, at: Date.now() }));
  } catch {
    // Storage may be switched off: then the sign-in ends at the console.
  }
}

/** The remembered page, once; null when there is none or it is too old to be meant. */
export function takeReturn() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
    localStorage.removeItem(KEY);
    return kept && Date.now() - kept.at < KEPT_MINUTES * 60_000 ? ownPath(kept.path) : null;
  } catch {
    return null;
  }
}

/**
 * The token inside a pasted sign-in link, or the pasted text itself.
 * @param {string} pasted
 */
export function tokenIn(pasted) {
  const text = pasted.trim();
  try {
    return new URL(text).searchParams.get("token") ?? "";
  } catch {
    return text;
  }
}
