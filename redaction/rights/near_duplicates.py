"""Finds copies of protected content under another name, by MinHash and locality-sensitive hashing.

Texts come in batches and are gone after theirs; what stays is a signature and the hashed shingles of each
protected text, about a kilobyte each. A pair that shares a band is compared exactly, so `threshold` means
what it says; what the bands miss is a matter of chance, given in docs/rights.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
import rensa

from redaction.rights.inputs import RECORD_COLUMNS, Decisions
from redaction.rights.reasons import Reason
from redaction.rights.settings import NearDuplicateSettings
from redaction.rights.shingles import Counts, Hashes, Shingled, similarities

PAIRS = pl.Schema({"candidate_id": pl.String, "protected_id": pl.String})
RULE = "near_duplicates/threshold"

_MOST_PAIRS = 200_000
_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_POSTS = "posts"
_SIEVE_BITS = 25
_SIEVE_SHIFT = np.uint64(64 - _SIEVE_BITS)
_ROUNDING = 1e-6
_TEXTS_AT_ONCE = 1024


def near_duplicates(
    protected_texts: Iterable[pl.DataFrame],
    candidate_texts: Iterable[pl.DataFrame],
    settings: NearDuplicateSettings,
) -> pl.DataFrame:
    """Which candidates are near copies of protected texts.

    Args:
        protected_texts: batches with the columns id and text; the ids from `protected_posts`.
        candidate_texts: batches with the columns id and text: the posts that would be kept.
        settings: what counts as near.

    Returns:
        `PAIRS`, sorted: each candidate that is a copy, once, with one protected text that it copies. The size
        and order of batches make no difference.
    """
    if not settings.enabled:
        return pl.DataFrame(schema=PAIRS)
    index = _Index.of(protected_texts, settings)
    sieve = _Sieve.of(index.texts)
    found = [index.matches(sieve.likely(Shingled.of(batch, settings), settings), settings) for batch in candidate_texts]
    return pl.concat([pl.DataFrame(schema=PAIRS), *found]).sort("candidate_id")


def protected_posts(decisions: Decisions) -> pl.Series:
    """The ids of posts that must not come back as a copy (`Decisions.protected`)."""
    return decisions.protected


def apply_near_duplicates(decisions: Decisions, pairs: pl.DataFrame) -> Decisions:
    """Drop the copies; evidence is the protected post. Records that were dropped anyway keep their reason."""
    later = [reason.value for reason in Reason if reason.code > Reason.NEAR_DUPLICATE.code]
    copies = pairs.lazy().select(
        pl.lit(_POSTS).alias("source"), pl.col("candidate_id").alias("source_id"), "protected_id"
    )
    copied = pl.col("protected_id").is_not_null() & pl.col("reason").is_in(later)
    records = (
        decisions.records.lazy()
        .join(copies, on=["source", "source_id"], how="left", maintain_order="left")
        .with_columns(
            pl.when(copied).then(pl.lit("drop")).otherwise("decision").alias("decision"),
            pl.when(copied).then(pl.lit(RULE)).otherwise("rule").alias("rule"),
            pl.when(copied).then("protected_id").otherwise("evidence_id").alias("evidence_id"),
            pl.when(copied).then(pl.lit(Reason.NEAR_DUPLICATE.value)).otherwise("reason").alias("reason"),
        )
        .select(RECORD_COLUMNS)
        .collect()
    )
    return Decisions(records, decisions.subjects, decisions.protected)


@dataclass(frozen=True, slots=True)
class _Sieve:
    """A mark for each shingle of the protected texts, by its first bits: most candidates share too few of them.

    Two texts whose similarity reaches a threshold share at least that part of the shingles of each.
    """

    marks: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, texts: Shingled) -> Self:
        marks = np.zeros(1 << _SIEVE_BITS, np.bool_)
        marks[texts.hashes >> _SIEVE_SHIFT] = True
        return cls(marks)

    def likely(self, batch: Shingled, settings: NearDuplicateSettings) -> Shingled:
        """The texts of a batch that may be copies."""
        owner = np.repeat(np.arange(batch.ids.len()), batch.sizes)
        shared = np.bincount(owner[self.marks[batch.hashes >> _SIEVE_SHIFT]], minlength=batch.ids.len())
        return batch.only(np.flatnonzero(shared >= settings.threshold * batch.sizes - _ROUNDING))


@dataclass(frozen=True, slots=True)
class _Index:
    """The protected texts, sorted by id, one of each set of shingles; bands hold sorted keys and places."""

    texts: Shingled
    signatures: npt.NDArray[np.uint32]
    bands: tuple[tuple[Hashes, Counts], ...]

    @classmethod
    def of(cls, batches: Iterable[pl.DataFrame], settings: NearDuplicateSettings) -> Self:
        parts = [Shingled.of(batch, settings) for batch in batches]
        texts = _joined(parts)
        signatures = np.concatenate(
            [np.zeros((0, settings.permutations), np.uint32), *(_signatures(p, settings) for p in parts)]
        )
        order = texts.ids.arg_sort().to_numpy().astype(np.int64)
        order = order[_first_of_each(signatures[order])]
        hashes, owner = texts.take(order)
        start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=order.size))]).astype(np.int64)
        signatures = signatures[order]
        bands = []
        for keys in _bands(signatures, settings):
            place = np.argsort(keys, kind="stable")
            bands.append((keys[place], place))
        return cls(Shingled(texts.ids.gather(order), hashes, start), signatures, tuple(bands))

    def matches(self, batch: Shingled, settings: NearDuplicateSettings) -> pl.DataFrame:
        """The pairs of a batch: for each copy, the first in the first band that holds one."""
        signatures = _signatures(batch, settings)
        match = np.full(batch.ids.len(), -1, np.int64)
        for (keys, places), wanted in zip(self.bands, _bands(signatures, settings), strict=True):
            open_rows = np.flatnonzero(match < 0)
            low = np.searchsorted(keys, wanted[open_rows], side="left")
            met = np.flatnonzero(keys.take(low, mode="clip") == wanted[open_rows]) if keys.size else low[:0]
            open_rows, low = open_rows[met], low[met]
            high = np.searchsorted(keys, wanted[open_rows], side="right")
            for rows, spots in _pairs(open_rows, low, high):
                theirs = places[spots]
                near = self._near(batch, rows, signatures, theirs, settings) & (match[rows] < 0)
                match[rows[near][::-1]] = theirs[near][::-1]
        copies = np.flatnonzero(match >= 0)
        return pl.DataFrame(
            {"candidate_id": batch.ids.gather(copies), "protected_id": self.texts.ids.gather(match[copies])},
            schema=PAIRS,
        )

    def _near(
        self,
        batch: Shingled,
        rows: Counts,
        signatures: npt.NDArray[np.uint32],
        theirs: Counts,
        settings: NearDuplicateSettings,
    ) -> npt.NDArray[np.bool_]:
        """Which pairs reach the threshold: clearly different signatures are set aside, the rest compared."""
        agreement = (signatures[rows] == self.signatures[theirs]).mean(axis=1)
        slack = 4 * np.sqrt(settings.threshold * (1 - settings.threshold) / settings.permutations)
        likely = np.flatnonzero(agreement >= settings.threshold - slack)
        near = np.zeros(rows.size, np.bool_)
        if likely.size:
            alike = similarities(batch, rows[likely], self.texts, theirs[likely])
            near[likely] = alike >= settings.threshold
        return near


def _joined(parts: list[Shingled]) -> Shingled:
    ids = pl.concat([pl.Series("id", [], dtype=pl.String), *(part.ids for part in parts)])
    sizes = np.concatenate([np.zeros(0, np.int64), *(part.sizes for part in parts)])
    hashes = np.concatenate([np.zeros(0, np.uint64), *(part.hashes for part in parts)])
    return Shingled(ids, hashes, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))


def _signatures(texts: Shingled, settings: NearDuplicateSettings) -> npt.NDArray[np.uint32]:
    if not texts.ids.len():
        return np.zeros((0, settings.permutations), np.uint32)
    starts = texts.start.astype(np.uint64)
    return np.concatenate(
        [
            _digests(texts.hashes, starts[first : first + _TEXTS_AT_ONCE + 1], settings)
            for first in range(0, texts.ids.len(), _TEXTS_AT_ONCE)
        ]
    )


def _digests(hashes: Hashes, starts: Hashes, settings: NearDuplicateSettings) -> npt.NDArray[np.uint32]:
    """The signatures of some neighbours: they come as lists of numbers, so few at a time stay in the cache."""
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
        hashes[starts[0] : starts[-1]], starts - starts[0], settings.permutations, settings.seed
    )
    return np.array(matrix.to_rows(), dtype=np.uint32)


def _first_of_each(signatures: npt.NDArray[np.uint32]) -> Counts:
    """The places at which a signature stands for the first time."""
    told, width = signatures.tobytes(), signatures.itemsize * signatures.shape[1]
    first: dict[bytes, int] = {}
    for place in range(signatures.shape[0]):
        first.setdefault(told[place * width : (place + 1) * width], place)
    return np.fromiter(first.values(), np.int64, len(first))


def _bands(signatures: npt.NDArray[np.uint32], settings: NearDuplicateSettings) -> Iterator[Hashes]:
    """One key for each band of each signature."""
    rows = settings.permutations // settings.bands
    for band in range(settings.bands):
        keys = np.zeros(signatures.shape[0], np.uint64)
        for column in range(band * rows, (band + 1) * rows):
            keys = (keys ^ signatures[:, column]) * _FACTOR
            keys ^= keys >> np.uint64(32)
        yield keys


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
