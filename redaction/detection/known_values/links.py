"""Links that carry something known: a profile's address, or a handle or name as a part of any link."""

import re
from collections.abc import Iterator

from redaction.detection.known_values.index import KnownIndex
from redaction.detection.text.folding import fold, words

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”]+|(?<![\w@.-])[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,24}/[^\s<>\"“”]*", re.IGNORECASE
)
_PARTS = re.compile(r"[/?#&=:]+")
_TRAIL = ".,;:!?…)]}'’*_"
_NUMBERED = re.compile(r"\d+$")


def known_links(text: str, index: KnownIndex) -> Iterator[tuple[int, int]]:
    """Each link that is one of the known ones, or has a part that is a known handle or name, whole."""
    if "/" not in text and "www." not in text.lower():
        return
    for match in _LINK.finditer(text):
        link = match.group().rstrip(_TRAIL)
        folded = link.casefold()
        if any(url in folded for url in index.urls) or any(_is_known(part, index) for part in _PARTS.split(link)):
            yield match.start(), match.start() + len(link)


def _is_known(part: str, index: KnownIndex) -> bool:
    pieces = [fold(word) for label in part.split(".") for word in words(label)]
    joined = "".join(pieces)
    if joined in index.slugs or any(piece in index.slugs for piece in pieces):
        return True
    named = [piece for piece in pieces if not piece.isdigit()]
    if len(named) > 1 and any(a in index.given for a in named) and any(b in index.family for b in named):
        return True
    bare = _NUMBERED.sub("", joined)
    return bare != joined and bare in index.slugs
