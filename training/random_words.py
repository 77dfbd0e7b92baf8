"""Replace some words of a text with random ones, so that the teacher labels more of the vocabulary.

The tags of such a text are no longer correct. The student learns only from the teacher's answers.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from training.corpora import Sentence

_SKIPPED = 300
"""The most common words, which are not drawn."""


class RandomWords:
    """Draw words by rank, common ones more often, in the casing of the word that they replace."""

    def __init__(self, words: Sequence[str], share: float, seed: int) -> None:
        """Set the vocabulary, most common word first, and the share of a text's words to replace."""
        alphabetic = [w for w in words[_SKIPPED:] if w.isalpha()]
        self._lower = [w for w in alphabetic if w.islower()]
        self._title = [w for w in alphabetic if w.istitle()]
        self._share = share
        self._random = random.Random(seed)

    def __call__(self, sentence: Sentence) -> Sentence:
        """Return a copy with some words replaced; its tags are those of the original and may be wrong."""
        draw = self._random.random
        words = [self._replacement(w) if w.isalpha() and draw() < self._share else w for w in sentence.words]
        return Sentence(tuple(words), sentence.spaced, sentence.tags, "random_words")

    def _replacement(self, word: str) -> str:
        pool = self._lower if word.islower() else self._title
        if word.islower() and self._random.random() < 0.15:
            pool = self._title
        drawn = pool[int(math.exp(self._random.uniform(0, math.log(len(pool))))) - 1]
        return drawn.upper() if word.isupper() and len(word) > 1 else drawn
