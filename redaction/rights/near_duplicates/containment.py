"""Find texts that contain a protected one: quoted in a longer text, over two fields, or with other white space.

A few shingles of each protected text, which few others have, are its anchors. A text with half of them may contain it,
and is compared: the share of the protected text's shingles that it has is at least `contained`. Only hashes are
compared, of 32 bits, so that a text is read once, and need not be read again on later nights.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.near_duplicates.search import COPIES
from redaction.rights.near_duplicates.shingles import Shingled, add_contents, lowest_numbers
from redaction.rights.near_duplicates.word_hashes import Counts
from redaction.rights.settings import NearDuplicateSettings

ShortHashes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.uint32]

_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_LOWEST: Final = 16
_ANCHORS: Final = 8
_RARE: Final = 8
"""A shingle is an anchor if at most so many protected texts have it among their lowest."""
_MARK_SHIFT: Final = np.uint32(8)
_MARKS: Final = 1 << 24
_MOST: Final = 16
"""Of the texts that one may contain, so many are compared: those with most anchors in it."""
_SIZED: Final = pl.Schema({"row": pl.Int64, "text": pl.Int64})


@dataclass(frozen=True, slots=True)
class RowShingles:
    """The distinct shingles of the texts of some rows, as hashes of 32 bits.

    numbers: uint32, those of the rows. sizes: int64, how many shingles each has. hashes: uint32, concatenated.
    """

    numbers: Numbers
    sizes: Counts
    hashes: ShortHashes

    @classmethod
    def of(cls, texts: Shingled) -> Self:
        """Shorten the hashes of texts."""
        return cls(texts.ids.to_numpy(), texts.sizes, (texts.hashes >> _HALF).astype(np.uint32))

    @classmethod
    def concat(cls, parts: Iterable[Self]) -> Self:
        """Concatenate batches."""
        batches = list(parts)
        return cls(
            np.concatenate([np.zeros(0, np.uint32), *(batch.numbers for batch in batches)]),
            np.concatenate([np.zeros(0, np.int64), *(batch.sizes for batch in batches)]),
            np.concatenate([np.zeros(0, np.uint32), *(batch.hashes for batch in batches)]),
        )

    def only(self, rows: npt.NDArray[np.bool_]) -> "RowShingles":
        """Select some of the rows."""
        return RowShingles(self.numbers[rows], self.sizes[rows], self.hashes[np.repeat(rows, self.sizes)])


@dataclass(frozen=True, slots=True)
class Anchors:
    """Protected texts, by index, and their anchors.

    hashes: uint32, the anchors, sorted. texts: int64, the text of each anchor. counts: int64, how many anchors each
    text has. numbers: uint32, those of the texts. start: int64 offsets into shingles. shingles: uint32, of all texts.
    """

    hashes: ShortHashes
    texts: Counts
    counts: Counts
    numbers: Numbers
    start: Counts
    shingles: ShortHashes

    @property
    def sizes(self) -> Counts:
        """How many shingles each text has."""
        return np.diff(self.start)

    def marks(self) -> npt.NDArray[np.bool_]:
        """Return a bitmap of the first bits of all anchors."""
        marks = np.zeros(_MARKS, np.bool_)
        marks[self.hashes >> _MARK_SHIFT] = True
        return marks


class ProtectedShingles:
    """Collects protected texts as they are read: their shingles in a temporary file, equal texts once."""

    def __init__(self, path: Path, settings: NearDuplicateSettings, *, pure: bool = False) -> None:
        """Write to `path`; `pure`: the anchors of a text do not depend on the others, however common they are."""
        self._path, self._settings, self._pure = path, settings, pure
        self._seen, self._contents = np.zeros(0, np.uint64), [np.zeros(0, np.uint64)]
        self._numbers, self._sizes = [np.zeros(0, np.uint32)], [np.zeros(0, np.int64)]
        self._lowest = [(np.zeros(0, np.uint32), np.zeros(0, np.int64))]
        self._count = 0
        path.unlink(missing_ok=True)

    def add(self, texts: Shingled) -> None:
        """Add the texts of a batch with so many distinct shingles as `contained_words` words have, or more."""
        least = self._settings.contained_words - self._settings.shingle_words + 1
        shingled = texts.only(np.flatnonzero(texts.sizes >= least))
        self._contents.append(shingled.contents)
        self._numbers.append(shingled.ids.to_numpy())
        self._seen, new = add_contents(self._seen, self._contents[-1])
        chosen = shingled.only(new)
        hashes = (chosen.hashes >> _HALF).astype(np.uint32)
        with self._path.open("ab") as file:
            file.write(hashes.tobytes())
        owner = np.repeat(np.arange(new.size), chosen.sizes)
        low = np.arange(owner.size) - chosen.start[owner] < _LOWEST  # hashes are sorted within a text
        self._lowest.append((hashes[low], owner[low] + self._count))
        self._sizes.append(chosen.sizes)
        self._count += new.size

    def anchors(self) -> Anchors:
        """Choose the anchors; a text has the lowest number of those that equal it."""
        hashes, texts = (np.concatenate(side) for side in zip(*self._lowest, strict=True))
        rare = np.ones(hashes.size, np.bool_) if self._pure else _counts(hashes) <= _RARE
        hashes, texts = hashes[rare], texts[rare]
        first = np.arange(texts.size) - np.searchsorted(texts, texts) < _ANCHORS  # sorted by text, then by hash
        hashes, texts = hashes[first], texts[first]
        order = np.lexsort((texts, hashes))
        hashes, texts, sizes = hashes[order], texts[order], np.concatenate(self._sizes)
        is_empty = not self._path.exists() or not self._path.stat().st_size
        return Anchors(
            hashes=hashes,
            texts=texts,
            counts=np.bincount(texts, minlength=sizes.size),
            numbers=lowest_numbers(np.concatenate(self._numbers), np.concatenate(self._contents)),
            start=np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
            shingles=np.zeros(0, np.uint32) if is_empty else np.memmap(self._path, np.uint32, "r"),
        )


def _counts(hashes: ShortHashes) -> Counts:
    """Return, for each hash, how many times it occurs."""
    ordered = np.sort(hashes)
    return np.searchsorted(ordered, hashes, side="right") - np.searchsorted(ordered, hashes, side="left")


def find_containers(
    rows: Iterable[RowShingles], protected: Anchors, settings: NearDuplicateSettings, *, most: int | None = _MOST
) -> pl.DataFrame:
    """Find rows that contain a protected text.

    Args:
        rows: batches of rows. Their order makes no difference.
        protected: the protected texts.
        settings: as for the protected texts.
        most: of the texts that a row may contain, so many are compared, those with most anchors in it; None for all.

    Returns:
        `COPIES`, where similarity is the share of the protected text: each row once, with the lowest number.
    """
    found, marks = [pl.DataFrame(schema=COPIES)], protected.marks()
    for batch in rows if protected.hashes.size else ():
        pairs = _likely(batch, protected, marks, most)
        row, text = pairs["row"].to_numpy(), pairs["text"].to_numpy()
        share = _common(batch, protected, row, text) / protected.sizes[text]
        enough = share >= _needed(protected.sizes[text], settings)
        sides = (batch.numbers[row[enough]], protected.numbers[text[enough]], share[enough])
        found.append(pl.DataFrame(dict(zip(COPIES, sides, strict=True)), schema=COPIES))
    return pl.concat(found).sort("candidate", "protected").unique("candidate", keep="first", maintain_order=True)


def _likely(rows: RowShingles, protected: Anchors, marks: npt.NDArray[np.bool_], most: int | None) -> pl.DataFrame:
    """Find the pairs (row, text), by index, of a row with half of the anchors, and two at least, of a text."""
    hits = np.flatnonzero(marks[rows.hashes >> _MARK_SHIFT])
    hashes = rows.hashes[hits]
    low, high = (np.searchsorted(protected.hashes, hashes, side=side) for side in ("left", "right"))
    counts = high - low
    each = np.repeat(np.arange(hits.size), counts)
    if not each.size:
        return pl.DataFrame(schema=_SIZED)
    at = np.arange(each.size) - np.repeat(np.cumsum(counts) - counts, counts) + low[each]
    owner = np.repeat(np.arange(rows.numbers.size, dtype=np.uint64), rows.sizes)[hits]
    pairs, shared = np.unique(owner[each] << _HALF | protected.texts[at].astype(np.uint64), return_counts=True)
    row, text = (pairs >> _HALF).astype(np.int64), (pairs & _LOW).astype(np.int64)
    likely = (shared >= 2) & (2 * shared >= protected.counts[text])
    columns = {"row": row[likely], "text": text[likely], "hits": shared[likely]}
    found = pl.DataFrame(columns | {"number": protected.numbers[text[likely]]})
    if most is not None:
        best = found.sort("row", -pl.col("hits"), "number")
        found = best.filter(pl.int_range(pl.len()).over("row") < most)
    return found.select("row", "text")


def _common(rows: RowShingles, protected: Anchors, row: Counts, text: Counts) -> Counts:
    """Return for each pair how many shingles of the protected text the row has."""
    named, of_pair = np.unique(row, return_inverse=True)
    chosen = np.zeros(rows.numbers.size, np.bool_)
    chosen[named] = True
    theirs = rows.only(chosen)
    having = np.repeat(np.arange(named.size, dtype=np.uint64), theirs.sizes) << _HALF | theirs.hashes
    having.sort()
    sizes = protected.sizes[text]
    pair = np.repeat(np.arange(text.size), sizes)
    at = np.arange(pair.size) - np.repeat(np.cumsum(sizes) - sizes, sizes) + protected.start[text][pair]
    wanted = of_pair[pair].astype(np.uint64) << _HALF | protected.shingles[at]
    position = np.minimum(np.searchsorted(having, wanted), max(having.size - 1, 0))
    return np.bincount(pair[having[position] == wanted] if having.size else pair[:0], minlength=text.size)


def _needed(sizes: Counts, settings: NearDuplicateSettings) -> npt.NDArray[np.float64]:
    """Return the share of each protected text, of so many shingles, that a text must have: all of a short one.

    A sentence or two of everyday wording recur with other numbers and names, and are no copies then.
    """
    return np.where(sizes < 2 * settings.contained_words, 1.0, settings.contained)
