"""A text read once for all that is known: its words, the words folded, and what stands around them."""

import re
from dataclasses import dataclass

from redaction.detection.text.folding import WORD, fold

_SENTENCE_END = re.compile(r"[.!?:\n•|]\s*[\"'“(]*$|^\s*[\"'“(#*-]*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its words, and the words folded."""

    text: str
    matches: list[re.Match[str]]
    folded: list[str]

    @classmethod
    def of(cls, text: str) -> "Reading":
        """Read a text."""
        matches = list(WORD.finditer(text))
        return cls(text, matches, [fold(match.group()) for match in matches])

    def word(self, i: int) -> str:
        """Word `i` as it is written; empty outside the text."""
        return self.matches[i].group() if 0 <= i < len(self.matches) else ""

    def gap(self, i: int, j: int) -> str:
        """What stands between two words, in either order; empty where one is outside the text."""
        left, right = sorted((i, j))
        if left < 0 or right >= len(self.matches):
            return ""
        return self.text[self.matches[left].end() : self.matches[right].start()]

    def before(self, i: int) -> str:
        """The characters before word `i`, as many as tell whether a sentence starts with it."""
        start = self.matches[i].start()
        return self.text[max(0, start - 12) : start]

    def after(self, i: int) -> str:
        """The few characters behind word `i`, without blanks at their start."""
        end = self.matches[i].end()
        return self.text[end : end + 4].lstrip()

    def starts_sentence(self, i: int) -> bool:
        """Whether a capital is due at word `i` whatever it is."""
        return _SENTENCE_END.search(self.before(i)) is not None

    def ends_sentence(self, i: int, j: int) -> bool:
        """Whether a sentence ends between two neighbours; the full stop of a short word ("Dr.") does not count."""
        gap = self.gap(i, j)
        return any(sign in gap for sign in "!?:\n•|") or ("." in gap and len(self.word(i)) > 3)
