"""Text as the audit reads it: every disguise that costs nothing is taken off.

Entities, percent signs, width, invisible characters, accents, case, punctuation and spaces go; what is left
is one string of letters, digits and @, with the places where a word or a number began or ended. So "J&#97;ne&nbsp;DOE",
"jane%20doe", "#JaneDoe" and "Ja<zero-width>ne-Doé" all read `janedoe`. Spelling in other alphabets, base64
and pictures are not undone.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from urllib.parse import unquote

import regex

_ASCII_TOKEN: Final = re.compile(r"[a-z]+|[0-9]+|@")
_TOKEN: Final = regex.compile(r"[\p{L}\p{M}]+|\p{N}+|@")
_INVISIBLE: Final = regex.compile(r"[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u3164\ufe00-\ufe0f]+")
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LAYERS: Final = 3


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A text without anything between its words."""

    text: str
    tokens: tuple[str, ...]

    def boundaries(self) -> frozenset[int]:
        """Offsets at which a word begins or ends."""
        return frozenset(accumulate((len(token) for token in self.tokens), initial=0))


def squeeze(text: str) -> Squeezed:
    """Takes the disguises off. Linear in the length of the text."""
    plain = _decoded(text)
    if plain.isascii():
        tokens = _ASCII_TOKEN.findall(_CAMEL.sub(" ", plain).lower())
    else:
        visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", plain))
        folded = unicodedata.normalize("NFD", _CAMEL.sub(" ", visible).casefold())
        tokens = _TOKEN.findall(unicodedata.normalize("NFC", _ACCENTS.sub("", folded)))
    return Squeezed("".join(tokens), tuple(tokens))


def _decoded(text: str) -> str:
    for _ in range(_LAYERS):
        before = text
        if "&" in text:
            text = html.unescape(text)
        if "%" in text:
            text = unquote(text)
        if text == before:
            break
    return text
