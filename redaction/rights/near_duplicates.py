"""Finds copies of protected content under another name, by MinHash and locality-sensitive hashing.

Texts come in batches, under numbers, and are gone after theirs; what stays is a sketch of each protected text, a byte
a permutation. Texts that may be alike are then read once more and compared exactly, so `threshold` means what it says;
what the bands miss is a matter of chance, given in docs/rights.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
import rensa

from redaction.rights.settings import NearDuplicateSettings
from redaction.rights.shingles import Counts, Hashes, Shingled, similarities

PAIRS = pl.Schema({"candidate": pl.UInt32, "protected": pl.UInt32})

Sketches = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.uint32]

_MOST_PAIRS = 32_768
_COMPARED_AT_ONCE = 8_192
_CANDIDATES_AT_ONCE = 65_536
_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_SIEVE_BITS = 25
_SIEVE_SHIFT = np.uint64(64 - _SIEVE_BITS)
_MARK_BITS = 22
_MARK_SHIFT = np.uint64(64 - _MARK_BITS)
_ROUNDING = 1e-6
_TEXTS_AT_ONCE = 1024


def likely_copies(
    protected_texts: Iterable[pl.DataFrame],
    candidate_texts: Iterable[pl.DataFrame],
    settings: NearDuplicateSettings,
) -> pl.DataFrame:
    """Which candidates may be near copies of which protected texts.

    Args:
        protected_texts: batches with the columns number (UInt32) and text: what nobody may repeat. All are read
            before the first candidate is.
        candidate_texts: batches with the same columns: the posts that would be kept.
        settings: what counts as near.

    Returns:
        `PAIRS`, in no order. Of protected texts that are the same to the sketch only the one of the lowest number is
        told. The size and order of batches make no difference.
    """
    if not settings.enabled:
        return pl.DataFrame(schema=PAIRS)
    sieve = _Sieve()
    marked = (_Sketched.of(sieve.marked(batch), settings) for batch in _shingled(protected_texts, settings))
    protected = _Sketched.joined(marked, settings).distinct()
    likely = (_Sketched.of(sieve.likely(batch, settings), settings) for batch in _shingled(candidate_texts, settings))
    found = [_meeting(_Sketched.joined(block, settings), protected, settings) for block in _in_blocks(likely)]
    return pl.concat([pl.DataFrame(schema=PAIRS), *found])


def near_copies(likely: pl.DataFrame, texts: Iterable[pl.DataFrame], settings: NearDuplicateSettings) -> pl.DataFrame:
    """Which of the likely copies (`PAIRS`) are copies: each candidate once, with the lowest of the protected texts.

    Args:
        likely: as `likely_copies` gives them.
        texts: batches as for `likely_copies`, of all texts that are named in `likely`, each once.
        settings: the same.

    Returns:
        `PAIRS`, sorted by candidate.
    """
    read = Shingled.joined(_shingled(texts, settings))
    place = pl.DataFrame({"number": read.ids}).with_row_index("place")
    pairs = likely
    for side in PAIRS:
        pairs = pairs.join(place.rename({"number": side, "place": f"{side}_place"}), on=side, how="inner")
    near = [
        part.filter(pl.Series(_alike(read, part["candidate_place"], part["protected_place"]) >= settings.threshold))
        for part in pairs.iter_slices(_COMPARED_AT_ONCE)
    ]
    lowest = pl.concat([pairs.clear(), *near]).group_by("candidate").agg(pl.col("protected").min())
    return lowest.sort("candidate")


def _alike(texts: Shingled, ones: pl.Series, others: pl.Series) -> npt.NDArray[np.float64]:
    return similarities(texts, ones.to_numpy().astype(np.int64), texts, others.to_numpy().astype(np.int64))


def _shingled(batches: Iterable[pl.DataFrame], settings: NearDuplicateSettings) -> Iterator[Shingled]:
    return (Shingled.of(batch, settings) for batch in batches)


def _in_blocks(batches: Iterable["_Sketched"]) -> Iterator[list["_Sketched"]]:
    """The batches, put together until there are enough texts."""
    waiting, texts = list["_Sketched"](), 0
    for batch in batches:
        waiting.append(batch)
        texts += batch.numbers.size
        if texts >= _CANDIDATES_AT_ONCE:
            yield waiting
            waiting, texts = [], 0
    yield waiting


class _Sieve:
    """A mark for each shingle of the protected texts, by its first bits: most candidates share too few of them.

    Two texts whose similarity reaches a threshold share at least that part of the shingles of each.
    """

    def __init__(self) -> None:
        self._marks = np.zeros(1 << _SIEVE_BITS, np.bool_)

    def marked(self, batch: Shingled) -> Shingled:
        """The batch, once its shingles are marked."""
        self._marks[batch.hashes >> _SIEVE_SHIFT] = True
        return batch

    def likely(self, batch: Shingled, settings: NearDuplicateSettings) -> Shingled:
        """The texts of a batch that may be copies."""
        owner = np.repeat(np.arange(batch.ids.len()), batch.sizes)
        shared = np.bincount(owner[self._marks[batch.hashes >> _SIEVE_SHIFT]], minlength=batch.ids.len())
        return batch.only(np.flatnonzero(shared >= settings.threshold * batch.sizes - _ROUNDING))


@dataclass(frozen=True, slots=True)
class _Sketched:
    """Some texts by number, and of the signature of each the last byte of every permutation."""

    numbers: Numbers
    sketches: Sketches

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

    def distinct(self) -> "_Sketched":
        """One of those that share a sketch, the one of the lowest number; sorted by number."""
        order = np.argsort(self.numbers, kind="stable")
        first = np.unique(_mixed(self.sketches)[order], return_index=True)[1]
        chosen = order[np.sort(first)]
        return _Sketched(self.numbers[chosen], self.sketches[chosen])

    def band(self, number: int, settings: NearDuplicateSettings) -> Hashes:
        """One key for each text."""
        rows = settings.permutations // settings.bands
        return _mixed(self.sketches[:, number * rows : (number + 1) * rows])


def _meeting(candidates: _Sketched, protected: _Sketched, settings: NearDuplicateSettings) -> pl.DataFrame:
    """The pairs that share a band, and whose sketches do not differ so much that they cannot be alike."""
    pairs = np.zeros(0, np.uint64)
    for band in range(settings.bands if candidates.numbers.size and protected.numbers.size else 0):
        keys = candidates.band(band, settings)
        order = np.argsort(keys)
        keys, theirs = keys[order], protected.band(band, settings)
        marks = np.zeros(1 << _MARK_BITS, np.bool_)
        marks[keys >> _MARK_SHIFT] = True
        met = np.flatnonzero(marks[theirs >> _MARK_SHIFT])
        low, high = (np.searchsorted(keys, theirs[met], side=side) for side in ("left", "right"))
        for rows, spots in _pairs(met, low, high):
            mine = order[spots]
            agreeing = (candidates.sketches[mine] == protected.sketches[rows]).mean(axis=1)
            likely = agreeing >= settings.threshold - _slack(settings)
            pairs = np.union1d(pairs, mine[likely].astype(np.uint64) << np.uint64(32) | rows[likely].astype(np.uint64))
    ones, others = candidates.numbers[pairs >> np.uint64(32)], protected.numbers[pairs & np.uint64(0xFFFFFFFF)]
    return pl.DataFrame({"candidate": ones, "protected": others}, schema=PAIRS)


def _slack(settings: NearDuplicateSettings) -> float:
    """How far chance may put the share of agreeing permutations below the similarity: four standard deviations."""
    return float(4 * np.sqrt(settings.threshold * (1 - settings.threshold) / settings.permutations))


def _mixed(sketches: Sketches) -> Hashes:
    """One number for each row."""
    keys = np.zeros(sketches.shape[0], np.uint64)
    for column in sketches.T:
        keys = (keys ^ column) * _FACTOR
        keys ^= keys >> np.uint64(32)
    return keys


def _sketches(texts: Shingled, settings: NearDuplicateSettings) -> Sketches:
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


def _pairs(rows: Counts, low: Counts, high: Counts) -> Iterator[tuple[Counts, Counts]]:
    """Every row with every spot in its [low, high), a bounded number of pairs at a time."""
    counts = high - low
    ends = np.cumsum(counts)
    start = 0
    total = int(ends[-1]) if ends.size else 0
    while start < total:
        stop = min(start + _MOST_PAIRS, total)
        flat = np.arange(start, stop)
        owner = np.searchsorted(ends, flat, side="right")
        yield rows[owner], low[owner] + flat - (ends[owner] - counts[owner])
        start = stop
