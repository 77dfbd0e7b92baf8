"""Texts as MinHash sketches: similar texts agree in most permutations.

Sketches are made of keyed hashes. Whoever has the key can test whether a guess at a text is right.
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
    """The sketches of some texts.

    numbers: uint32, the numbers of the texts. sketches: uint8 (texts, permutations), the last byte of each permutation.
    """

    numbers: Numbers
    sketches: SketchMatrix

    @classmethod
    def of(cls, batch: Shingled, settings: NearDuplicateSettings) -> Self:
        """Sketch a batch."""
        return cls(batch.ids.to_numpy().astype(np.uint32), _sketches(batch, settings))

    @classmethod
    def concat(cls, batches: Iterable[Self], settings: NearDuplicateSettings) -> Self:
        """Concatenate batches, and free each as it is copied."""
        remaining = list(batches)
        numbers = np.concatenate([np.zeros(0, np.uint32), *(batch.numbers for batch in remaining)])
        sketches = np.empty((numbers.size, settings.permutations), np.uint8)
        row = 0
        while remaining:
            batch = remaining.pop(0)
            sketches[row : row + batch.numbers.size] = batch.sketches
            row += batch.numbers.size
        return cls(numbers, sketches)

    def only(self, texts: Counts) -> "Sketches":
        """Select texts by index."""
        return Sketches(self.numbers[texts], self.sketches[texts])

    def band(self, number: int, settings: NearDuplicateSettings) -> Hashes:
        """Return the key of each text in a band (uint64), from its bytes read as the widest numbers that divide it."""
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
    """Compute the signatures of a few texts at a time: they come as lists, which must fit the processor's cache."""
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
        hashes[starts[0] : starts[-1]], starts - starts[0], settings.permutations, settings.seed
    )
    return np.array(matrix.to_rows(), dtype=np.uint32)
