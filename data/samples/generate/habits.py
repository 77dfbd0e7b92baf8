"""What lasts about a member: how they write, what they write of, with whom they work, and where."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from generate.segments import Segment, Segments, recase

SHOWN = 0.85
"""How often a habit is seen in a text of its member: so that posts are joined as in open data (docs/linkage.md)."""
SUBJECTS = {
    "field": 2, "tool": 3, "skill": 2, "noun": 4, "adj": 4, "team": 2, "product": 2, "event": 2, "emoji": 2,
    "hashtag": 3,
}  # fmt: skip
"""From which lists of words a member has favorites, and how many."""


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of one member; `stories` are the sentences of each story, `colleagues` are positions of members."""

    opening: str
    closing: str
    connective: str
    emoji: str
    lower: bool
    signs: tuple[tuple[str, str], ...]
    misspellings: tuple[tuple[str, str], ...]
    sentences: int
    hour: int
    subjects: dict[str, int]
    stories: tuple[tuple[str, ...], ...]
    profile_story: str | None
    colleagues: list[int] = field(default_factory=list)

    def writes_at(self, rng: random.Random, hour: int) -> bool:
        """Return whether they write at this hour: within four of theirs, or now and then."""
        return min((hour - self.hour) % 24, (self.hour - hour) % 24) <= 4 or rng.random() < 0.2

    def favorites(self, name: str, stock: tuple[str, ...]) -> tuple[str, ...]:
        """Return the favorites of a list of words."""
        return tuple(stock[(self.subjects[name] + 7 * i) % len(stock)] for i in range(min(SUBJECTS[name], len(stock))))

    def words(self, rng: random.Random, stock: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Return the words of a text: in most lists only the favorites."""
        chosen = [name for name in SUBJECTS if name in stock and rng.random() < SHOWN]
        return stock | {name: self.favorites(name, stock[name]) for name in chosen}

    def story(self, rng: random.Random) -> str:
        """Return a sentence of one of the stories."""
        return rng.choice(rng.choice(self.stories))

    def written(self, rng: random.Random, text: Segments, *, english: bool, short: bool) -> Segments:
        """Write a text as its author does."""
        parts = list(text)
        if english and not short and rng.random() < SHOWN:
            parts.insert(0, Segment(f"{self.opening} "))
        if english and not short and rng.random() < SHOWN:
            parts.append(Segment(f" {self.connective} {self.closing}" if rng.random() < 0.3 else f" {self.closing}"))
        if rng.random() < SHOWN / 2:
            parts.append(Segment(f" {self.emoji}"))
        changes = [pair for pair in (*self.signs, *(self.misspellings if english else ())) if rng.random() < SHOWN]
        written = tuple(each if each.label else replace(each, text=_changed(each.text, changes)) for each in parts)
        return recase(written, str.lower) if self.lower and rng.random() < SHOWN else written


def _changed(text: str, changes: Sequence[tuple[str, str]]) -> str:
    for old, new in changes:
        text = text.replace(old, new)
    return text
