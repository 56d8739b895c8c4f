"""How often the analysis is right on labelled files, beside what simple readings would get.

    python -m backend.sidecar.evaluate FOLDER

reads `headlines_*.tsv`, `names_*.tsv`, `places_*.tsv` (their first line names the columns) and
`profiles_*.jsonl` of FOLDER. Every line goes through the same `analyze` that the sidecar serves,
with no more than its own column filled in. For each question it prints how many answers were
right, the 95 % Wilson interval of that share, and what two simple readings get: always the
commonest label, and a short list of keywords (first and last word for names, the last word for
places). Then, for each bin of confidence, what it promises and how many came true. A label such
as `a|b` accepts either. `MEETONCE_SIDECAR_MODEL=off` judges the rules alone.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import Any

from backend.sidecar.analysis import analyze, name_confidence, place_confidence
from backend.sidecar.analysis.names import split_name
from backend.sidecar.analysis.places import find_place
from shared_schemas.insight import Insight
from shared_schemas.page import Page

NOTHING = "-"
BINS = (0.0, 0.6, 0.75, 0.9, 0.95, 1.01)
# The reading that somebody writes in five minutes: the first of these in the headline decides.
KEYWORDS = {
    "seniority": [
        *(("founder", "founder"), ("owner", "founder"), ("ceo", "c_level"), ("cto", "c_level")),
        *(("cfo", "c_level"), ("chief", "c_level"), ("vp", "vp"), ("vice president", "vp")),
        *(("director", "director"), ("directeur", "director"), ("direktor", "director")),
        *(("head", "head"), ("leiter", "head"), ("manager", "manager"), ("lead", "manager")),
        *(("senior", "senior"), ("intern", "intern"), ("student", "student")),
        *(("partner", "partner"), ("", "individual")),
    ],
    "function": [
        *(("sales", "sales"), ("account", "sales"), ("vertrieb", "sales"), ("vent", "sales")),
        *(("marketing", "marketing"), ("engineer", "engineering"), ("software", "engineering")),
        *(("develop", "engineering"), ("product", "product"), ("design", "design")),
        *(("data", "data"), ("it ", "it"), ("hr", "hr"), ("recruit", "hr"), ("financ", "finance")),
        *(("cfo", "finance"), ("legal", "legal"), ("lawyer", "legal"), ("procure", "procurement")),
        *(("operation", "operations"), ("customer", "customer_success"), ("teach", "education")),
        *(("nurs", "healthcare"), ("consult", "consulting"), ("assistant", "admin")),
        *(("ceo", "general_management"), ("founder", "general_management"), ("", "unclear")),
    ],
}
_ABOVE = {"founder", "c_level", "vp", "director", "head", "partner"}


def rows_of(path: Path) -> list[list[str]]:
    """The labelled rows of a file; lines that begin with # are remarks."""
    lines = path.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def profiles_of(path: Path) -> list[dict[str, Any]]:
    """The labelled pages of a file, each with `page` and what is wanted of it in `want`."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share; honest for small counts and for shares near 1."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def matches(label: str | None, answer: str | None) -> bool:
    """Whether `answer` is the label or one of its alternatives; "-" and None are nothing."""
    return (answer or NOTHING) in (label or NOTHING).split("|")


def by_keyword(question: str, headline: str) -> str:
    """What the five-minute reading says."""
    if question == "decision maker":
        found = by_keyword("seniority", headline)
        return "true" if found in _ABOVE else "null" if found == "manager" else "false"
    small = f"{headline.lower()} "
    return next(label for word, label in KEYWORDS[question] if word in small)


def role_answer(insight: Insight | None, question: str) -> str:
    """The insight's answer to a question about the role, as the files write it."""
    if insight is None:
        return "null" if question == "decision maker" else "unclear"
    role = insight.role
    if question == "decision maker":
        return "null" if role.decision_maker is None else str(role.decision_maker).lower()
    return role.seniority.value if question == "seniority" else role.function.value


def wrong_headlines(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, Sequence[str], str]]:
    """Question, row and answer of every headline that is read wrong."""
    for row in rows:
        insight = analyze(Page(name="Alex Example", headline=row[1]))
        for column, question in enumerate(("seniority", "function", "decision maker"), 2):
            answer = role_answer(insight, question)
            if not matches(row[column], answer):
                yield question, row, answer


def evaluate(folder: Path) -> list[str]:
    """One line for each file and question."""
    lines: list[str] = []
    for path in sorted(folder.glob("headlines_*.tsv")):
        lines += _headlines(path.stem, rows_of(path))
    for path in sorted(folder.glob("names_*.tsv")):
        lines.append(_names(path.stem, rows_of(path)))
    for path in sorted(folder.glob("places_*.tsv")):
        lines += _places(path.stem, rows_of(path))
    for path in sorted(folder.glob("profiles_*.jsonl")):
        lines += _profiles(path.stem, profiles_of(path))
    return lines


def _headlines(name: str, rows: list[list[str]]) -> Iterator[str]:
    wrong = Counter(question for question, _, _ in wrong_headlines(rows))
    for column, question in enumerate(("seniority", "function", "decision maker"), 2):
        simple = [by_keyword(question, row[1]) for row in rows]
        keyword = sum(map(matches, (row[column] for row in rows), simple))
        right = len(rows) - wrong[question]
        yield _line(name, question, right, len(rows), _commonest(rows, column), keyword)


def _commonest(rows: Sequence[Sequence[str]], column: int) -> int:
    """How many rows the commonest single label gets right."""
    counts = Counter(label for row in rows for label in set(row[column].split("|")))
    return counts.most_common(1)[0][1] if counts else 0


def _names(name: str, rows: list[list[str]]) -> str:
    right = naive = 0
    for row in rows:
        found = split_name(row[2], row[0], None if row[1] == NOTHING else row[1])
        parts = (found.given, found.middle, found.family)
        right += all(map(matches, row[3:6], parts))
        words = row[2].split()
        naive += matches(row[3], words[0]) and matches(row[5], words[-1])
    return _line(name, "given, middle, family", right, len(rows), None, naive)


def _places(name: str, rows: list[list[str]]) -> Iterator[str]:
    found = [find_place(row[0]) for row in rows]
    last = [find_place(row[0].split()[-1]) for row in rows]
    for column, question in ((1, "country"), (2, "time zone")):
        part = "country" if column == 1 else "time_zone"
        right = sum(matches(r[column], getattr(f, part)) for r, f in zip(rows, found, strict=True))
        naive = sum(matches(r[column], getattr(f, part)) for r, f in zip(rows, last, strict=True))
        yield _line(name, question, right, len(rows), _commonest(rows, column), naive)


def _profiles(name: str, rows: list[dict[str, Any]]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    whole = 0
    questions: list[tuple[str, Callable[[Insight], str | None]]] = [
        ("language", lambda i: i.language),
        ("given", lambda i: i.name.given),
        ("family", lambda i: i.name.family),
        ("seniority", lambda i: role_answer(i, "seniority")),
        ("function", lambda i: role_answer(i, "function")),
        ("decision_maker", lambda i: role_answer(i, "decision maker")),
        ("company", lambda i: i.role.company),
        ("country", lambda i: i.place.country),
        ("time_zone", lambda i: i.place.time_zone),
    ]
    for row in rows:
        insight, want = analyze(Page.model_validate(row["page"])), row["want"]
        if insight is None:
            continue
        right = [question for question, ask in questions if matches(want[question], ask(insight))]
        # A page too short to tell its language has no wrong answer.
        if want["language"] is None and "language" not in right:
            right.append("language")
        if set(want["cues"]) <= {cue.label for cue in insight.cues}:
            right.append("cues")
        counts.update(right)
        whole += len(right) == len(questions) + 1
    for question in [*(question for question, _ in questions), "cues"]:
        yield _line(name, question, counts[question], len(rows), None, None)
    yield _line(name, "everything", whole, len(rows), None, None)


Answer = tuple[str, str, float, bool]


def reliability(folder: Path) -> Iterator[str]:
    """For each file and question what the confidences promise and what came true, in bins."""
    answers = [*_headline_answers(folder), *_name_answers(folder), *_place_answers(folder)]
    for name, question in sorted({(name, question) for name, question, _, _ in answers}):
        told = [(c, right) for n, q, c, right in answers if (n, q) == (name, question)]
        for low, high in pairwise(BINS):
            inside = [(c, right) for c, right in told if low <= c < high]
            if inside:
                mean = sum(c for c, _ in inside) / len(inside)
                right = sum(right for _, right in inside)
                bounds = "{:.3f} to {:.3f}".format(*wilson(right, len(inside)))
                yield (
                    f"{name:16} {question:22} {low:.2f} to {min(high, 1.0):.2f}: confidence"
                    f" {mean:.3f}, right {right}/{len(inside)} ({bounds})"
                )


def _headline_answers(folder: Path) -> Iterator[Answer]:
    for path in sorted(folder.glob("headlines_*.tsv")):
        for row in rows_of(path):
            insight = analyze(Page(name="Alex Example", headline=row[1]))
            for column, question in enumerate(("seniority", "function", "decision maker"), 2):
                answer = role_answer(insight, question)
                said = f"role.{question.replace(' ', '_')}"
                if insight is not None and answer not in ("unclear", "null"):
                    confidence = insight.basis[said].confidence
                    yield path.stem, question, confidence, matches(row[column], answer)


def _name_answers(folder: Path) -> Iterator[Answer]:
    for path in sorted(folder.glob("names_*.tsv")):
        for row in rows_of(path):
            country = None if row[1] == NOTHING else row[1]
            found = split_name(row[2], row[0], country)
            right = all(map(matches, row[3:6], (found.given, found.middle, found.family)))
            if found.given or found.family:
                yield path.stem, "name", name_confidence(found), right


def _place_answers(folder: Path) -> Iterator[Answer]:
    for path in sorted(folder.glob("places_*.tsv")):
        for row in rows_of(path):
            place = find_place(row[0])
            if place.country is not None:
                right = matches(row[1], place.country) and matches(row[2], place.time_zone)
                yield path.stem, "place", place_confidence(place), right


def _line(
    name: str, question: str, right: int, count: int, common: int | None, keyword: int | None
) -> str:
    low, high = wilson(right, count)
    beside = f"   commonest {common}/{count}" if common is not None else ""
    beside += f"   simple {keyword}/{count}" if keyword is not None else ""
    return f"{name:16} {question:22} {right}/{count}  {low:.3f} to {high:.3f}{beside}"


def main() -> int:
    """Print the table for the folder given."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.stderr.write("usage: python -m backend.sidecar.evaluate FOLDER\n")
        return 2
    folder = Path(sys.argv[1])
    sys.stdout.write("\n".join(evaluate(folder)) + "\n\n")
    sys.stdout.write("What confidences promise, and what came true:\n")
    sys.stdout.write("\n".join(reliability(folder)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
