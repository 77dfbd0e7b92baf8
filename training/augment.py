"""Augment labeled texts: other names, other casing, hashtags, fragments, typing errors.

A model that sees the same three thousand names in every epoch learns those names. With new names each time it has to
learn the form and the context of names.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import yaml

from redaction.detection.models.tagger.tokens import tokenize
from training.corpora import OUTSIDE, Sentence
from training.names import Lists

WORDS: Final[dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Rates:
    """The share of texts that each change applies to, or of mentions where a comment says so."""

    swap_person: float = 0.5  # of mentions
    swap_location: float = 0.3  # of mentions
    lower: float = 0.15
    upper: float = 0.04
    title: float = 0.03
    lower_name: float = 0.05  # of mentions
    hashtag: float = 0.03  # of mentions
    fragment: float = 0.12
    typo: float = 0.02  # of mentions
    no_end: float = 0.15


@dataclass
class Augmenter:
    """Draw changed copies of sentences; the same seed gives the same copies in the same order."""

    lists: Lists
    rates: Rates = field(default_factory=Rates)
    seed: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        sizes = np.log10(np.array([size for _, size in self.lists.cities], dtype=float) + 10) ** 3
        self._city_weights = np.cumsum(sizes).tolist()
        self._cities = [name for name, _ in self.lists.cities]

    def __call__(self, sentence: Sentence) -> Sentence:
        """Return one changed copy."""
        draw = self._random.random
        changed = self._rename(sentence)
        if draw() < self.rates.fragment:
            changed = self._fragment(changed)
        if draw() < self.rates.no_end:
            changed = _without_end(changed)
        roll = draw()
        for rate, change in (
            (self.rates.lower, str.lower),
            (self.rates.upper, str.upper),
            (self.rates.title, _capitalize),
        ):
            if roll < rate:
                return replace(changed, words=tuple(change(w) for w in changed.words))
            roll -= rate
        return changed

    def person(self, length: int) -> list[str]:
        """Draw a name of about `length` tokens."""
        choice, draw = self._random.choice, self._random.random
        if length <= 1:
            return [self.given() if draw() < 0.7 else self.family()]
        if length == 2:
            return [self.given(), self.family()]
        middle = f"{choice('ABCDEFGHJKLMNPRST')}." if draw() < 0.4 else self.family() if draw() < 0.5 else self.given()
        return [self.given(), middle, self.family()]

    def given(self) -> str:
        """Draw a given name, half of the time a common one, rarely in a script other than Latin."""
        return self._name(self.lists.common_given, self.lists.given)

    def family(self) -> str:
        """Draw a family name, half of the time a common one, rarely in a script other than Latin."""
        return self._name(self.lists.common_family, self.lists.family)

    def _name(self, common: Sequence[str], every: Sequence[str]) -> str:
        if self._random.random() < 0.5:
            return self._random.choice(common)
        name = self._random.choice(every)
        while not name[0].isascii() and self._random.random() < 0.8:
            name = self._random.choice(every)
        return name

    def location(self) -> str:
        """Draw a city, large ones more often, or sometimes a region or a country."""
        roll = self._random.random()
        if roll < 0.15:
            return self._random.choice(self.lists.countries)
        if roll < 0.3:
            return self._random.choice(self.lists.regions)
        return self._random.choices(self._cities, cum_weights=self._city_weights)[0]

    def site(self) -> str:
        """Draw a street, a park, a bridge, a river: a location named after something, in several words."""
        choice = self._random.choice
        lists = self.lists
        base = choice(
            (choice(lists.common_family), choice(lists.common_given), self.location(), choice(WORDS["site_words"]))
        )
        roll = self._random.random()
        if roll < 0.15:
            return f"{choice(WORDS['before'])} {base}"
        if roll < 0.25:
            return f"{choice(WORDS['sides'])} {self.location()}"
        return f"{base} {choice(WORDS['after'])}"

    def company(self) -> str:
        """Draw an organization."""
        choice = self._random.choice
        lists, roll = self.lists, self._random.random()
        if roll < 0.25:
            return f"{choice(WORDS['of'])} of {self.location()}"
        if roll < 0.45:
            return f"{choice(lists.common_family)} & {choice(lists.common_family)}"
        if roll < 0.55:
            return "".join(choice("ABCDEFGHIJKLMNOPRSTUVW") for _ in range(self._random.randint(2, 4)))
        base = choice((choice(lists.common_family), self.location(), choice(WORDS["site_words"])))
        return f"{base} {choice(WORDS['firms'])}"

    def _rename(self, sentence: Sentence) -> Sentence:
        words: list[str] = []
        spaced: list[bool] = []
        tags: list[str] = []
        for start, end in mentions(sentence.tags):
            old = sentence.words[start:end]
            kind = sentence.tags[start][2:]
            new = self._mention(old, kind)
            if new is None:
                words += old
                spaced += sentence.spaced[start:end]
                tags += sentence.tags[start:end]
                continue
            text, cut = "".join(new), tokenize("".join(new))
            words += [text[a:b] for a, b in cut]
            gaps = [a > 0 and text[a - 1].isspace() for a, _ in cut]
            spaced += [sentence.spaced[start], *gaps[1:]]
            tags += [f"B-{kind}", *[f"I-{kind}"] * (len(cut) - 1)]
        return Sentence(tuple(words), tuple(spaced), tuple(tags), sentence.source)

    def _mention(self, old: Sequence[str], kind: str) -> list[str] | None:
        """Return the replacement of a mention, or None to leave it unchanged."""
        if kind in ("", OUTSIDE):
            return None
        draw = self._random.random
        new: str | None = None
        if kind == "PERSON" and draw() < self.rates.swap_person and old[0] != "#":
            new = " ".join(self.person(len([w for w in old if w[0].isalpha()])))
        elif kind == "LOCATION" and draw() < self.rates.swap_location and len(old) <= 4 and old[0] != "#":
            new = self.site() if (len(old) > 1 and draw() < 0.6) or draw() < 0.1 else self.location()
        if new is not None:
            new = _cased_like(old, new)
        if kind in ("PERSON", "LOCATION"):
            new = self._distort(old, new)
        return None if new is None else [new]

    def _distort(self, old: Sequence[str], new: str | None) -> str | None:
        draw = self._random.random
        if draw() < self.rates.hashtag and old[0] != "#" and all(w.isalpha() for w in old):
            whole = (new or " ".join(old)).replace(" ", "").replace("-", "")
            return "#" + (whole.lower() if draw() < 0.4 else whole)
        if draw() < self.rates.lower_name:
            new = (new or " ".join(old)).lower() if all(w.isalpha() for w in old) else new
        if draw() < self.rates.typo and new is not None and len(new) > 5:
            at = self._random.randrange(1, len(new) - 2)
            new = new[:at] + new[at + 1] + new[at] + new[at + 2 :]
        return new

    def _fragment(self, sentence: Sentence) -> Sentence:
        size = len(sentence.words)
        if size < 5:
            return sentence
        start = self._random.randrange(0, size - 3)
        end = min(size, start + self._random.randint(3, 20))
        while start > 0 and sentence.tags[start].startswith("I-"):
            start -= 1
        while end < size and sentence.tags[end].startswith("I-"):
            end += 1
        return Sentence(
            sentence.words[start:end], sentence.spaced[start:end], sentence.tags[start:end], sentence.source
        )


def mentions(tags: Sequence[str]) -> list[tuple[int, int]]:
    """Split a tag sequence into ranges `[start, end)`: one per mention, and one per token outside mentions."""
    ranges: list[tuple[int, int]] = []
    for index, tag in enumerate(tags):
        if tag.startswith("I-") and ranges:
            ranges[-1] = (ranges[-1][0], index + 1)
        else:
            ranges.append((index, index + 1))
    return ranges


def _cased_like(old: Sequence[str], new: str) -> str:
    letters = "".join(w for w in old if w.isalpha())
    if letters.islower():
        return new.lower()
    if letters.isupper() and len(letters) > 3:
        return new.upper()
    return new


def _capitalize(word: str) -> str:
    return word[:1].upper() + word[1:]


def _without_end(sentence: Sentence) -> Sentence:
    if len(sentence.words) > 2 and sentence.words[-1] in ".!?" and sentence.tags[-1] == OUTSIDE:
        return Sentence(sentence.words[:-1], sentence.spaced[:-1], sentence.tags[:-1], sentence.source)
    return sentence
