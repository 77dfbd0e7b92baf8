"""Replace ordinary words with other ordinary words, so that the model does not take a rare word for a name.

Sources: Faker's lists of words (MIT) and ordinary.yaml in this folder. Tags stay correct.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Final

import yaml

from training.corpora import OUTSIDE, Sentence
from training.names import provider

_LISTS: Final = {"fr": "fr_FR", "es": "es_ES", "it": "it_IT", "nl": "nl_NL"}
_MIN_LENGTH: Final = 4


def ordinary_words(language: str) -> list[str]:
    """Return the ordinary words of a language; an empty list if there is no source for it."""
    own: dict[str, str] = yaml.safe_load(Path(__file__).with_name("ordinary.yaml").read_text(encoding="utf-8"))
    listed = getattr(provider("lorem", _LISTS.get(language, "")), "word_list", ())
    words = {*listed, *own.get(language, "").split()}
    return sorted(word for word in words if word == word.lower() and len(word) > 2)


class OrdinaryWords:
    """Replace a share of the ordinary words in half of the sentences; the same seed gives the same result."""

    def __init__(self, words: list[str], share: float, seed: int) -> None:
        self._words = words
        self._share = share
        self._random = random.Random(seed)

    def __call__(self, sentence: Sentence) -> Sentence:
        """Return a copy with some words replaced."""
        if not self._words or self._random.random() < 0.5:
            return sentence
        pairs = zip(sentence.words, sentence.tags, strict=True)
        return replace(sentence, words=tuple(self._replacement(word, tag) for word, tag in pairs))

    def _replacement(self, word: str, tag: str) -> str:
        ordinary = tag == OUTSIDE and word.isprintable() and word[0].isalpha() and word == word.lower()
        if not ordinary or len(word) < _MIN_LENGTH or self._random.random() > self._share:
            return word
        return self._random.choice(self._words)
