"""Pieces of the demo's HTML: the frame of a page, a card, an avatar, dates in words.

Each function takes plain text and returns HTML; every text goes through `escape`.
"""

from html import escape

from backend.demo.people import Person, Position, School

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
DEGREES = {1: "1st", 2: "2nd", 3: "3rd"}
HUES = 8


def document(title: str, body: str, *, language: str = "en", head: str = "") -> str:
    """A whole page around `body`; `language` is that of its content, the frame is English."""
    return f"""<!doctype html>
<html lang="{escape(language)}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="robots" content="noindex">
  <title>{escape(title)} · Demo people</title>
  <link rel="icon" href="/demo/static/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/demo/static/demo.css">
  {head}
</head>
<body>
<header class="top" lang="en">
  <div class="bar">
    <a class="brand" href="/demo"><img src="/demo/static/icon.svg" alt="" width="28" height="28"
      >Demo people</a>
    <nav aria-label="Demo">
      <a href="/demo">How it works</a>
      <a href="/demo/search">People</a>
      <a href="/console">Console</a>
    </nav>
  </div>
</header>
{body.strip()}
<footer lang="en"><p>Everybody here is invented, and so are their companies and posts.</p></footer>
</body>
</html>
"""


def top_card(person: Person) -> str:
    """The head of a profile: who it is, what they do, where."""
    degree = DEGREES.get(person.degree or 0, "")
    shown = f'<span class="degree" lang="en" dir="ltr">{degree}</span>' if degree else ""
    return f"""
    <section class="card top-card hue-{hue(person)}">
      <div class="cover"></div>
      {avatar(person)}
      <div class="name"><h1>{escape(person.name)}</h1>{shown}</div>
      <p class="headline">{escape(person.headline)}</p>
      <p class="location soft">{escape(person.location)}</p>
    </section>"""


def section(name: str, title: str, content: str) -> str:
    """A section of a profile, or nothing where there is nothing to say."""
    if not content:
        return ""
    return f"""
    <section class="card" id="{name}" aria-labelledby="{name}-title">
      <h2 id="{name}-title" lang="en">{title}</h2>
      {content}
    </section>"""


def person_card(person: Person) -> str:
    """A person as a search shows them."""
    language = escape(person.language)
    return f"""
    <article class="card person-card hue-{hue(person)}" lang="{language}">
      {avatar(person)}
      <div>
        <h2><a href="/demo/people/{escape(person.slug)}">{escape(person.name)}</a></h2>
        <p class="headline" dir="auto">{escape(person.headline)}</p>
        <p class="location soft" dir="auto">{escape(person.location)}</p>
      </div>
    </article>"""


def position(one: Position) -> str:
    """A job, as an entry of a list."""
    return _entry(one.title, one.company, period(one.start, one.end), one.description or "")


def school(one: School) -> str:
    """An education, as an entry of a list."""
    dates = " – ".join(date for date in (one.start, one.end) if date)
    return _entry(one.school, one.degree or "", dates, "")


def _entry(title: str, place: str, dates: str, description: str) -> str:
    lines = [f"<h3>{escape(title)}</h3>"]
    if place:
        lines.append(f'<p class="place">{escape(place)}</p>')
    if dates:
        lines.append(f'<p class="dates soft" lang="en" dir="ltr">{escape(dates)}</p>')
    if description:
        lines.append(f"<p>{escape(description)}</p>")
    return f'<li class="entry">{"".join(lines)}</li>'


def avatar(person: Person) -> str:
    """The initials of a person; the color comes from the class of the card around it."""
    words = [word for word in person.name.split() if word[0].isalpha()] or ["?"]
    ends = words[:1] + words[1:][-1:]
    return f'<div class="avatar" aria-hidden="true">{escape("".join(w[0] for w in ends))}</div>'


def hue(person: Person) -> int:
    """One of the palette's colors, always the same for a person."""
    return sum(person.slug.encode()) % HUES


def period(start: str | None, end: str | None) -> str:
    """From when to when: "Feb 2023 – today".

    >>> period("2019-05", "2023-01")
    'May 2019 – Jan 2023'
    """
    return f"{date(start)} – {date(end) if end else 'today'}" if start else ""


def date(text: str) -> str:
    """A year, a month or a day of ISO 8601 in words.

    >>> date("2010"), date("2023-02"), date("2026-10-28")
    ('2010', 'Feb 2023', '28 Oct 2026')
    """
    year, *rest = text.split("-")
    words = [year]
    if rest:
        words.insert(0, MONTHS.split()[int(rest[0]) - 1])
    if len(rest) > 1:
        words.insert(0, str(int(rest[1])))
    return " ".join(words)
