"""The console: the few static pages on which people sign in, connect a browser and see credits.

Plain JavaScript modules over the same `/v1` that everyone else uses; there is no build step, and
nothing here knows a domain. `static/` holds the pages, one stylesheet and small modules:

- `api.js` speaks to `/v1`: the session cookie, the CSRF token, problems as plain sentences.
- `dom.js` and `dialog.js` build what is seen, by `textContent` and `createElement` alone, so that
  no text from a profile can ever become markup.
- `words.js` turns codes, instants and amounts into words; `session.js` remembers where to return
  to after a sign-in; `signed-out.js` says how to sign in.
- `console.js` is the frame with its sections: `overview.js`, `receipts.js`, `campaigns.js`,
  `keys.js`, `browsers.js`, `members.js`.
- `sign-in.js` and `pair.js` are the pages of the sign-in link and of a browser's code.

`assets.py` reads all of it once at the start; `api.py` serves it from that map under a strict
content security policy.
"""
