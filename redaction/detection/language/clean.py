"""Texts without what says nothing of their language: links, addresses, tags, entities, numbers."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_NOISE = re.compile(
    r"[#&_\dhHwWrR](?:(?<=[hH])[tT][tT][pP][sSſ]?://\S+|(?<=[wW])[wW][wW]\.\S+|(?<=#)\w+|(?<=&)[a-zA-Zıİſ\u212a]+;"
    r"|(?<=[rR])(?<!\w[rR])[tT]\b|(?<=[\d_])[\d_]*)"
)
"""`https?://\\S+|www\\.\\S+|#\\w+|&[a-z]+;|\\brt\\b|[\\d_]+` in any case, found faster: its first signs are plain."""
_NOISE_OF_SIGNS = re.compile(r"[#&_\d](?:(?<=#)\w+|(?<=&)[a-zA-Zıİſ\u212a]+;|(?<=[\d_])[\d_]*)")
"""The same for texts that hold neither a link nor a lone RT."""
_AT = re.compile(r"@\S+")
_END = re.compile(r"[.!?。！？।]")
_RETWEET = re.compile(r"[rR][tT](?!\w)(?<!\w..)")
_ASCII: Final = 0x7F
_BETWEEN = "\x1f"
"""A blank of no text, between texts that are cleaned in one go."""


class Cleaned(NamedTuple):
    """A text without noise."""

    text: str
    letters: int
    apart: bool
    """Whether no noise reached over a sentence's end: then the sentences of it are clean sentences of the text."""


def cleaned(texts: Sequence[str]) -> list[Cleaned]:
    """Each text without noise. No noise reaches over a blank, so texts are cleaned in one go."""
    done = list(texts)
    apart = [True] * len(texts)
    groups: dict[re.Pattern[str], list[int]] = {_NOISE: [], _NOISE_OF_SIGNS: []}
    for i, text in enumerate(texts):
        if "@" in text:
            done[i], apart[i] = _without_addresses(text)
        links = "://" in done[i] or "www." in done[i].lower()
        apart[i] = apart[i] and not links
        groups[_NOISE if links or _RETWEET.search(done[i]) else _NOISE_OF_SIGNS].append(i)
    for noise, some in groups.items():
        whole = [i for i in some if _BETWEEN not in done[i]]
        odd = set(some).difference(whole)
        pieces = noise.sub(" ", _BETWEEN.join([done[i] for i in whole])).split(_BETWEEN)
        for i, piece in zip(whole, pieces, strict=False):
            done[i] = piece
        for i in odd:
            done[i] = noise.sub(" ", done[i])
    return [Cleaned(*each) for each in zip(done, count_letters(done).tolist(), apart, strict=True)]


def _without_addresses(text: str) -> tuple[str, bool]:
    """Without what holds an @ and something behind it, from blank to blank; and whether no sentence ends in there."""
    kept: list[str] = []
    at, alone = 0, True
    for match in _AT.finditer(text):
        start = match.start()
        while start > at and not text[start - 1].isspace():
            start -= 1
        kept += (text[at:start], " ")
        alone = alone and _END.search(text, start, match.end()) is None
        at = match.end()
    return "".join([*kept, text[at:]]), alone


def count_letters(texts: Sequence[str]) -> Ints:
    """How many characters of each are letters."""
    if not texts:
        return np.zeros(0, np.int64)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    letters = np.take(_IS_LETTER, codes, mode="clip")
    foreign = np.flatnonzero(codes > _ASCII)
    if foreign.size:
        kinds, which = np.unique(codes[foreign], return_inverse=True)
        letters[foreign] = np.array([_is_letter(code) for code in kinds.tolist()])[which]
    before = np.concatenate([[0], np.cumsum(letters)])
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    return np.diff(before[ends], prepend=0)


def _is_letter(code: int) -> bool:
    sign = chr(code)
    return sign.isalnum() and not sign.isdecimal()


_IS_LETTER: Final = np.array([_is_letter(code) for code in range(_ASCII + 1)])
