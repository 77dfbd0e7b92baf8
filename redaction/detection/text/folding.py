"""Words made comparable: no case, no diacritics, no leetspeak; the same for a value and for a text."""

import re
import unicodedata

_SPECIAL = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ħ": "h",
        "ʻ": "",
        "ʼ": "",
    }
)
_HAS_SPECIAL = re.compile("[øłđðþıæœßħʻʼ]")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_LEET_SIGNS, _LEET_LETTERS = "0134578$@", "oieastbsa"
_LEET = str.maketrans(_LEET_SIGNS, _LEET_LETTERS)
_MARKS = (
    "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0a3c-\u0a4d\u0abc-\u0acd"
    "\u0b3e-\u0bcd\u0c3e-\u0ccd\u0e31-\u0e4e\u064b-\u065f\u05b0-\u05c7"
)

WORD = re.compile(rf"\w[\w{_MARKS}]*")
"""A word of a text; the marks of Indic and Semitic scripts belong to it."""


def fold(word: str) -> str:
    """Case, diacritics and underscores folded away; same letters, same result."""
    if word.isascii():
        return word.lower().replace("_", "")
    lower = word.casefold()
    if _HAS_SPECIAL.search(lower):
        lower = lower.translate(_SPECIAL)
    parted = unicodedata.normalize("NFKD", lower)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", parted)).replace("_", "")


def spellings(word: str) -> frozenset[str]:
    """The folded word, and the folded word with umlauts written out (Müller, Mueller)."""
    return frozenset((fold(word), fold(word.casefold().translate(_UMLAUTS))))


def unleet(folded: str) -> str:
    """Letters for the digits that stand in their place inside a word (j4ne); not for numbers."""
    if folded.isascii():
        return folded.translate(_LEET)
    for sign, letter in zip(_LEET_SIGNS, _LEET_LETTERS, strict=True):  # quicker than a table where not all is plain
        folded = folded.replace(sign, letter)
    return folded


def words(text: str) -> list[str]:
    """The words of a value."""
    return [match.group() for match in WORD.finditer(text)]
