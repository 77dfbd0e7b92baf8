"""Puts other ordinary words in the place of ordinary words, so that what is seldom said is not taken for a name.

Sources: Faker's lists of ordinary words (MIT) and ordinary.yaml beside this file. Labels stay true.
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
_SHORTEST: Final = 4


def ordinary(language: str) -> list[str]:
    """Give the ordinary words of a language, none where no list is at hand."""
    own: dict[str, str] = yaml.safe_load(Path(__file__).with_name("ordinary.yaml").read_text(encoding="utf-8"))
    listed = getattr(provider("lorem", _LISTS.get(language, "")), "word_list", ())
    words = {*listed, *own.get(language, "").split()}
    return sorted(word for word in words if word == word.lower() and len(word) > 2)


class Vary:
    """Changes a share of the ordinary words of every other sentence; the same seed changes the same ones."""

    def __init__(self, words: list[str], share: float, seed: int) -> None:
        self._words = words
        self._share = share
        self._random = random.Random(seed)

    def __call__(self, sentence: Sentence) -> Sentence:
        """Give a copy with some words changed."""
        if not self._words or self._random.random() < 0.5:
            return sentence
        pairs = zip(sentence.words, sentence.tags, strict=True)
        return replace(sentence, words=tuple(self._other(word, tag) for word, tag in pairs))

    def _other(self, word: str, tag: str) -> str:
        ordinary = tag == OUTSIDE and word.isprintable() and word[0].isalpha() and word == word.lower()
        if not ordinary or len(word) < _SHORTEST or self._random.random() > self._share:
            return word
        return self._random.choice(self._words)
