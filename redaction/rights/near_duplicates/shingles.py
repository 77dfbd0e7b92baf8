"""Texts as sets of hashed word runs, and how alike two such sets are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.near_duplicates.word_hashes import Counts, Hashes, word_numbers
from redaction.rights.settings import NearDuplicateSettings

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIXER = np.uint64(0xD6E8FEB86659FD93)
_PLACES_A_RUN = 4

STABLE: Final = (
    r"\x00-\x7fÀ-ÖØ-öø-ıĴ-ľŁ-ňŊ-žЀ-џ\u{4e00}-\u{9fff}"
    r"‐‒-―‘-‟†-•€←-⇿─-➿\u{200d}\u{fe0f}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}"
)
"""Signs, as a class of Rust's expressions, that normalising leaves alone, whatever stands beside them. It would take as
long as all the rest of a comparison, and few posts have others."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Texts that are long enough to compare, by the hashes of their word runs as they stand there, some more than once.

    ids: their numbers. sizes: how many runs each has.
    """

    ids: pl.Series
    hashes: Hashes
    sizes: Counts

    @classmethod
    def of(cls, texts: pl.DataFrame, settings: NearDuplicateSettings, secret: bytes) -> Self:
        """Read a batch (columns number and text); texts of too few words are left out. The hashes follow from a
        secret: those of one comparison must have the same.

        Case, width, punctuation and white space make no difference.
        """
        plain = texts["text"].str.len_bytes() == texts["text"].str.len_chars()
        asis, others = texts.filter(plain)["text"], _normalised(texts.filter(~plain)["text"])
        parts = [word_numbers(part.str.to_lowercase(), secret) for part in (asis, others)]
        ids = pl.concat([texts["number"].filter(plain), texts["number"].filter(~plain)]).cast(pl.UInt32).alias("id")
        words, lengths = (np.concatenate(each) for each in zip(*parts, strict=True))
        enough = lengths >= settings.min_words
        words = words[np.repeat(enough, lengths)]
        return cls(ids.filter(pl.Series(enough)), *_runs(words, lengths[enough], settings.shingle_words))

    @property
    def owner(self) -> Counts:
        """For each hash the place of its text."""
        return np.repeat(np.arange(self.sizes.size), self.sizes)

    def only(self, texts: npt.NDArray[np.bool_]) -> "Runs":
        """Some of the texts."""
        return Runs(self.ids.filter(pl.Series(texts)), self.hashes[np.repeat(texts, self.sizes)], self.sizes[texts])

    def distinct_at_least(self) -> Counts:
        """How many distinct runs each text has, or fewer; in a tenth of the time that it takes to count them."""
        owner, numbers = self.owner, np.arange(self.hashes.size, dtype=np.int32)
        bits = max((_PLACES_A_RUN * self.hashes.size).bit_length(), 1)
        places = ((self.hashes ^ (owner.astype(np.uint64) * _FACTOR)) * _MIXER) >> np.uint64(64 - bits)
        last = np.empty(1 << bits, np.int32)  # read where it was written alone
        last[places] = numbers
        return np.bincount(owner[last[places] == numbers], minlength=self.sizes.size)


@dataclass(frozen=True, slots=True)
class Shingled:
    """Texts that are long enough to compare. The hashes of text i are hashes[start[i]:start[i + 1]].

    ids: their numbers. hashes: sorted and distinct within a text.
    """

    ids: pl.Series
    hashes: Hashes
    start: Counts

    @classmethod
    def of(cls, texts: Runs) -> Self:
        """The runs of some texts, each once."""
        owner = texts.owner
        order = _by_text(owner, texts.hashes, texts.sizes.size)
        owner, hashes = owner[order], texts.hashes[order]
        distinct = np.ones(hashes.size, np.bool_)
        distinct[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
        counts = np.bincount(owner[distinct], minlength=texts.sizes.size)
        return cls(texts.ids, hashes[distinct], np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]))

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """All texts of some batches."""
        each = list(parts)
        ids = pl.concat([pl.Series("id", [], dtype=pl.UInt32), *(part.ids for part in each)])
        sizes = np.concatenate([np.zeros(0, np.int64), *(part.sizes for part in each)])
        hashes = np.concatenate([np.zeros(0, np.uint64), *(part.hashes for part in each)])
        return cls(ids, hashes, np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]))

    @property
    def sizes(self) -> Counts:
        """How many distinct shingles each text has."""
        return np.diff(self.start)

    @property
    def contents(self) -> Hashes:
        """For each text a number that texts of the same shingles share, and no others but by chance."""
        mixed = (self.hashes ^ (self.hashes >> np.uint64(32))) * _MIXER
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed ^ (mixed >> np.uint64(29)))])
        numbers: Hashes = sums[self.start[1:]] - sums[self.start[:-1]]
        return numbers

    def only(self, places: Counts) -> "Shingled":
        """Some of the texts."""
        hashes, _ = self.take(places)
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(self.sizes[places])])
        return Shingled(self.ids.gather(places), hashes, start)

    def take(self, places: Counts) -> tuple[Hashes, Counts]:
        """The hashes of some texts, flat, and for each hash its place in `places`."""
        sizes = self.sizes[places]
        owner = np.repeat(np.arange(places.size), sizes)
        before = np.repeat(self.start[places] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
        return self.hashes[before + np.arange(owner.size)], owner


def _normalised(texts: pl.Series) -> pl.Series:
    """The texts in NFKC; those made of `STABLE` signs alone already are."""
    unsure = texts.str.contains(f"[^{STABLE}]")
    return texts.scatter(unsure.arg_true(), texts.filter(unsure).str.normalize("NFKC"))


def _runs(words: Hashes, lengths: Counts, width: int) -> tuple[Hashes, Counts]:
    """Hash each run of `width` words within a text; a shorter text is one run. Tells also how many each text has."""
    ends = np.cumsum(lengths)
    left = np.repeat(ends, lengths) - np.arange(words.size)
    hashes = np.zeros(words.size, np.uint64)
    padded = np.concatenate([words, np.zeros(width, np.uint64)])
    for offset in range(width):
        within = left > offset
        step = np.where(within, padded[offset : offset + words.size], np.uint64(0))
        hashes = hashes * _FACTOR + step
    hashes ^= hashes >> np.uint64(29)
    first = np.zeros(words.size, np.bool_)
    first[ends - lengths] = True
    return hashes[(left >= width) | first], np.where(lengths < width, np.minimum(lengths, 1), lengths - width + 1)


def _by_text(text: Counts, hashes: Hashes, texts: int) -> Counts:
    """The order by text, and within a text by hash; numbers of 16 bits are sorted by their digits, in one pass."""
    order = np.argsort(hashes)
    kind = np.uint16 if texts <= np.iinfo(np.uint16).max else np.uint64
    return order[np.argsort(text[order].astype(kind), kind="stable")]


def similarities(one: Shingled, ones: Counts, other: Shingled, others: Counts) -> npt.NDArray[np.float64]:
    """The Jaccard similarity of each pair (ones[i], others[i])."""
    left, left_pair = one.take(ones)
    right, right_pair = other.take(others)
    hashes, pair = np.concatenate([left, right]), np.concatenate([left_pair, right_pair])
    order = np.lexsort((hashes, pair))
    hashes, pair = hashes[order], pair[order]
    shared = (hashes[1:] == hashes[:-1]) & (pair[1:] == pair[:-1])
    common = np.bincount(pair[1:][shared], minlength=ones.size)
    union = one.sizes[ones] + other.sizes[others] - common
    alike: npt.NDArray[np.float64] = common / np.maximum(union, 1)
    return alike
