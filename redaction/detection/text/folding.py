"""Folds words so that values and texts compare equal: without case, diacritics or leetspeak."""

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
_LEET_CHARACTERS, _LEET_LETTERS = "0134578$@", "oieastbsa"
_LEET = str.maketrans(_LEET_CHARACTERS, _LEET_LETTERS)
_MARKS = (
    "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0a3c-\u0a4d\u0abc-\u0acd"
    "\u0b3e-\u0bcd\u0c3e-\u0ccd\u0e31-\u0e4e\u064b-\u065f\u05b0-\u05c7"
)

WORD = re.compile(rf"\w[\w{_MARKS}]*")
"""A word, including the combining marks of Indic and Semitic scripts."""


def fold(word: str) -> str:
    """Remove case, diacritics and underscores."""
    if word.isascii():
        return word.lower().replace("_", "")
    lower = word.casefold()
    if _HAS_SPECIAL.search(lower):
        lower = lower.translate(_SPECIAL)
    decomposed = unicodedata.normalize("NFKD", lower)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).replace("_", "")


def spellings(word: str) -> frozenset[str]:
    """Return the folded word, with umlauts folded and with umlauts spelled out (muller, mueller)."""
    return frozenset((fold(word), fold(word.casefold().translate(_UMLAUTS))))


def unleet(folded: str) -> str:
    """Replace leetspeak by the letters it is for (j4ne → jane); the word must not be a number."""
    if folded.isascii():
        return folded.translate(_LEET)
    # Outside ASCII, replacing one by one is faster than a translation table.
    for character, letter in zip(_LEET_CHARACTERS, _LEET_LETTERS, strict=True):
        folded = folded.replace(character, letter)
    return folded


def words(text: str) -> list[str]:
    """Split a value into words."""
    return [match.group() for match in WORD.finditer(text)]
