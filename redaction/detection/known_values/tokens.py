"""A text split into words once, for the search for all known values."""

import re
from dataclasses import dataclass

from redaction.detection.text.folding import WORD, fold

_SENTENCE_START = re.compile(r"[.!?:\n•|]\s*[\"'“(]*$|^\s*[\"'“(#*-]*$")


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """A text, the matches of its words, and the folded words."""

    text: str
    matches: list[re.Match[str]]
    folded: list[str]
    mixed: list[int]
    """The words that may have a name inside: with digits, or with capitals that are not the first letter."""

    @classmethod
    def from_text(cls, text: str) -> "TokenizedText":
        """Split a text into words."""
        matches = list(WORD.finditer(text))
        words = [match.group() for match in matches]
        folded = [fold(word) for word in words]
        mixed = [
            i
            for i, (word, plain) in enumerate(zip(words, folded, strict=True))
            if not (plain.isalpha() and (word.islower() or word.istitle()))
        ]
        return cls(text, matches, folded, mixed)

    def word(self, i: int) -> str:
        """Return word `i` unfolded; empty outside the text."""
        return self.matches[i].group() if 0 <= i < len(self.matches) else ""

    def gap(self, i: int, j: int) -> str:
        """Return the text between two words, in either order; empty if one is outside the text."""
        left, right = sorted((i, j))
        if left < 0 or right >= len(self.matches):
            return ""
        return self.text[self.matches[left].end() : self.matches[right].start()]

    def before(self, i: int) -> str:
        """Return the characters before word `i`, enough to see whether a sentence starts with it."""
        start = self.matches[i].start()
        return self.text[max(0, start - 12) : start]

    def after(self, i: int) -> str:
        """Return the next few characters after word `i`, without leading white space."""
        end = self.matches[i].end()
        return self.text[end : end + 4].lstrip()

    def starts_sentence(self, i: int) -> bool:
        """Whether word `i` starts a sentence, so that any word would be capitalized there."""
        return _SENTENCE_START.search(self.before(i)) is not None

    def ends_sentence(self, i: int, j: int) -> bool:
        """Whether a sentence ends between two neighbors; the full stop of a short word ("Dr.") does not count."""
        gap = self.gap(i, j)
        return any(mark in gap for mark in "!?:\n•|") or ("." in gap and len(self.word(i)) > 3)
