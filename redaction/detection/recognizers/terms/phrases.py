"""The words around a span, and the listed terms of one to five words that they form."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from redaction.detection.lists import terms

ABBREVIATIONS, AMBIGUOUS = terms("abbreviations"), terms("ambiguous") | terms("brand_names")
PRODUCTS = terms("products") | terms("brands") | terms("brand_words")
COUNTED = (terms("products") | terms("brands") | (ABBREVIATIONS - AMBIGUOUS)) - AMBIGUOUS
"""Terms that make another one likely."""
_SINGLE_WORDS = COUNTED | frozenset(term for term in AMBIGUOUS if term.endswith("'s"))
LISTED = PRODUCTS | AMBIGUOUS
_LENGTHS = dict(sorted((term.split()[0], len(term.split())) for term in LISTED))
"""The first word of a term → how many words the longest such term has."""
WORDS = frozenset(word for term in LISTED for word in term.split())

_WORD = re.compile(r"[^\W_][\w.+&#/’'-]*|&")
_AROUND = 48
_MOST_WORDS = 5


class Word(NamedTuple):
    """Characters `[start, end)` of a text, and the word there in lower case, without punctuation at its end."""

    start: int
    end: int
    lower: str


def words_in(text: str, low: int, high: int) -> Iterator[Word]:
    """Split a part of a text into words."""
    for match in _WORD.finditer(text, low, high):
        word = match.group().rstrip(".,'’/-") or match.group()
        start = match.start()
        yield Word(start, start + len(word), word.lower().replace("’", "'"))


def phrases_over(text: str, start: int, end: int) -> Iterator[str]:
    """Yield every run of one to five words of a line that covers `[start, end)` and may be a term, longest first."""
    low = max(text.rfind("\n", 0, start) + 1, start - _AROUND)
    line_end = text.find("\n", end)
    high = min(len(text) if line_end < 0 else line_end, end + _AROUND)
    words: list[Word] = []
    behind = 0
    for word in words_in(text, low, high):
        words.append(word)
        behind += word.start >= end
        if behind == _MOST_WORDS:
            break
    inside = [i for i, word in enumerate(words) if word.start < end and start < word.end]
    if not inside:
        return
    first, last = inside[0], inside[-1]
    if not all(_is_joined(text, words[i], words[i + 1]) for i in range(first, last)):
        return
    earliest, latest = first, last
    while earliest > max(0, first - _MOST_WORDS + 1) and _is_joined(text, words[earliest - 1], words[earliest]):
        earliest -= 1
    while latest < min(len(words), first + _MOST_WORDS) - 1 and _is_joined(text, words[latest], words[latest + 1]):
        latest += 1
    spans = [
        (a, b)
        for a in range(earliest, first + 1)
        for b in range(last, min(latest + 1, a + min(_LENGTHS.get(words[a].lower, 0), _MOST_WORDS)))
    ]
    for a, b in sorted(spans, key=lambda span: span[0] - span[1]):
        yield " ".join(word.lower for word in words[a : b + 1])


def _is_joined(text: str, left: Word, right: Word) -> bool:
    return text[left.end : right.start].strip(" ") in ("", ".", "'", "’") and right.start - left.end <= 2


def count_terms(text: str, low: int, high: int, others: frozenset[str]) -> int:
    """Count the different terms in a part of a text: capitalized words, names of several words or with a possessive."""
    words = list(words_in(text, low, high))
    found = {word.lower for word in words if text[word.start].isupper() and word.lower in _SINGLE_WORDS}
    for length in (2, 3):
        for i in range(len(words) - length + 1):
            phrase = " ".join(word.lower for word in words[i : i + length])
            if phrase in COUNTED or phrase in AMBIGUOUS:
                found.add(phrase)
    return len(found - others)
