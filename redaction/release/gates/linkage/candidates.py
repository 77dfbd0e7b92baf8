"""Compares texts with the profiles of members, and keeps the candidates who come nearest."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from redaction.release.gates.linkage.conditional_logit import Choices, Floats
from redaction.release.gates.linkage.facts import FactKind, Facts
from redaction.release.gates.linkage.tokens import Integers, Words, folded
from redaction.release.gates.linkage.vectors import Weights, count_characters, count_words

EXPECTED: Final[Floats] = np.array([12.0, 12.0, 0.5, 0.5, *[1.0] * len(FactKind)])
"""What each feature is expected to weigh: cosines of words and characters, each also relative to the record's best one;
the rarity of the facts of each kind, which is a log-likelihood ratio."""
_NEAREST: Final = 40
_OTHERS: Final = 20
_CELLS: Final = 1_000_000
"""How many pairs of a record and a member are compared at a time."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Some texts, as they are compared: vectors of words and of characters, and the facts that they show."""

    words: sparse.csr_array
    characters: sparse.csr_array | None
    facts: sparse.csr_array


@dataclass(frozen=True, slots=True)
class Ranked:
    """The nearest candidates of some texts.

    `members` are the row numbers of the candidates, `choices` their features; members drawn at random, for all others,
    come last.
    """

    members: Integers
    choices: Choices


class MemberTable:
    """All that an attacker may know of the members: their profiles, as vectors and facts."""

    def __init__(self, profiles: pl.DataFrame, facts: Facts, candidates: Integers) -> None:
        """Prepare the members to compare (`candidates`, row numbers): headline, about, experience, education; facts."""
        profiles = profiles[candidates]
        texts = folded(_texts(profiles))
        words = count_words(Words.of(texts), len(texts))
        characters = count_characters(texts)
        self.facts = facts
        self._members = facts.members[candidates]
        self._word_weights, self._character_weights = Weights.of(words), Weights.of(characters)
        self._words = self._word_weights.vectors(words)
        self._characters = self._character_weights.vectors(characters)
        self._by_word, self._by_character = (sparse.csr_array(each.T) for each in (self._words, self._characters))
        self.height = profiles.height
        self.having = np.bincount(self._members.indices, minlength=len(facts.keys))

    def prepare(self, texts: pl.Series, *, characters: bool = True) -> Prepared:
        """Prepare texts for a comparison."""
        plain = folded(texts)
        words = Words.of(plain)
        return Prepared(
            self._word_weights.vectors(count_words(words, len(texts))),
            self._character_weights.vectors(count_characters(plain)) if characters else None,
            self.facts.shown_in(plain, words),
        )

    def rarity(self, shown: Integers, texts: int) -> npt.NDArray[np.float32]:
        """Return the weight of each fact: how rare it is among the members, and among the texts."""
        by_member = np.log(self.height / np.maximum(self.having, 1))
        by_text = np.log(max(texts, 1) / np.maximum(shown, 1))
        rarity: npt.NDArray[np.float32] = np.minimum(by_member, by_text).clip(0).astype(np.float32)
        return rarity

    def near_own(self, texts: Prepared, authors: Integers, rarity: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return how near each text is to the profile of its own author, without ranking the others."""
        cosine = np.asarray(texts.words.multiply(self._words[authors]).sum(axis=1)).ravel()
        own = texts.facts.multiply(self._members[authors]).tocsr()
        near: npt.NDArray[np.float32] = (2 * EXPECTED[0] * cosine + own @ rarity).astype(np.float32)
        return near

    def rank(
        self, texts: Prepared, authors: Integers, rarity: npt.NDArray[np.float32], chance: np.random.Generator
    ) -> Ranked:
        """Find the candidates of each text who come nearest, and some at random.

        Args:
            texts: The texts, with characters.
            authors: The number of the author of each among the candidates.
            rarity: The weight of each fact.
            chance: The order of candidates who are equally near.

        Returns:
            The candidates.
        """
        kinds = [self._of_kind(kind, rarity) for kind in FactKind]
        block = max(_CELLS // max(self.height, 1), 1)
        parts = [
            self._rank(texts, slice(first, first + block), kinds, chance) for first in range(0, len(authors), block)
        ]
        members = np.concatenate([part[0] for part in parts])
        features = np.concatenate([part[1] for part in parts])
        nearest, others = min(_NEAREST, self.height), members.shape[1] - min(_NEAREST, self.height)
        weights = np.ones(members.shape, np.float32)
        if others:
            weights[:, nearest:] = (self.height - nearest) / others
        is_author = members[:, :nearest] == authors[:, None]
        author = np.where(is_author.any(axis=1), is_author.argmax(axis=1), -1)
        return Ranked(members, Choices(features, weights, author))

    def _of_kind(self, kind: FactKind, rarity: npt.NDArray[np.float32]) -> sparse.csr_array:
        """Return facts by member, with the weight of the facts of one kind."""
        weights = np.where(self.facts.kinds == kind.value, rarity, 0).astype(np.float32)
        weighted = self._members.copy()
        weighted.data = weights[weighted.indices]
        weighted.eliminate_zeros()
        return sparse.csr_array(weighted.T)

    def _rank(
        self, texts: Prepared, rows: slice, kinds: list[sparse.csr_array], chance: np.random.Generator
    ) -> tuple[Integers, npt.NDArray[np.float32]]:
        if texts.characters is None:
            raise ValueError("prepared without characters")
        cosines = [(texts.words[rows] @ self._by_word), (texts.characters[rows] @ self._by_character)]
        dense = [each.toarray() for each in cosines]
        relative = [each / np.maximum(each.max(axis=1, keepdims=True), 1e-6) for each in dense]
        facts = [(texts.facts[rows] @ each).toarray() for each in kinds]
        features = np.stack([*dense, *relative, *facts], axis=2)
        scores = features @ EXPECTED.astype(np.float32) + chance.random(features.shape[:2], np.float32) * 1e-4
        nearest = min(_NEAREST, self.height)
        top = np.argpartition(-scores, nearest - 1, axis=1)[:, :nearest]
        others = chance.integers(0, self.height, (len(scores), _OTHERS if self.height > nearest else 0))
        members = np.concatenate([top, others], axis=1)
        return members, np.take_along_axis(features, members[:, :, None], axis=1)


def _texts(profiles: pl.DataFrame) -> pl.Series:
    """Return the text of each profile, without names and addresses."""
    jobs = pl.concat_str(_each("experience", ("title", "company", "location", "description")), separator=" ")
    schools = pl.concat_str(_each("education", ("school", "degree", "field", "description")), separator=" ")
    parts = [pl.col("headline").fill_null(""), pl.col("about").fill_null(""), jobs, schools]
    return profiles.select(pl.concat_str(parts, separator="\n").alias("text"))["text"]


def _each(column: str, names: tuple[str, ...]) -> list[pl.Expr]:
    values = pl.concat_str([pl.element().struct.field(name).fill_null("") for name in names], separator=" ")
    return [pl.col(column).list.eval(values).list.join("\n").fill_null("")]
