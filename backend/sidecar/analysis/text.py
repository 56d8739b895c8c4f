"""Cleaning and folding: a page's text as data, whatever somebody typed into it.

Everything here is linear in the length of what it reads, and cuts before it looks.
"""

import re
import unicodedata

# Letters that Unicode does not decompose; the rest of the diacritics fall off under NFKD.
_LETTERS = str.maketrans(
    {
        **{"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"},
        **{
            "ı": "i",
            "ё": "е",
            "أ": "ا",
            "إ": "ا",
            "آ": "ا",
            "ى": "ي",
            "ة": "ه",
            "ـ": "",
            "ؤ": "و",
        },
        **{"ئ": "ي", "’": "'", "‘": "'", "`": "'", "´": "'"},
    }
)
# Traditional characters of titles and places, mapped to the simplified ones of the lexicon.
_TRADITIONAL = str.maketrans(
    "總經銷產設計師務財運營採購創辦資發開長業學醫護會記師審顧問專員屬負責監兼執行臺灣國際網絡數據庫軟體"
    "電腦學習諮詢戰門聯聘講師製規劃貿易實習級館護綜區廣項賬稅達顯標傳媒樣車機構認證醫藥",
    "总经销产设计师务财运营采购创办资发开长业学医护会记师审顾问专员属负责监兼执行台湾国际网络数据库软体"
    "电脑学习咨询战门联聘讲师制规划贸易实习级馆护综区广项账税达显标传媒样车机构认证医药",
)
_KEPT_CONTROLS = {"\n", "\t", "\r"}
_SPACES = re.compile(r"\s+")
_ARABIC_ARTICLES = ("وال", "بال", "كال", "لل", "ال")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
    r"|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+(?:[+#](?!\w))*|&|@"
)


def clean(text: str | None, limit: int) -> str:
    """`text` cut to `limit` characters, without control, bidi and zero-width characters.

    Lines stay lines; every other run of blanks becomes one space.
    """
    if not text:
        return ""
    cut = text[: limit * 2]
    # Most text holds nothing to take away, and the interpreter sees that much faster than we.
    plain = cut.replace("\n", "").isprintable()
    kept = cut if plain else "".join(char for char in cut if _visible(char))
    lines = (_SPACES.sub(" ", line).strip() for line in kept.splitlines())
    return "\n".join(line for line in lines if line)[:limit].strip()


def clean_line(text: str | None, limit: int = 400) -> str:
    """`clean` on one line."""
    return clean(text, limit).replace("\n", " ")


def _visible(char: str) -> bool:
    if char in _KEPT_CONTROLS:
        return True
    # Cc control, Cf bidi and zero-width, Cs lone surrogates, Co private use, Cn unassigned.
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def fold(text: str) -> str:
    """`text` for comparison: no case, no diacritics, one form of each letter."""
    if text.isascii():
        return text.lower().replace("`", "'")
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    spread = unicodedata.normalize("NFKD", folded)
    bare = "".join(char for char in spread if not _is_mark(char))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS).translate(_TRADITIONAL)


def _is_mark(char: str) -> bool:
    # The Japanese voicing marks change the letter, the others only decorate it.
    return char not in "\u3099\u309a" and unicodedata.combining(char) != 0


def tokens(text: str, limit: int = 120, *, articles: bool = False) -> list[str]:
    """Words of a text; each Chinese or Japanese character is a word of its own.

    The Arabic article, which is written as one word with its noun, falls off unless `articles`.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        found.append(match.group() if articles else _without_article(match.group()))
        if len(found) == limit:
            break
    return found


def _without_article(token: str) -> str:
    if "\u0600" <= token[0] <= "\u06ff":
        for article in _ARABIC_ARTICLES:
            if token.startswith(article) and len(token) - len(article) >= 3:
                return token[len(article) :]
    return token


def is_cjk(text: str) -> bool:
    """Whether `text` holds a Chinese or Japanese character."""
    return _CJK.search(text) is not None


def is_emoji(char: str) -> bool:
    """Whether `char` is a pictograph, a flag or one of their joiners and tones."""
    point = ord(char)
    return point >= 0xA9 and (
        0x1F000 <= point <= 0x1FAFF
        or 0x2600 <= point <= 0x27BF
        or 0x2B00 <= point <= 0x2BFF
        or 0xFE00 <= point <= 0xFE0F
        or point in (0x2122, 0xAE, 0xA9, 0x200D, 0x20E3)
        or 0xE0000 <= point <= 0xE007F
    )


def without_emoji(text: str) -> str:
    """`text` with each pictograph replaced by a blank."""
    return "".join(" " if is_emoji(char) else char for char in text)
