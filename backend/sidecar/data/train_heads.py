"""Train the linear heads that read seniority and function from a sentence vector.

    python -m backend.sidecar.data.train_heads

composes titles from the word lists in `data/titles`, adds the written lines of
`data/examples.tsv`, embeds them all and writes `data/heads.npz`: two softmax regressions and
nothing else. It takes a minute or two and always writes the same weights. No labelled file of the
tests is read, so that these judge the heads as strangers do.
"""

import random
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from backend.sidecar.analysis.embedding import vectors_of
from shared_schemas.vocabulary import Function, Seniority

DATA = Path(__file__).parent
HEADS = DATA / "heads.npz"
# What joins a rank to what is done, by language: "head of sales", "responsable des ventes".
JOINTS = {
    "en": (" of ", " - ", ", "),
    "fr": (" ", " de ", " "),
    "es": (" de ", " de ", " "),
    "pt": (" de ", " de ", " "),
    "it": (" ", " di ", " "),
    "ro": (" de ", " "),
    "ja": ("", "", " "),
    "zh": ("", "", " "),
}
AFTER = frozenset({"ja", "zh", "ko", "tr", "fi", "sv", "da", "no", "de", "nl", "en"})
FIELDS_A_RANK = 60
ROUNDS = 400
DECAY = 3e-5
Example = tuple[str, str, str]


def examples() -> list[Example]:
    """Every text with its seniority and function; "-" where a text says nothing of one."""
    chance = random.Random(20)  # noqa: S311 (no secret: the same weights every time)
    found: list[Example] = list(_written())
    for path in sorted((DATA / "titles").glob("*.toml")):
        found += _composed(path.stem, tomllib.loads(path.read_text("utf-8")), chance)
    return list(dict.fromkeys(found))


def _written() -> Iterator[Example]:
    for line in (DATA / "examples.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            text, seniority, function = line.split("\t")
            yield text, seniority, function
            yield text, seniority, function


def _plain(phrases: Sequence[str]) -> list[str]:
    """The phrases that are words by themselves, without the stars of the stems."""
    return [phrase.replace("*", "") for phrase in phrases if not phrase.startswith("*")]


def _composed(language: str, lists: dict, chance: random.Random) -> Iterator[Example]:  # type: ignore[type-arg]
    ranks = {word: _plain(phrases) for word, phrases in lists.get("seniority", {}).items()}
    ranks.pop("freelance", None)
    fields = [
        (phrase, word) for word, ps in lists.get("fields", {}).items() for phrase in _plain(ps)
    ]
    for words, phrases in lists.get("titles", {}).items():
        seniority, function = words.split()
        yield from ((phrase, seniority, function) for phrase in _plain(phrases))
    for function, phrases in lists.get("roles", {}).items():
        for phrase in _plain(phrases):
            yield phrase, "individual", function
            senior = chance.choice(ranks.get("senior") or [""])
            yield f"{senior} {phrase}".strip(), "senior" if senior else "individual", function
    joints = JOINTS.get(language, (" ", " "))
    for seniority, phrases in ranks.items():
        yield from ((phrase, seniority, "-") for phrase in phrases)
        for field, function in chance.sample(fields, min(FIELDS_A_RANK, len(fields))):
            rank = chance.choice(phrases)
            yield f"{rank}{chance.choice(joints)}{field}", seniority, function
            if language in AFTER:
                glue = "" if language in ("ja", "zh") else " "
                yield f"{field}{glue}{rank}", seniority, function


def fit(
    vectors: NDArray[np.float32], labels: Sequence[str], classes: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Softmax regression by Nesterov's gradient, the classes weighted against their numbers."""
    index = {word: number for number, word in enumerate(classes)}
    kept = [number for number, label in enumerate(labels) if label in index]
    given = np.array([index[labels[number]] for number in kept])
    x = vectors[kept]
    counts = np.bincount(given, minlength=len(classes))
    weight = 1.0 / np.sqrt(np.maximum(counts, 1))[given]
    weight /= weight.sum()
    truth = np.eye(len(classes), dtype=np.float32)[given]
    w = np.zeros((x.shape[1], len(classes)), dtype=np.float32)
    b = np.zeros(len(classes), dtype=np.float32)
    dw, db = np.zeros_like(w), np.zeros_like(b)
    for _ in range(ROUNDS):
        scores = x @ (w + 0.9 * dw) + b + 0.9 * db
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        likely /= likely.sum(axis=1, keepdims=True)
        error = ((likely - truth) * weight[:, None]).astype(np.float32)
        dw = 0.9 * dw - 20.0 * (x.T @ error + DECAY * w)
        db = 0.9 * db - 20.0 * error.sum(axis=0)
        w, b = w + dw, b + db
    return w, b


def main() -> int:
    """Write the weights."""
    found = examples()
    texts = [text for text, _, _ in found]
    vectors = np.concatenate(
        [vectors_of(texts[at : at + 256]) for at in range(0, len(texts), 256)]
    )
    arrays: dict[str, NDArray[np.float32]] = {}
    for name, column, words in (("seniority", 1, Seniority), ("function", 2, Function)):
        # More threads would only wait for each other on a busy machine.
        with threadpool_limits(limits=1, user_api="blas"):
            w, b = fit(vectors, [row[column] for row in found], [word.value for word in words])
        arrays[f"{name}_w"], arrays[f"{name}_b"] = w, b
    small = {name: array.astype(np.float16) for name, array in arrays.items()}
    with HEADS.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **small)
    sys.stdout.write(f"{len(found)} texts, {HEADS.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
