"""Finds copies of protected content under another name, by MinHash and locality-sensitive hashing.

Texts come in batches, under numbers, and are gone after theirs; what stays is a sketch, a byte a permutation, of each
candidate and of each protected text that may be like one. Texts that may be alike are then read once more and compared
exactly, so `threshold` means what it says; what the bands miss is a matter of chance, given in docs/rights.md. Whether
two texts are found alike depends on nothing but the two: pairs that were looked at need not be looked at again.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.near_duplicates.shingles import Runs, Shingled, similarities
from redaction.rights.near_duplicates.sketches import Numbers, Sketches
from redaction.rights.near_duplicates.word_hashes import Counts, Hashes
from redaction.rights.settings import NearDuplicateSettings

Flags = npt.NDArray[np.bool_]

PAIRS = pl.Schema({"candidate": pl.UInt32, "protected": pl.UInt32})

_MOST_PAIRS = 32_768
_COMPARED_AT_ONCE = 8_192
_CANDIDATES_AT_ONCE = 65_536
_MOST_SIEVE_BITS = 25
_PLACES_A_TEXT = 1024
_MARK_BITS = 22
_MARK_SHIFT = np.uint64(64 - _MARK_BITS)
_ROUNDING = 1e-6


class ShingleFilter:
    """A mark for each shingle of the candidates, by its first bits: most protected texts share too few of them.

    Two texts whose similarity reaches a threshold share at least that part of the shingles of each.
    """

    def __init__(self, candidates: int) -> None:
        """`candidates` is about how many there are; of few, the sieve is small, and quick."""
        bits = min((_PLACES_A_TEXT * max(candidates, 1)).bit_length(), _MOST_SIEVE_BITS)
        self._shift = np.uint64(64 - bits)
        self._marks = np.zeros(1 << bits, np.bool_)

    def marked(self, batch: Shingled) -> Shingled:
        """The batch, once its shingles are marked."""
        self._marks[batch.hashes >> self._shift] = True
        return batch

    def worth_a_look(self, texts: Runs, settings: NearDuplicateSettings, always: Flags) -> Flags:
        """Which texts `likely` might give, told before their runs are sorted."""
        shared = np.bincount(texts.owner[self._marks[texts.hashes >> self._shift]], minlength=texts.ids.len())
        enough = shared >= settings.threshold * texts.distinct_at_least() - _ROUNDING
        worth: Flags = enough | always[texts.ids.to_numpy()]
        return worth

    def likely(self, batch: Shingled, settings: NearDuplicateSettings, always: Flags) -> Shingled:
        """The texts of a batch that may be copies of what was marked, and those that `always` (by number) tells."""
        owner = np.repeat(np.arange(batch.ids.len()), batch.sizes)
        shared = np.bincount(owner[self._marks[batch.hashes >> self._shift]], minlength=batch.ids.len())
        enough = shared >= settings.threshold * batch.sizes - _ROUNDING
        return batch.only(np.flatnonzero(enough | always[batch.ids.to_numpy()]))


def sketch_candidates(
    texts: Iterable[pl.DataFrame], sieve: ShingleFilter, settings: NearDuplicateSettings, secret: bytes
) -> Iterator[Sketches]:
    """The sketches of the posts that would be kept, batch by batch; their shingles are marked in the sieve.

    Args:
        texts: batches with the columns number (UInt32) and text. The size and order of batches make no difference.
        sieve: the one for all candidates.
        settings: what counts as near.
        secret: what the sketches follow from; the same for all texts that are compared.
    """
    return (Sketches.of(sieve.marked(batch), settings) for batch in _shingled(texts, settings, secret))


def sketch_protected(
    texts: Iterable[pl.DataFrame], sieve: ShingleFilter, always: Flags, settings: NearDuplicateSettings, secret: bytes
) -> Sketches:
    """The sketches of what nobody may repeat, so far as it may be like a candidate. Of texts that are the same but for
    case and the like, the one of the lowest number.

    Args:
        texts: batches as for `sketch_candidates`.
        sieve: one in which candidates are marked.
        always: for each number whether to sketch the text whatever the sieve says, since there are candidates that are
            not marked.
        settings: the same.
        secret: the same.
    """
    sketches, met, contents = list[Sketches](), np.zeros(0, np.uint64), [np.zeros(0, np.uint64)]
    numbers = [np.zeros(0, np.uint32)]
    for batch in texts:
        runs = Runs.of(batch, settings, secret)
        some = runs.only(sieve.worth_a_look(runs, settings, always))
        likely = sieve.likely(Shingled.of(some), settings, always)
        contents.append(likely.contents)
        numbers.append(likely.ids.to_numpy())
        met, new = _met(met, contents[-1])
        sketches.append(Sketches.of(likely.only(new), settings))
    return _numbered(Sketches.joined(sketches, settings), np.concatenate(numbers), np.concatenate(contents))


def likely_copies(candidates: Iterable[Sketches], protected: Sketches, settings: NearDuplicateSettings) -> pl.DataFrame:
    """Which candidates may be near copies of which protected texts: `PAIRS`, in no order."""
    found = [_meeting(Sketches.joined(block, settings), protected, settings) for block in _in_blocks(candidates)]
    return pl.concat([pl.DataFrame(schema=PAIRS), *found])


def near_copies(
    likely: pl.DataFrame, texts: Iterable[pl.DataFrame], settings: NearDuplicateSettings, secret: bytes
) -> pl.DataFrame:
    """Which of the likely copies (`PAIRS`) are copies: each candidate once, with the lowest of the protected texts.

    Args:
        likely: as `likely_copies` gives them.
        texts: batches as for `sketch_candidates`, of all texts that are named in `likely`, each once.
        settings: the same.
        secret: the same.

    Returns:
        `PAIRS`, sorted by candidate.
    """
    read = Shingled.joined(_shingled(texts, settings, secret))
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


def _shingled(batches: Iterable[pl.DataFrame], settings: NearDuplicateSettings, secret: bytes) -> Iterator[Shingled]:
    return (Shingled.of(Runs.of(batch, settings, secret)) for batch in batches)


def _in_blocks(batches: Iterable[Sketches]) -> Iterator[list[Sketches]]:
    """The batches, put together until there are enough texts."""
    waiting, texts = list[Sketches](), 0
    for batch in batches:
        waiting.append(batch)
        texts += batch.numbers.size
        if texts >= _CANDIDATES_AT_ONCE:
            yield waiting
            waiting, texts = [], 0
    yield waiting


def _met(before: Hashes, contents: Hashes) -> tuple[Hashes, Counts]:
    """All contents met so far, sorted, and the places of those that were not met before, each once."""
    told, first = np.unique(contents, return_index=True)
    at = np.searchsorted(before, told)
    new = np.ones(told.size, np.bool_)
    new[at < before.size] = before[at[at < before.size]] != told[at < before.size]
    return np.insert(before, at[new], told[new]), np.sort(first[new])


def _numbered(texts: Sketches, numbers: Numbers, contents: Hashes) -> Sketches:
    """The texts, one of each content, under the lowest of the numbers that have it.

    numbers, contents: of all that were met; `texts` are the first of each content.
    """
    _, first, which = np.unique(contents, return_index=True, return_inverse=True)
    lowest = np.full(first.size, np.iinfo(np.uint32).max, np.uint32)
    np.minimum.at(lowest, which, numbers)
    return Sketches(lowest[which[np.sort(first)]], texts.sketches)


def _meeting(candidates: Sketches, protected: Sketches, settings: NearDuplicateSettings) -> pl.DataFrame:
    """The pairs that share a band, and whose sketches do not differ so much that they cannot be alike."""
    few, many = sorted((candidates, protected), key=lambda side: side.numbers.size)
    found, marks = np.zeros(0, np.uint64), np.zeros(1 << _MARK_BITS, np.bool_)
    for band in range(settings.bands if few.numbers.size else 0):
        keys = few.band(band, settings)
        order = np.argsort(keys)
        keys, theirs = keys[order], many.band(band, settings)
        marks[keys >> _MARK_SHIFT] = True
        met = np.flatnonzero(marks[theirs >> _MARK_SHIFT])
        marks[keys >> _MARK_SHIFT] = False
        low, high = (np.searchsorted(keys, theirs[met], side=side) for side in ("left", "right"))
        for rows, spots in _pairs(met, low, high):
            mine = order[spots]
            agreeing = (few.sketches[mine] == many.sketches[rows]).mean(axis=1)
            likely = agreeing >= settings.threshold - _slack(settings)
            found = np.union1d(found, mine[likely].astype(np.uint64) << np.uint64(32) | rows[likely].astype(np.uint64))
    ones, others = few.numbers[found >> np.uint64(32)], many.numbers[found & np.uint64(0xFFFFFFFF)]
    sides = (ones, others) if few is candidates else (others, ones)
    return pl.DataFrame(dict(zip(PAIRS, sides, strict=True)), schema=PAIRS)


def _slack(settings: NearDuplicateSettings) -> float:
    """How far chance may put the share of agreeing permutations below the similarity: four standard deviations."""
    return float(4 * np.sqrt(settings.threshold * (1 - settings.threshold) / settings.permutations))


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
