"""Puts random words of a large vocabulary into texts, so that the teacher can be asked what it makes of each of them.

The labels of such a text are no longer true; only what the teacher reads in it is learnt from.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from training.corpora import Sentence

_SELDOM = 300


class Scatter:
    """Draws words by rank, the common ones more often, cased like the word they stand for."""

    def __init__(self, words: Sequence[str], share: float, seed: int) -> None:
        """Take `words`, the most common first, and the share of a text's words to change."""
        plain = [w for w in words[_SELDOM:] if w.isalpha()]
        self._lower = [w for w in plain if w.islower()]
        self._title = [w for w in plain if w.istitle()]
        self._share = share
        self._random = random.Random(seed)

    def __call__(self, sentence: Sentence) -> Sentence:
        """Give a copy with some words changed; its tags stay as they were and are not to be trusted."""
        draw = self._random.random
        words = [self._other(w) if w.isalpha() and draw() < self._share else w for w in sentence.words]
        return Sentence(tuple(words), sentence.spaced, sentence.tags, "scattered")

    def _other(self, word: str) -> str:
        pool = self._lower if word.islower() else self._title
        if word.islower() and self._random.random() < 0.15:
            pool = self._title
        drawn = pool[int(math.exp(self._random.uniform(0, math.log(len(pool))))) - 1]
        return drawn.upper() if word.isupper() and len(word) > 1 else drawn
