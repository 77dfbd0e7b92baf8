"""Facts about words from outside the training texts: vectors, the frequency of each casing, lists of names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
NO_ROW: Final = np.uint16(65535)
LISTS: Final = (
    "given",
    "given, common",
    "family",
    "family, common",
    "city",
    "city, large",
    "country",
    "region",
    "part of a place of several words",
    "people or language",
)
FACTS: Final = 6 + len(LISTS)


@dataclass(frozen=True)
class Lexicon:
    """Columns of one length n, sorted by key, and the tables they point into.

    `rows` (n, 2) are rows in `vectors` of the lower-case and the capitalized form, `ranks` (n, 2) the frequency rank of
    each form (0 most common, 255 never seen), `lists` (n,) bits in the order of `LISTS`, `senses` (n, s) quantized
    summaries of how a large language model encodes the word.
    """

    keys: npt.NDArray[np.uint64]
    rows: npt.NDArray[np.uint16]
    ranks: npt.NDArray[np.uint8]
    lists: npt.NDArray[np.uint16]
    senses: npt.NDArray[np.int8]
    sense_scale: Floats
    vectors: npt.NDArray[np.int8]
    vector_scale: Floats

    def look_up(self, keys: Sequence[int]) -> tuple[Floats, Floats, Floats]:
        """Return facts (n, FACTS), vectors (n, 2 × width) and senses (n, s) of words; zeros for unknown words."""
        key_array = np.array(keys, dtype=np.uint64)
        index = np.minimum(np.searchsorted(self.keys, key_array), len(self.keys) - 1)
        known = self.keys[index] == key_array
        facts = np.zeros((len(key_array), FACTS), np.float32)
        ranks = np.where(known[:, None], self.ranks[index], 255)
        facts[:, 0] = known
        facts[:, 1:3] = ranks / 255
        facts[:, 3:5] = ranks == 255
        facts[:, 5] = (ranks[:, 0].astype(np.float32) - ranks[:, 1]) / 64 * (ranks.max(1) < 255)
        bits = self.lists[index][:, None] >> np.arange(len(LISTS), dtype=np.uint16) & 1
        facts[:, 6:] = bits * known[:, None]
        vectors = [self._vectors(np.where(known, self.rows[index, form], NO_ROW)) for form in (0, 1)]
        senses = self.senses[index].astype(np.float32) * self.sense_scale * known[:, None]
        return facts, np.concatenate(vectors, axis=1), senses

    def _vectors(self, rows: npt.NDArray[np.uint16]) -> Floats:
        known = rows != NO_ROW
        index = np.where(known, rows, 0)
        result: Floats = self.vectors[index] * (self.vector_scale[index] * known)[:, None]
        return result
