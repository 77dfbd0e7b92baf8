"""Normalize short values (places, schools, groups) so that spellings which look the same are the same."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u034e\u0350-\u036f]")
_INVISIBLE: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")
LETTERLIKE: Final = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
"""Letters that are no accented forms for Unicode → the letters that are used for them without."""

_LOOK_ALIKES: Final = (
    ("АВЕЗКМНОРСТУХІЈЅԀԚԜҺӀЬ", "abe3kmhopctyxijsdqwhlb"),
    ("авезкмнорстухіјѕԁԛԝһӏьгп", "abe3kmhopctyxijsdqwhlbrn"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "abezhikmnoptyxc"),
    ("αβεικνορτυχγωηϲ", "abeikvoptuxywnc"),
    ("ՕոօսցհԼ", "onoughl"),
    ("ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᏚᎢᏙᎳᏃ", "abcdeghjklmpstvwz"),
    ("ɑɡɩɪʟɴʀʜᴀʙᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ", "agiilnrhabcdejkmoptuvwz"),
    ("".join(map(chr, range(0x1F150, 0x1F16A))), "abcdefghijklmnopqrstuvwxyz"),
    ("".join(map(chr, range(0x1F170, 0x1F18A))), "abcdefghijklmnopqrstuvwxyz"),
)
"""Letters that are drawn as Latin ones, from Unicode's confusables (UTS 39), and those letters."""

LATIN: Final = {
    ord(letter): latin for letters, latins in _LOOK_ALIKES for letter, latin in zip(letters, latins, strict=True)
}
"""Look-alike letter → Latin letter in lower case."""

DIGITS_AS_LETTERS: Final = str.maketrans("013457", "oieast")


def visible(text: str) -> str:
    """Return the text in NFKC without format characters (Cf), variation selectors and fillers."""
    if text.isascii():
        return text
    wide = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return "".join(c for c in wide if unicodedata.category(c) != "Cf")


def latin(text: str) -> str:
    """Replace the letters that are drawn as Latin ones."""
    return text if text.isascii() else text.translate(LATIN)


@lru_cache(maxsize=65_536)
def plain_words(text: str) -> str:
    """Return the words of a value, with one space between them.

    Width, case, format characters, look-alike letters, diacritics, punctuation and white space make no difference.
    """
    return _words(latin(visible(text)).casefold(), look_alikes=True)


@lru_cache(maxsize=65_536)
def spellings(text: str) -> frozenset[str]:
    """Return `plain_words` with look-alikes read as drawn in any case, in lower case and in capitals, and as they are.

    A capital and its small letter may look like two Latin letters (Greek Υ and υ are drawn as Y and u). Policies' words
    and the values that they are looked for in are compared by these.
    """
    if text.isascii():
        return frozenset({plain_words(text)})
    lower = visible(text).casefold()
    capitals = latin(visible(text).upper()).casefold()
    folded = {_words(each, look_alikes=True) for each in (lower, capitals)}
    return frozenset({plain_words(text), _words(lower, look_alikes=False), *folded})


def _words(lower: str, *, look_alikes: bool) -> str:
    if not lower.isascii():
        lower = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", lower)))
        lower = latin(lower) if look_alikes else lower
        lower = "".join(LETTERLIKE.get(character, character) for character in lower)
    return " ".join("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in lower).split())
