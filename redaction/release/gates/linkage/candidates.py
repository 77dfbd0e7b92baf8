"""Compares texts with the profiles of members, and keeps the candidates who come nearest."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from redaction.release.gates.linkage.conditional_logit import Choices, Floats
from redaction.release.gates.linkage.facts import FactKind, Facts, as_ones
from redaction.release.gates.linkage.tokens import Integers, Words, folded
from redaction.release.gates.linkage.vectors import OwnWords, Weights, count_characters, count_words

EXPECTED: Final[Floats] = np.array([12.0, 12.0, 0.5, 0.5, *[1.0] * len(FactKind)])
"""What each feature is expected to weigh: cosines of words and characters, each also relative to the record's best one;
the rarity of the facts of each kind, which is a log-likelihood ratio."""
_NEAREST: Final = 40
_OTHERS: Final = 20
_BLOCK: Final = 64
_CELLS: Final = 1_000_000
"""How many pairs of a record and a member are compared at a time."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Some texts, as they are compared: vectors of words and of characters, and the facts that they show."""

    words: sparse.csr_array
    characters: sparse.csr_array
    facts: sparse.csr_array

    def of(self, rows: Integers | slice) -> "Prepared":
        """Return some of the texts."""
        return Prepared(self.words[rows], self.characters[rows], self.facts[rows])


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
        self.facts = facts
        self.height = profiles.height
        self._members = facts.members[candidates]
        self.having = np.bincount(self._members.indices, minlength=len(facts.keys))
        words = count_words(Words.of(texts), len(texts))
        self._word_weights = Weights.of(words)
        words = self._word_weights.vectors(words)
        self._own_words = OwnWords(words, self._word_weights)
        self._by_word = sparse.csr_array(words.T)
        characters = count_characters(texts)
        self._character_weights = Weights.of(characters)
        self._by_character = sparse.csr_array(self._character_weights.vectors(characters).T)

    def prepare(self, texts: pl.Series) -> Prepared:
        """Prepare texts for a comparison with every member."""
        plain = folded(texts)
        words = Words.of(plain)
        return Prepared(
            self._word_weights.vectors(count_words(words, len(texts))),
            self._character_weights.vectors(count_characters(plain)),
            self.facts.shown_in(len(texts), words),
        )

    def rarity(self, shown: Integers, texts: int) -> npt.NDArray[np.float32]:
        """Return the weight of each fact: how rare it is among the members, and among the texts."""
        by_member = np.log(self.height / np.maximum(self.having, 1))
        by_text = np.log(max(texts, 1) / np.maximum(shown, 1))
        rarity: npt.NDArray[np.float32] = np.minimum(by_member, by_text).clip(0).astype(np.float32)
        return rarity

    def near_own(
        self, words: Words, shown: sparse.csr_array, authors: pl.DataFrame, rarity: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """Return how near each text is to the profile of its own author, without ranking the others.

        Args:
            words: The words of the texts.
            shown: The facts that they show.
            authors: `member` and `candidate`, the numbers of the author of each; null for no candidate.
            rarity: The weight of each fact.

        Returns:
            The scores; of authors who are no candidates, by their facts alone.
        """
        cosines = self._own_words.cosines(words, authors["candidate"].fill_null(-1).to_numpy())
        own = shown.multiply(self.facts.members[authors["member"].to_numpy()]).tocsr()
        near: npt.NDArray[np.float32] = (2 * EXPECTED[0] * cosines + own @ rarity).astype(np.float32)
        return near

    def chance_by_language(self, texts: Prepared, languages: pl.Series, authors: Integers) -> float:
        """Return how often somebody is right who knows nothing but languages, and guesses among the members.

        The language of a profile is that of the texts whose characters are nearest to its own.

        Args:
            texts: The texts.
            languages: The language of each.
            authors: The number of the author of each among the candidates.

        Returns:
            The share of the texts.
        """
        codes = languages.fill_null("").rank("dense").to_numpy().astype(np.int64) - 1
        if not len(codes):
            return 0.0
        of_texts = as_ones(codes, np.arange(len(codes)), (int(codes.max()) + 1, len(codes)))
        sums = of_texts @ texts.characters
        lengths = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1)).ravel())
        near = (sums @ self._by_character).toarray() / np.maximum(lengths, 1e-9)[:, None]
        of_profiles = near.argmax(axis=0)
        having = np.bincount(of_profiles, minlength=len(lengths))
        return float(np.where(of_profiles[authors] == codes, 1 / np.maximum(having[codes], 1), 0).mean())

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
        kinds = [self._of_kinds(rarity, kind) for kind in FactKind]
        every = self._of_kinds(rarity, *FactKind)
        block = max(_CELLS // max(self.height, 1), 1)
        blocks = (slice(first, first + block) for first in range(0, len(authors), block))
        parts = [self._rank(texts.of(rows), every, kinds, chance) for rows in blocks]
        members = np.concatenate([part[0] for part in parts])
        features = np.concatenate([part[1] for part in parts])
        nearest, others = min(_NEAREST, self.height), members.shape[1] - min(_NEAREST, self.height)
        weights = np.ones(members.shape, np.float32)
        if others:
            weights[:, nearest:] = (self.height - nearest) / others
        is_author = members[:, :nearest] == authors[:, None]
        author = np.where(is_author.any(axis=1), is_author.argmax(axis=1), -1)
        return Ranked(members, Choices(features, weights, author))

    def _ties(self, rows: int, chance: np.random.Generator) -> npt.NDArray[np.float32]:
        """Return small scores by which members who are equally near are in a random order, another one in each row."""
        once = chance.random(self.height, np.float32) * np.float32(1e-4)
        twice = np.concatenate([once, once])
        starts = chance.integers(0, self.height, rows)
        return np.stack([twice[start : start + self.height] for start in starts])

    def _of_kinds(self, rarity: npt.NDArray[np.float32], *kinds: FactKind) -> sparse.csr_array:
        """Return facts by member, with the weight of the facts of some kinds."""
        chosen = np.isin(self.facts.kinds, [kind.value for kind in kinds])
        weighted = self._members.copy()
        weighted.data = np.where(chosen, rarity, 0).astype(np.float32)[weighted.indices]
        weighted.eliminate_zeros()
        return sparse.csr_array(weighted.T)

    def _rank(
        self,
        texts: Prepared,
        every: sparse.csr_array,
        kinds: list[sparse.csr_array],
        chance: np.random.Generator,
    ) -> tuple[Integers, npt.NDArray[np.float32]]:
        """Score all members by the expected weights, and return the nearest with their features."""
        products = (texts.words @ self._by_word, texts.characters @ self._by_character)
        cosines = [each.toarray() for each in products]
        best = [np.maximum(each.max(axis=1, keepdims=True), 1e-6) for each in cosines]
        scores = self._ties(len(cosines[0]), chance)
        for cosine, most, weight, relative in zip(cosines, best, EXPECTED[:2], EXPECTED[2:4], strict=True):
            scores += cosine * (weight + relative / most).astype(np.float32)
        found = (texts.facts @ every).tocoo()
        scores[found.row, found.col] += found.data
        nearest = min(_NEAREST, self.height)
        top = highest(scores, nearest)
        others = chance.integers(0, self.height, (len(scores), _OTHERS if self.height > nearest else 0))
        members = np.concatenate([top, others], axis=1)
        near = [np.take_along_axis(each, members, axis=1) for each in cosines]
        cells = np.repeat(np.arange(len(members)), members.shape[1]), members.ravel()
        by_kind = [np.asarray((texts.facts @ each)[cells]).reshape(members.shape) for each in kinds]
        return members, np.stack([*near, near[0] / best[0], near[1] / best[1], *by_kind], axis=2, dtype=np.float32)


def highest(scores: npt.NDArray[np.float32], number: int) -> Integers:
    """Return the columns of the highest scores of each row, in no order; there must be so many columns."""
    width = scores.shape[1]
    blocks = width // _BLOCK
    if blocks <= number:
        return np.argpartition(-scores, number - 1, axis=1)[:, :number]
    # The highest scores are in the blocks with the highest maxima, or in what is left at the end.
    maxima = scores[:, : blocks * _BLOCK].reshape(len(scores), blocks, _BLOCK).max(axis=2)
    chosen = np.argpartition(-maxima, number - 1, axis=1)[:, :number]
    columns = (chosen[:, :, None] * _BLOCK + np.arange(_BLOCK)).reshape(len(scores), -1)
    rest = np.broadcast_to(np.arange(blocks * _BLOCK, width), (len(scores), width - blocks * _BLOCK))
    columns = np.concatenate([columns, rest], axis=1)
    order = np.argpartition(-np.take_along_axis(scores, columns, axis=1), number - 1, axis=1)[:, :number]
    return np.take_along_axis(columns, order, axis=1)


def _texts(profiles: pl.DataFrame) -> pl.Series:
    """Return the text of each profile, without names and addresses."""
    jobs = pl.concat_str(_each("experience", ("title", "company", "location", "description")), separator=" ")
    schools = pl.concat_str(_each("education", ("school", "degree", "field", "description")), separator=" ")
    parts = [pl.col("headline").fill_null(""), pl.col("about").fill_null(""), jobs, schools]
    return profiles.select(pl.concat_str(parts, separator="\n").alias("text"))["text"]


def _each(column: str, names: tuple[str, ...]) -> list[pl.Expr]:
    values = pl.concat_str([pl.element().struct.field(name).fill_null("") for name in names], separator=" ")
    return [pl.col(column).list.eval(values).list.join("\n").fill_null("")]
