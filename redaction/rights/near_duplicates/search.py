"""Find near copies of protected texts, by MinHash and locality-sensitive hashing.

Texts come in batches, under numbers, and are freed after each batch; what remains is a sketch, a byte a permutation, of
each candidate and of each protected text that may be similar to one. Pairs that may be similar are read again and
compared exactly, so `threshold` is exact; the chance that the bands miss a pair is given in docs/rights.md. The result
for a pair depends on the two texts only, so pairs that were compared before need not be compared again.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.near_duplicates.shingles import Runs, Shingled, add_contents, lowest_numbers, similarities
from redaction.rights.near_duplicates.sketches import Sketches
from redaction.rights.near_duplicates.word_hashes import Counts
from redaction.rights.settings import NearDuplicateSettings

Flags = npt.NDArray[np.bool_]

PAIRS = pl.Schema({"candidate": pl.UInt32, "protected": pl.UInt32})
COPIES = pl.Schema([*PAIRS.items(), ("similarity", pl.Float64())])

_PAIRS_AT_ONCE = 32_768
_COMPARED_AT_ONCE = 8_192
_CANDIDATES_AT_ONCE = 65_536
_MAX_FILTER_BITS = 25
_SLOTS_PER_TEXT = 1024
_MARK_BITS = 22
_MARK_SHIFT = np.uint64(64 - _MARK_BITS)
_ROUNDING = 1e-6


class ShingleFilter:
    """A bitmap of the candidates' shingles, by their first bits, to skip protected texts that share too few of them.

    Two texts whose similarity reaches a threshold share at least that part of the shingles of each.
    """

    def __init__(self, candidates: int) -> None:
        """Size the filter for about so many candidates."""
        bits = min((_SLOTS_PER_TEXT * max(candidates, 1)).bit_length(), _MAX_FILTER_BITS)
        self._shift = np.uint64(64 - bits)
        self._marks = np.zeros(1 << bits, np.bool_)

    def add(self, batch: Shingled) -> Shingled:
        """Mark the shingles of a batch of candidates, and return it."""
        self._marks[batch.hashes >> self._shift] = True
        return batch

    def select(self, batch: Shingled, settings: NearDuplicateSettings, always: Flags) -> Shingled:
        """Select the texts that may be near copies of a candidate, and those with `always` set (by number)."""
        owner = np.repeat(np.arange(batch.ids.len()), batch.sizes)
        shared = np.bincount(owner[self._marks[batch.hashes >> self._shift]], minlength=batch.ids.len())
        enough = shared >= settings.threshold * batch.sizes - _ROUNDING
        return batch.only(np.flatnonzero(enough | always[batch.ids.to_numpy()]))


def sketch_candidates(
    texts: Iterable[Shingled], shingle_filter: ShingleFilter, settings: NearDuplicateSettings
) -> Iterator[Sketches]:
    """Sketch the posts that would be kept, batch by batch, and add them to the filter.

    Args:
        texts: batches of shingles. The size and order of batches make no difference.
        shingle_filter: the filter of all candidates.
        settings: what counts as near.

    Returns:
        The sketches of each batch.
    """
    return (Sketches.of(shingle_filter.add(batch), settings) for batch in texts)


def sketch_protected(
    texts: Iterable[Shingled], shingle_filter: ShingleFilter, always: Flags, settings: NearDuplicateSettings
) -> Sketches:
    """Sketch the protected texts that may be similar to a candidate.

    Args:
        texts: batches as for `sketch_candidates`.
        shingle_filter: the filter that the candidates were added to.
        always: for each number, whether to sketch the text whatever the filter says, since it is compared with
            candidates that were not added.
        settings: as for `sketch_candidates`.

    Returns:
        The sketches; of texts with equal shingles, the one of the lowest number.
    """
    sketches, seen, contents = list[Sketches](), np.zeros(0, np.uint64), [np.zeros(0, np.uint64)]
    numbers = [np.zeros(0, np.uint32)]
    for batch in texts:
        likely = shingle_filter.select(batch, settings, always)
        contents.append(likely.contents)
        numbers.append(likely.ids.to_numpy())
        seen, new = add_contents(seen, contents[-1])
        sketches.append(Sketches.of(likely.only(new), settings))
    lowest = lowest_numbers(np.concatenate(numbers), np.concatenate(contents))
    return Sketches(lowest, Sketches.concat(sketches, settings).sketches)


def likely_copies(candidates: Iterable[Sketches], protected: Sketches, settings: NearDuplicateSettings) -> pl.DataFrame:
    """Find candidates that may be near copies of protected texts: `PAIRS`, in no order."""
    pairs = [_matching(Sketches.concat(block, settings), protected, settings) for block in _in_blocks(candidates)]
    return pl.concat([pl.DataFrame(schema=PAIRS), *pairs])


def near_copies(
    likely: pl.DataFrame, texts: Iterable[pl.DataFrame], settings: NearDuplicateSettings, secret: bytes
) -> pl.DataFrame:
    """Compare likely copies exactly.

    Args:
        likely: `PAIRS`, from `likely_copies`.
        texts: batches of number (UInt32) and text: all in `likely`, each once.
        settings: as for `sketch_candidates`.
        secret: the key of the hashes.

    Returns:
        `COPIES`, sorted by candidate: each once, with the lowest number among the protected texts.
    """
    shingled = Shingled.concat(Shingled.of(Runs.of(batch, settings, secret)) for batch in texts)
    indices = pl.DataFrame({"number": shingled.ids}).with_row_index("index")
    pairs = likely
    for side in PAIRS:
        pairs = pairs.join(indices.rename({"number": side, "index": f"{side}_index"}), on=side, how="inner")
    near = [
        part.with_columns(_similarities(shingled, part["candidate_index"], part["protected_index"]))
        .filter(pl.col("similarity") >= settings.threshold)
        .select(COPIES.names())
        for part in pairs.iter_slices(_COMPARED_AT_ONCE)
    ]
    return (
        pl.concat([pl.DataFrame(schema=COPIES), *near])
        .sort(list(PAIRS))
        .unique("candidate", keep="first", maintain_order=True)
    )


def _similarities(texts: Shingled, ones: pl.Series, others: pl.Series) -> pl.Series:
    indexes = (side.to_numpy().astype(np.int64) for side in (ones, others))
    return pl.Series("similarity", similarities(texts, next(indexes), texts, next(indexes)))


def _in_blocks(batches: Iterable[Sketches]) -> Iterator[list[Sketches]]:
    """Group batches until there are enough texts."""
    block, texts = list[Sketches](), 0
    for batch in batches:
        block.append(batch)
        texts += batch.numbers.size
        if texts >= _CANDIDATES_AT_ONCE:
            yield block
            block, texts = [], 0
    yield block


def _matching(candidates: Sketches, protected: Sketches, settings: NearDuplicateSettings) -> pl.DataFrame:
    """Find the pairs that share a band and whose sketches agree enough: `PAIRS`."""
    few, many = sorted((candidates, protected), key=lambda side: side.numbers.size)
    pairs, marks = np.zeros(0, np.uint64), np.zeros(1 << _MARK_BITS, np.bool_)
    for band in range(settings.bands if few.numbers.size else 0):
        keys = few.band(band, settings)
        order = np.argsort(keys)
        keys, theirs = keys[order], many.band(band, settings)
        marks[keys >> _MARK_SHIFT] = True
        hits = np.flatnonzero(marks[theirs >> _MARK_SHIFT])
        marks[keys >> _MARK_SHIFT] = False
        low, high = (np.searchsorted(keys, theirs[hits], side=side) for side in ("left", "right"))
        for rows, positions in _pairs(hits, low, high):
            mine = order[positions]
            agreeing = (few.sketches[mine] == many.sketches[rows]).mean(axis=1)
            likely = agreeing >= settings.threshold - _slack(settings)
            pairs = np.union1d(pairs, mine[likely].astype(np.uint64) << np.uint64(32) | rows[likely].astype(np.uint64))
    ones, others = few.numbers[pairs >> np.uint64(32)], many.numbers[pairs & np.uint64(0xFFFFFFFF)]
    sides = (ones, others) if few is candidates else (others, ones)
    return pl.DataFrame(dict(zip(PAIRS, sides, strict=True)), schema=PAIRS)


def _slack(settings: NearDuplicateSettings) -> float:
    """Return four standard deviations of the share of agreeing permutations at the threshold."""
    return float(4 * np.sqrt(settings.threshold * (1 - settings.threshold) / settings.permutations))


def _pairs(rows: Counts, low: Counts, high: Counts) -> Iterator[tuple[Counts, Counts]]:
    """Yield every row with every position in its [low, high), a bounded number of pairs at a time."""
    counts = high - low
    ends = np.cumsum(counts)
    start = 0
    total = int(ends[-1]) if ends.size else 0
    while start < total:
        stop = min(start + _PAIRS_AT_ONCE, total)
        flat = np.arange(start, stop)
        owner = np.searchsorted(ends, flat, side="right")
        yield rows[owner], low[owner] + flat - (ends[owner] - counts[owner])
        start = stop
