"""Texts as MinHash sketches: alike texts agree in most places.

A sketch is made of hashes that follow from a secret. Who has that can try whether a guess at a text is right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import rensa

from redaction.rights.near_duplicates.shingles import Shingled
from redaction.rights.near_duplicates.word_hashes import Counts, Hashes
from redaction.rights.settings import NearDuplicateSettings

SketchMatrix = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.uint32]

_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_TEXTS_AT_ONCE = 1024
_READ_AT_ONCE = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Sketches:
    """Some texts by number, and of the signature of each the last byte of every permutation (texts, permutations)."""

    numbers: Numbers
    sketches: SketchMatrix

    @classmethod
    def of(cls, batch: Shingled, settings: NearDuplicateSettings) -> Self:
        """The sketches of a batch."""
        return cls(batch.ids.to_numpy().astype(np.uint32), _sketches(batch, settings))

    @classmethod
    def joined(cls, batches: Iterable[Self], settings: NearDuplicateSettings) -> Self:
        """The sketches of some batches, together."""
        each = list(batches)
        numbers = np.concatenate([np.zeros(0, np.uint32), *(batch.numbers for batch in each)])
        sketches = np.empty((numbers.size, settings.permutations), np.uint8)
        row = 0
        while each:
            batch = each.pop(0)
            sketches[row : row + batch.numbers.size] = batch.sketches
            row += batch.numbers.size
        return cls(numbers, sketches)

    def only(self, places: Counts) -> "Sketches":
        """Some of the texts."""
        return Sketches(self.numbers[places], self.sketches[places])

    def band(self, number: int, settings: NearDuplicateSettings) -> Hashes:
        """One key for each text. What can be is read as one number, such as the four bytes of a band of four."""
        rows = settings.permutations // settings.bands
        width = max(size for size in _READ_AT_ONCE if rows % size == 0)
        columns = np.ascontiguousarray(self.sketches).view(f"u{width}").T
        keys = np.zeros(self.numbers.size, np.uint64)
        for column in columns[number * rows // width : (number + 1) * rows // width]:
            keys = (keys ^ column) * _FACTOR
            keys ^= keys >> np.uint64(32)
        return keys


def _sketches(texts: Shingled, settings: NearDuplicateSettings) -> SketchMatrix:
    if not texts.ids.len():
        return np.zeros((0, settings.permutations), np.uint8)
    starts = texts.start.astype(np.uint64)
    return np.concatenate(
        [
            _digests(texts.hashes, starts[first : first + _TEXTS_AT_ONCE + 1], settings).astype(np.uint8)
            for first in range(0, texts.ids.len(), _TEXTS_AT_ONCE)
        ]
    )


def _digests(hashes: Hashes, starts: Hashes, settings: NearDuplicateSettings) -> npt.NDArray[np.uint32]:
    """The signatures of some neighbours: they come as lists of numbers, so few at a time stay in the cache."""
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
        hashes[starts[0] : starts[-1]], starts - starts[0], settings.permutations, settings.seed
    )
    return np.array(matrix.to_rows(), dtype=np.uint32)
