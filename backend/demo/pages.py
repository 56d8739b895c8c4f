"""The demo's pages: the way through, a profile, search results, and nobody.

There is no script on any of them; the JSON-LD block is data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from backend.demo.markup import date, document, person_card, position, school, section, top_card
from backend.demo.people import Person, Post
from backend.demo.structured import as_script, profile_page, results_page

PAGE_SIZE = 10
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


@dataclass(frozen=True, slots=True)
class Found:
    """One page of search results: `page` counts from 1, `people` are those of this page alone."""

    query: str
    page: int
    pages: int
    total: int
    people: Sequence[Person]


def page_of(found: Sequence[Person], query: str, page: int) -> Found:
    """Page `page` of all that was `found`, or the nearest that there is."""
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Found(query=query, page=page, pages=pages, total=len(found), people=shown)


def way_page(first: Person) -> str:
    """The entrance: three steps from nothing to an analyzed contact."""
    body = f"""
<main class="way">
  <h1>Try Meetonce on invented people</h1>
  <p class="lead">Nobody here is real, so you can press every button. It takes five minutes and
    needs no account anywhere else.</p>
  <ol class="steps">
    <li class="card">
      <h2>Install the extension</h2>
      <p>Load it into your browser and connect it to your workspace.
        <a href="/extension">How to install it</a></p>
    </li>
    <li class="card">
      <h2>Open a person</h2>
      <p><a href="/demo/people/{escape(first.slug)}">{escape(first.name)}</a>, for example, or
        anybody from <a href="/demo/search">the list of people</a>.</p>
    </li>
    <li class="card">
      <h2>Press Analyze</h2>
      <p>The first time costs your workspace one credit. Press it again, or let a colleague
        press it: now it is free. <a href="/console">Your receipts</a> say why.</p>
    </li>
  </ol>
  <p class="soft">On <a href="/demo/search">the list</a> the extension offers to add several
    people to a campaign at once.</p>
</main>"""
    return document("Try Meetonce", body)


def person_page(person: Person, others: Sequence[Person], origin: str) -> str:
    """The profile of `person`, with links to `others` beside it."""
    jobs = "".join(position(one) for one in person.experience)
    schools = "".join(school(one) for one in person.education)
    sections = (
        section("about", "About", _paragraphs(person.about)),
        section("experience", "Experience", jobs and f"<ul>{jobs}</ul>"),
        section("education", "Education", schools and f"<ul>{schools}</ul>"),
        section("skills", "Skills", _skills(person.skills)),
        section("posts", "Posts", "".join(_post(post) for post in person.posts)),
    )
    neighbors = "".join(_neighbor(other) for other in others)
    direction = "rtl" if person.language in RIGHT_TO_LEFT else "ltr"
    body = f"""
<main class="profile">
  <article dir="{direction}">{top_card(person)}{"".join(sections)}
  </article>
  <aside lang="en" aria-label="More people">
    <section class="card">
      <h2>More people</h2>
      <ul class="more">{neighbors}</ul>
      <p><a href="/demo/search">All people</a></p>
    </section>
  </aside>
</main>"""
    script = as_script(profile_page(person, origin))
    return document(person.name, body, language=person.language, head=script)


def search_page(found: Found, origin: str) -> str:
    """A page of search results, one card a person."""
    cards = "".join(f"<li>{person_card(person)}</li>" for person in found.people)
    nobody = '<p class="card">Nobody by these words. Try fewer of them, or a place.</p>'
    body = f"""
<main class="results">
  <h1>People</h1>
  <form class="search" action="/demo/search" role="search">
    <input type="search" name="q" value="{escape(found.query)}" maxlength="100"
      aria-label="Search people" placeholder="Name, company or place">
    <button>Search</button>
  </form>
  <p class="soft">{_count(found)}</p>
  {f'<ul class="cards">{cards}</ul>' if cards else nobody}
  {_pager(found)}
</main>"""
    first = (found.page - 1) * PAGE_SIZE + 1
    script = as_script(results_page(found.people, origin, first=first)) if cards else ""
    return document(f"{found.query} · People" if found.query else "People", body, head=script)


def missing_page() -> str:
    """What is shown where no person is."""
    body = """
<main class="way">
  <h1>Nobody lives here</h1>
  <p class="lead">There is no invented person at this address.
    <a href="/demo/search">See all of them</a>.</p>
</main>"""
    return document("Nobody here", body)


def _paragraphs(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def _skills(skills: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(skill)}</li>" for skill in skills)
    return f'<ul class="chips">{items}</ul>' if items else ""


def _post(post: Post) -> str:
    posted = date(post.posted_at) if post.posted_at else ""
    dated = f'<p class="dates soft" lang="en" dir="ltr">{posted}</p>' if posted else ""
    return f'<div class="post">{dated}{_paragraphs(post.text)}</div>'


def _neighbor(person: Person) -> str:
    name = f'<a href="/demo/people/{escape(person.slug)}">{escape(person.name)}</a>'
    headline = f"<span>{escape(person.headline)}</span>"
    return f'<li lang="{escape(person.language)}">{name}{headline}</li>'


def _count(found: Found) -> str:
    people = "1 person" if found.total == 1 else f"{found.total} people"
    return f"{people} for “{escape(found.query)}”" if found.query else people


def _pager(found: Found) -> str:
    if found.pages == 1:
        return ""
    links = []
    if found.page > 1:
        links.append(f'<a rel="prev" href="{_address(found, found.page - 1)}">Back</a>')
    links.append(f"<span>Page {found.page} of {found.pages}</span>")
    if found.page < found.pages:
        links.append(f'<a rel="next" href="{_address(found, found.page + 1)}">Next</a>')
    return f'<nav class="pager" aria-label="Pages">{"".join(links)}</nav>'


def _address(found: Found, page: int) -> str:
    query = {"q": found.query} if found.query else {}
    return escape(f"/demo/search?{urlencode(query | {'page': page})}")
