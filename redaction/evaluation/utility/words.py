"""The words of a text, as the measures of utility count them."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import regex

_LETTERS: Final = r"\p{L}\p{M}"
_WORD: Final = regex.compile(
    rf"(\[[A-Z][A-Z_]*)_\d+\]|[{_LETTERS}\p{{N}}_]+(?:['’][{_LETTERS}]+)*|[^{_LETTERS}\p{{N}}\s]"
)


class Word(NamedTuple):
    """A word, a punctuation character or a placeholder without its number: folded, and where it is."""

    text: str
    start: int
    end: int

    @property
    def is_placeholder(self) -> bool:
        """Whether it replaces something."""
        return len(self.text) > 1 and self.text.startswith("[")


def words_of(text: str) -> list[Word]:
    """Divide a text into words, in order."""
    return [
        Word(f"{match[1]}]" if match[1] else match[0].casefold(), match.start(), match.end())
        for match in _WORD.finditer(text)
    ]


def kept_share(raw: Sequence[Word], redacted: Sequence[Word]) -> float:
    """Return the share of the raw words that are in the redacted text too; 1 for no words."""
    kept = Counter(word.text for word in raw) & Counter(word.text for word in redacted)
    return kept.total() / len(raw) if raw else 1.0
