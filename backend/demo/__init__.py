"""The demo: 40 invented people and their pages, so that everything can be tried without LinkedIn.

The people come from `backend/sidecar/data/sample_people.json`, which the sidecar's provider
`sample` knows too; it is read by its path, for the sidecar is another program. Their names,
companies and addresses are made up, and end where nothing real is (`.example`).

- `people.py` reads them and searches among them.
- `pages.py`, on pieces of `markup.py`, renders `/demo`, `/demo/search` and
  `/demo/people/{slug}` as plain HTML without any script; everything is escaped.
  `structured.py` says the same as JSON-LD.
- `api.py` serves both.
- `seed.py` makes the sandbox of `meetonce demo`: a workspace on the terms of `sandbox.toml` whose
  team has met most of these people in the last hundred days, as `sandbox.py`
  tells it with the parts of `parts.py`.

What a page promises to programs that read it, the browser extension first: a person's page holds
one JSON-LD block, a `ProfilePage` whose `mainEntity` is the `Person`; its experience is in
`worksFor` and its education in `alumniOf`, both as roles with dates, its posts in `hasPart` of
the page; `<html lang>` is the language of the profile. A search page holds a
`SearchResultsPage` whose `mainEntity` is an `ItemList` of the people shown. The page `/demo`
holds none, because it is about nobody. In the HTML the sections of a person have the ids `about`,
`experience`, `education`, `skills` and `posts`, and each found person is one `.person-card`.
"""
