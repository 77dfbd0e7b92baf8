"""TF-IDF vectors of words and of characters, hashed to a fixed number of columns."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from redaction.release.gates.linkage.tokens import Hashes, Integers, Words, character_ngrams

_BITS: Final = 18
_COLUMNS: Final = 1 << _BITS
_COMMON: Final = 0.1
"""A column that more than this share of the profiles have says little of what they are about, and costs most time."""
_TEXTS: Final = 2_000
"""How many texts are split into n-grams of characters at a time."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each column: how rare it is among the profiles."""

    idf: npt.NDArray[np.float32]
    telling: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, counts: sparse.csr_array, common: float = _COMMON) -> "Weights":
        """Measure the rarity of the columns in the counts of some texts; those that more texts have are not telling."""
        having, rows = np.bincount(counts.indices, minlength=_COLUMNS), counts.shape[0]
        return cls(np.log((rows + 1) / (having + 1)).astype(np.float32) + 1, having <= max(common * rows, 2))

    def vectors(self, counts: sparse.csr_array) -> sparse.csr_array:
        """Return unit vectors, of which only the telling columns are left. The counts are lost."""
        values = counts.data
        np.log(values, out=values)
        values += 1
        values *= self.idf[counts.indices]
        rows = np.repeat(np.arange(counts.shape[0], dtype=np.int32), np.diff(counts.indptr))
        lengths = np.sqrt(np.bincount(rows, np.square(values), counts.shape[0])).astype(np.float32)
        values /= np.maximum(lengths, 1e-9)[rows]
        values *= self.telling[counts.indices]
        counts.eliminate_zeros()
        return counts


class OwnWords:
    """How many words each text shares with one profile, its author's, without vectors of the texts."""

    def __init__(self, profiles: sparse.csr_array, weights: Weights) -> None:
        """Prepare the profiles, as vectors of words and pairs of words."""
        rows = np.repeat(np.arange(profiles.shape[0]), np.diff(profiles.indptr))
        self._keys = rows << _BITS | profiles.indices
        self._values = profiles.data
        self._idf = weights.idf
        self._known = KnownKeys(_mixed(self._keys))

    def cosines(self, words: Words, profiles: Integers) -> npt.NDArray[np.float32]:
        """Return how near each text is to the profile with its number; 0 for the number -1.

        As the cosine of both vectors, but that a word of the text counts as often as it is there.
        """
        texts, columns = _occurrences(words)
        keys = profiles[texts] << _BITS | columns
        squares = np.bincount(texts, np.square(self._idf[columns]), len(profiles))
        shared = np.flatnonzero((profiles[texts] >= 0) & self._known.maybe(_mixed(keys)))
        distinct = np.unique(texts[shared] << _BITS | columns[shared])
        text, column = distinct >> _BITS, distinct & (_COLUMNS - 1)
        keys = profiles[text] << _BITS | column
        at = np.minimum(np.searchsorted(self._keys, keys), max(len(self._keys) - 1, 0))
        products = self._idf[column] * self._values[at] * (self._keys[at] == keys) if len(self._keys) else 0.0 * column
        cosines = np.bincount(text, products, len(profiles)) / np.sqrt(np.maximum(squares, 1e-9))
        return cosines.astype(np.float32)


class KnownKeys:
    """Says quickly of most hashes that they are none of some keys."""

    _MOST = 24

    def __init__(self, keys: Hashes) -> None:
        """Mark the keys in a table of at least 32 cells each, if that is not too large."""
        bits = min(max((32 * len(keys)).bit_length(), 8), self._MOST)
        self._shift = np.uint64(64 - bits)
        self._cells = np.zeros(1 << bits, np.bool_)
        self._cells[keys >> self._shift] = True

    def maybe(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Return which hashes may be keys. No key is missed."""
        marked: npt.NDArray[np.bool_] = self._cells[hashes >> self._shift]
        return marked


def count_words(words: Words, texts: int) -> sparse.csr_array:
    """Count words and pairs of words, one row a text."""
    return _counted(*_occurrences(words), texts)


def count_characters(texts: pl.Series) -> sparse.csr_array:
    """Count n-grams of the letters and numbers of folded texts, one row a text."""
    return count_signs(texts.str.replace_all(r"[^\p{L}\p{N}]+", " "))


def count_signs(texts: pl.Series) -> sparse.csr_array:
    """Count n-grams of all characters, one row a text."""
    parts = [_counted_characters(texts[first : first + _TEXTS]) for first in range(0, len(texts), _TEXTS)]
    return sparse.vstack(parts, "csr") if len(parts) != 1 else parts[0]


def _counted_characters(texts: pl.Series) -> sparse.csr_array:
    numbers, hashes = character_ngrams(texts)
    return _counted(numbers, _columns(hashes), len(texts))


def _occurrences(words: Words) -> tuple[Integers, Integers]:
    """Return the number of the text and the column of each word and each pair of words."""
    first, pairs = words.sequences(2)
    return np.concatenate([words.text, words.text[first]]), _columns(np.concatenate([words.hashes, pairs]))


def _columns(hashes: Hashes) -> Integers:
    return ((hashes ^ (hashes >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93) >> np.uint64(64 - _BITS)).astype(
        np.int64
    )


def _mixed(keys: Integers) -> Hashes:
    return keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def _counted(numbers: Integers, columns: Integers, texts: int) -> sparse.csr_array:
    cells = np.sort(numbers << _BITS | columns)
    first = np.flatnonzero(np.concatenate([[True], cells[1:] != cells[:-1]])) if len(cells) else np.zeros(0, np.int64)
    counts = np.diff(np.append(first, len(cells))).astype(np.float32)
    cells = cells[first]
    ends = np.cumsum(np.bincount(cells >> _BITS, minlength=texts))
    columns = (cells & (_COLUMNS - 1)).astype(np.int32)
    return sparse.csr_array((counts, columns, np.concatenate([[0], ends]).astype(np.int32)), (texts, _COLUMNS))
