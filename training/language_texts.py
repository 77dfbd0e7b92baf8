"""The texts of an epoch in several languages: labeled ones with other names, made-up posts, texts without names."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from training import corpora, local_lists, names, texts_without_names
from training.augment import Augmenter, Rates
from training.corpora import Sentence
from training.ordinary_words import OrdinaryWords, ordinary_words
from training.recipes import EVALUATION, Texts
from training.templates import Templates

RATES: Final = Rates(swap_location=0.2, lower=0.08)
_LONGEST: Final = 60


@dataclass(frozen=True)
class Sources:
    """Labeled texts by corpus, and lists of names and texts without names by language."""

    texts: dict[str, list[Sentence]]
    lists: dict[str, names.Lists]
    unnamed: dict[str, list[Sentence]]


def read(data: Path, folder: Path, texts: Texts, templates: Iterable[str]) -> Sources:
    """Read what `texts` and `templates` name, without what is also in a set that is measured on."""
    languages = dict.fromkeys([*templates, *(language for _, language, _ in texts)])
    world = _world(folder)
    return Sources(
        texts={corpus: _labeled(data, corpus) for corpus in dict.fromkeys(t[0] for t in texts)},
        lists={code: world if code == "en" else local_lists.localize(world, code) for code in languages},
        unnamed={code: texts_without_names.read(folder, code) for code in languages},
    )


@cache
def _world(folder: Path) -> names.Lists:
    return names.read(folder)


@cache
def _measured(data: Path) -> tuple[Sentence, ...]:
    return tuple(s for name in EVALUATION for s in corpora.read(data, name))


@cache
def _labeled(data: Path, corpus: str) -> list[Sentence]:
    short = (part for text in corpora.read(data, corpus) for part in corpora.windows(text, _LONGEST))
    return corpora.without_copies(short, _measured(data))


class EpochTexts:
    """Draw the texts of each epoch: other names, other casing, other made-up posts, a new sample of large corpora."""

    def __init__(
        self, sources: Sources, texts: Texts, templates: Mapping[str, int], unnamed_texts: int, seed: int = 1
    ) -> None:
        self._sources, self._texts, self._templates, self._unnamed = sources, texts, templates, unnamed_texts
        self._random = random.Random(seed)
        self._augment = {
            code: Augmenter(lists, RATES, seed=seed + i) for i, (code, lists) in enumerate(sources.lists.items())
        }
        self._made_up = {code: Templates(self._augment[code], seed, code) for code in templates}
        self._replace = {code: OrdinaryWords(ordinary_words(code), share=0.35, seed=seed) for code in sources.lists}

    def labeled(self) -> Iterator[Sentence]:
        """Yield changed copies of the labeled texts."""
        for corpus, language, most in self._texts:
            for sentence in self._sample(self._sources.texts[corpus], most):
                yield self._augment[language](sentence)

    def made_up(self) -> Iterator[Sentence]:
        """Yield generated posts and texts without names."""
        for language, generate in self._made_up.items():
            for _ in range(self._templates[language]):
                yield self._augment[language](self._replace[language](generate()))
            for sentence in self._sample(self._sources.unnamed[language], self._unnamed):
                yield self._augment[language](self._replace[language](sentence))

    def __call__(self) -> list[Sentence]:
        """Return all texts of one epoch."""
        return [s for s in (*self.labeled(), *self.made_up()) if s.words]

    def _sample(self, every: list[Sentence], most: int) -> list[Sentence]:
        return every if len(every) <= most else self._random.sample(every, most)
