"""Seniority and function of a title by two linear heads on its sentence vector.

The heads know what no list of words holds: inflected forms, sentences, languages without a list.
Their shares are overconfident, so nobody may read them alone: `headline` weighs them against the
rules, and takes them by themselves only from SURE on.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from backend.sidecar.analysis.embedding import available, vectors_of
from shared_schemas.vocabulary import Function, Seniority

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

HEADS = Path(__file__).parent.parent / "data" / "heads.npz"
MOST_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class Likely:
    """What the heads make of one title, each with its share of all possible answers."""

    seniority: Seniority
    seniority_share: float
    function: Function
    function_share: float


NOTHING = Likely(Seniority.UNCLEAR, 0.0, Function.UNCLEAR, 0.0)
_seen: OrderedDict[str, Likely] = OrderedDict()


@lru_cache(maxsize=1)
def _weights() -> "dict[str, NDArray[numpy.float32]]":
    import numpy as np

    with np.load(HEADS, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def look(texts: Sequence[str]) -> None:
    """Read many titles at once, which costs a third of reading them one by one."""
    missing = [text for text in dict.fromkeys(texts) if text and text not in _seen]
    if missing and available():
        for text, likely in zip(missing, _read(missing), strict=True):
            _seen[text] = likely
        while len(_seen) > MOST_REMEMBERED:
            _seen.popitem(last=False)


def likely(text: str) -> Likely:
    """What the heads make of `text`; nothing where there is no model or no text."""
    if not text or not available():
        return NOTHING
    if text not in _seen:
        look([text])
    return _seen.get(text, NOTHING)


def _read(texts: list[str]) -> list[Likely]:
    import numpy as np

    vectors, weights = vectors_of(texts), _weights()
    found = []
    for name in ("seniority", "function"):
        scores = vectors @ weights[f"{name}_w"] + weights[f"{name}_b"]
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        found.append(scores / scores.sum(axis=1, keepdims=True))
    ranks, trades = list(Seniority), list(Function)
    return [
        Likely(
            ranks[int(rank.argmax())],
            round(float(rank.max()), 3),
            trades[int(trade.argmax())],
            round(float(trade.max()), 3),
        )
        for rank, trade in zip(*found, strict=True)
    ]
