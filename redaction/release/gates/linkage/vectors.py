"""TF-IDF vectors of words and of characters, hashed to a fixed number of columns."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from redaction.release.gates.linkage.tokens import Hashes, Integers, Words, character_ngrams

_COLUMNS: Final = 1 << 18
_COMMON: Final = 0.1
"""A column that more than this share of the profiles have says little, and costs most of the time."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each column: how rare it is among the profiles."""

    idf: npt.NDArray[np.float32]
    telling: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, counts: sparse.csr_array) -> "Weights":
        """Measure the rarity of the columns in the counts of the profiles."""
        having, rows = np.bincount(counts.indices, minlength=_COLUMNS), counts.shape[0]
        return cls(np.log((rows + 1) / (having + 1)).astype(np.float32) + 1, having <= max(_COMMON * rows, 2))

    def vectors(self, counts: sparse.csr_array) -> sparse.csr_array:
        """Return unit vectors, of which only the telling columns are left."""
        values = (1 + np.log(counts.data)) * self.idf[counts.indices]
        weighted = sparse.csr_array((values.astype(np.float32), counts.indices, counts.indptr), counts.shape)
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        weighted.data *= self.telling[weighted.indices] / np.maximum(lengths[rows], 1e-9).astype(np.float32)
        weighted.eliminate_zeros()
        return weighted


def count_words(words: Words, texts: int) -> sparse.csr_array:
    """Count words and pairs of words, one row a text."""
    first, pairs = words.sequences(2)
    numbers = np.concatenate([words.text, words.text[first]])
    return _counted(numbers, np.concatenate([words.hashes, pairs]), texts)


def count_characters(texts: pl.Series) -> sparse.csr_array:
    """Count n-grams of characters, one row a text."""
    return _counted(*character_ngrams(texts), len(texts))


def _counted(numbers: Integers, hashes: Hashes, texts: int) -> sparse.csr_array:
    columns = (hashes >> np.uint64(40)).astype(np.int64) % _COLUMNS
    ones = np.ones(len(columns), np.float32)
    return sparse.csr_array(sparse.coo_array((ones, (numbers, columns)), shape=(texts, _COLUMNS)))
