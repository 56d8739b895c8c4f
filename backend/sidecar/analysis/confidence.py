"""How often an answer this sure is right, as the tuning lines showed.

The rules add up who says the same (`sureness`); that number orders answers and means nothing by
itself. `data/confidence.toml` holds, for each question, how many of the tuning lines answered with
that sureness were right, as the lower end of its 95 % interval: few lines promise little. Written
by `python -m backend.sidecar.data.calibrate`.
"""

import tomllib
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

TABLE = Path(__file__).parent.parent / "data" / "confidence.toml"
MOST = 0.99


@lru_cache(maxsize=1)
def _table() -> dict[str, list[tuple[float, float]]]:
    found = tomllib.loads(TABLE.read_text("utf-8"))
    return {question: [(x, y) for x, y in points] for question, points in found.items()}


def meant(question: str, sureness: float) -> float:
    """The confidence of an answer to `question`, between the two learned points around it."""
    points = [(0.0, 0.0), *_table()[question], (1.0, MOST)]
    for (low, below), (high, above) in pairwise(points):
        if sureness <= high:
            share = (sureness - low) / (high - low) if high > low else 1.0
            return round(below + share * (above - below), 2)
    return MOST
