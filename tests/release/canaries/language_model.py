"""A small language model: words after words, interpolated with single words."""

import itertools
from collections import Counter
from collections.abc import Iterable
from math import log

_PAIRS = 0.7


class WordPairs:
    """A bigram model by Jelinek and Mercer, with a little left for words that it never saw."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = Counter[str]()
        self._before = Counter[str]()
        self._pairs = Counter[tuple[str, str]]()
        for text in texts:
            words = ["", *text.split()]
            self._words.update(words[1:])
            self._before.update(words[:-1])
            self._pairs.update(itertools.pairwise(words))
        self._total = self._words.total()

    def log_likelihood(self, text: str) -> float:
        words = ["", *text.split()]
        return sum(log(self._probability(*pair)) for pair in itertools.pairwise(words))

    def _probability(self, before: str, word: str) -> float:
        alone = (self._words[word] + 1) / (self._total + len(self._words) + 1)
        seen = self._before[before]
        return (1 - _PAIRS) * alone + (_PAIRS * self._pairs[before, word] / seen if seen else 0)
