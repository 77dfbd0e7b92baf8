"""Links that contain a known value: a profile URL, or a known handle or name as a part of any link."""

import re
from collections.abc import Iterator

from redaction.detection.known_values.index import KnownIndex
from redaction.detection.text.folding import fold, words

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”]+|(?<![\w@.-])[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,24}/[^\s<>\"“”]*", re.IGNORECASE
)
_SEPARATORS = re.compile(r"[/?#&=:]+")
_TRAILING = ".,;:!?…)]}'’*_"
_FINAL_NUMBER = re.compile(r"\d+$")


def find_links(text: str, index: KnownIndex) -> Iterator[tuple[int, int]]:
    """Yield `[start, end)` of each whole link that contains a known URL, handle or name."""
    if "/" not in text and "www." not in text.lower():
        return
    for match in _LINK.finditer(text):
        link = match.group().rstrip(_TRAILING)
        folded = link.casefold()
        if any(url in folded for url in index.urls) or any(_is_known(part, index) for part in _SEPARATORS.split(link)):
            yield match.start(), match.start() + len(link)


def _is_known(part: str, index: KnownIndex) -> bool:
    tokens = [fold(word) for label in part.split(".") for word in words(label)]
    joined = "".join(tokens)
    if joined in index.slugs or any(token in index.slugs for token in tokens):
        return True
    names = [token for token in tokens if not token.isdigit()]
    if len(names) > 1 and any(a in index.given for a in names) and any(b in index.family for b in names):
        return True
    without_number = _FINAL_NUMBER.sub("", joined)
    return without_number != joined and without_number in index.slugs
