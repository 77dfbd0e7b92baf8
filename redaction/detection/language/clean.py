"""Removes from texts what carries no language: links, e-mail addresses, hashtags, HTML entities, numbers."""

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
"""`https?://\\S+|www\\.\\S+|#\\w+|&[a-z]+;|\\brt\\b|[\\d_]+`, ignoring case; starts with one class to be fast."""
_NOISE_WITHOUT_LINKS = re.compile(r"[#&_\d](?:(?<=#)\w+|(?<=&)[a-zA-Zıİſ\u212a]+;|(?<=[\d_])[\d_]*)")
"""The same for texts without a link and without the word RT."""
_AT = re.compile(r"@\S+")
_SENTENCE_END = re.compile(r"[.!?。！？।]")
_RETWEET = re.compile(r"[rR][tT](?!\w)(?<!\w..)")
_LAST_ASCII: Final = 0x7F
_SEPARATOR = "\x1f"
"""White space that joins texts to clean them all at once."""


class CleanText(NamedTuple):
    """A text without noise."""

    text: str
    letters: int
    keeps_sentences: bool
    """Whether nothing removed contains a sentence end, so that the text has the same sentences as the original."""


def clean_texts(texts: Sequence[str]) -> list[CleanText]:
    """Remove the noise from each text. No noise contains white space, so the texts are joined and cleaned at once."""
    results = list(texts)
    keeps_sentences = [True] * len(texts)
    groups: dict[re.Pattern[str], list[int]] = {_NOISE: [], _NOISE_WITHOUT_LINKS: []}
    for i, text in enumerate(texts):
        if "@" in text:
            results[i], keeps_sentences[i] = _remove_addresses(text)
        has_links = "://" in results[i] or "www." in results[i].lower()
        keeps_sentences[i] = keeps_sentences[i] and not has_links
        groups[_NOISE if has_links or _RETWEET.search(results[i]) else _NOISE_WITHOUT_LINKS].append(i)
    for noise, numbers in groups.items():
        joinable = [i for i in numbers if _SEPARATOR not in results[i]]
        joined = noise.sub(" ", _SEPARATOR.join([results[i] for i in joinable]))
        for i in set(numbers).difference(joinable):
            results[i] = noise.sub(" ", results[i])
        for i, text in zip(joinable, joined.split(_SEPARATOR), strict=False):
            results[i] = text
    return [CleanText(*each) for each in zip(results, count_letters(results).tolist(), keeps_sentences, strict=True)]


def _remove_addresses(text: str) -> tuple[str, bool]:
    """Remove every run of non-space characters with an @ that is not its last; also whether no sentence ends in one."""
    parts: list[str] = []
    position, keeps_sentences = 0, True
    for match in _AT.finditer(text):
        start = match.start()
        while start > position and not text[start - 1].isspace():
            start -= 1
        parts += (text[position:start], " ")
        keeps_sentences = keeps_sentences and _SENTENCE_END.search(text, start, match.end()) is None
        position = match.end()
    return "".join([*parts, text[position:]]), keeps_sentences


def count_letters(texts: Sequence[str]) -> Ints:
    """Count the characters of each text that are letters."""
    if not texts:
        return np.zeros(0, np.int64)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    letters = np.take(_IS_LETTER, codes, mode="clip")
    non_ascii = np.flatnonzero(codes > _LAST_ASCII)
    if non_ascii.size:
        distinct, inverse = np.unique(codes[non_ascii], return_inverse=True)
        letters[non_ascii] = np.array([_is_letter(code) for code in distinct.tolist()])[inverse]
    before = np.concatenate([[0], np.cumsum(letters)])
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    return np.diff(before[ends], prepend=0)


def _is_letter(code: int) -> bool:
    character = chr(code)
    return character.isalnum() and not character.isdecimal()


_IS_LETTER: Final = np.array([_is_letter(code) for code in range(_LAST_ASCII + 1)])
