"""What is known of words before any training text is read: vectors, how common each casing is, lists they stand in."""

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
    """Columns of one length, sorted by key, and the tables they point into.

    `rows` (n, 2) point into `vectors` for the lower-case and the capitalised form, `ranks` (n, 2) tell how rare each
    form is (0 most common, 255 never seen), `lists` (n,) are bits in the order of `LISTS`, `senses` (n, s) are
    byte-sized summaries of how a large language model reads the word.
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
        """Give facts (n, FACTS), vectors (n, 2 × width) and senses (n, s); zeros for words it does not hold."""
        wanted = np.array(keys, dtype=np.uint64)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        held = self.keys[at] == wanted
        facts = np.zeros((len(wanted), FACTS), np.float32)
        ranks = np.where(held[:, None], self.ranks[at], 255)
        facts[:, 0] = held
        facts[:, 1:3] = ranks / 255
        facts[:, 3:5] = ranks == 255
        facts[:, 5] = (ranks[:, 0].astype(np.float32) - ranks[:, 1]) / 64 * (ranks.max(1) < 255)
        bits = self.lists[at][:, None] >> np.arange(len(LISTS), dtype=np.uint16) & 1
        facts[:, 6:] = bits * held[:, None]
        vectors = [self._vectors(np.where(held, self.rows[at, form], NO_ROW)) for form in (0, 1)]
        senses = self.senses[at].astype(np.float32) * self.sense_scale * held[:, None]
        return facts, np.concatenate(vectors, axis=1), senses

    def _vectors(self, rows: npt.NDArray[np.uint16]) -> Floats:
        known = rows != NO_ROW
        at = np.where(known, rows, 0)
        result: Floats = self.vectors[at] * (self.vector_scale[at] * known)[:, None]
        return result
