"""How labels spread from posts to the posts that refer to them, where each range of posts is spread by itself.

Every post takes the label of the nearest source above it, of equally near ones the lowest. Distance and label are one
number, so the least number wins, and the result does not depend on the order in which numbers arrive. A range spreads
what it received to its end; what leaves it is sent to other ranges, until nothing is sent any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from redaction.rights.records.references import NO_ROW, Rows

Keys = npt.NDArray[np.uint64]
"""A distance in the higher 32 bits, a label in the lower."""
Flags = npt.NDArray[np.bool_]

NO_KEY = np.iinfo(np.uint64).max
_STEP = np.uint64(1 << 32)
_SHIFT = np.uint64(32)
_EDGES_AT_ONCE = 1 << 18
"""How many references are followed at a time: a post may have millions of replies."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Labels on their way to posts: the row numbers of the posts, each once, and the least key of each."""

    rows: Rows
    keys: Keys

    @classmethod
    def none(cls) -> Self:
        """Return nothing sent."""
        return cls(np.zeros(0, np.uint32), np.zeros(0, np.uint64))

    @classmethod
    def merge(cls, parts: "list[Sent]") -> Self:
        """Choose the least key for each row of some parts."""
        rows, keys = (np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "keys"))
        order = np.lexsort((keys, rows))
        rows, keys = rows[order], keys[order]
        first = np.ones(rows.size, np.bool_)
        first[1:] = rows[1:] != rows[:-1]
        return cls(rows[first], keys[first])


def distances(keys: Keys) -> Keys:
    """Return the distance in each key."""
    return keys >> _SHIFT


def labels(keys: Keys) -> Rows:
    """Return the label in each key, `NO_ROW` where there is none."""
    taken: Rows = np.where(keys == NO_KEY, np.uint64(NO_ROW), keys & np.uint64(NO_ROW)).astype(np.uint32)
    return taken


@dataclass(frozen=True, slots=True)
class Range:
    """The posts [first, first + size), and the posts that refer to each of them.

    Those that refer to post first + p are children[start[p]:start[p + 1]], by row number; many are in other ranges.
    """

    first: int
    start: npt.NDArray[np.int64]
    children: Rows

    @classmethod
    def of(cls, first: int, size: int, parents: Rows, children: Rows) -> Self:
        """Sort references, given by the row numbers of the two posts, by the post that is referred to."""
        own = parents - np.uint32(first)
        counts = np.bincount(own, minlength=size)
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        return cls(first, start, children[np.argsort(own, kind="stable")])

    @property
    def size(self) -> int:
        """The number of posts."""
        return self.start.size - 1

    def below(self, rows: Rows, keys: Keys) -> Sent:
        """Return what posts of this range (by row number) with these keys pass on, a step further."""
        return Sent.merge([Sent.none(), *(Sent(*each) for each in self._references(rows, keys))])

    def spread(self, known: Keys, closed: Flags, received: Sent) -> tuple[Rows, Sent]:
        """Spread what was received to its end.

        Args:
            known: The key of each post of the range, or `NO_KEY`; the keys that become less are set.
            closed: The posts that take no key and pass none on.
            received: What was sent to posts of this range.

        Returns:
            The posts whose keys are new, as indices into `known`, and what is sent to other ranges.
        """
        outside, changed = [Sent.none()], [np.zeros(0, np.int64)]
        waiting = received.rows[np.argsort(distances(received.keys), kind="stable")]
        ordered = np.sort(distances(received.keys))
        self._take(known, closed, received)
        level, at = np.zeros(0, np.uint32), 0
        while level.size or at < ordered.size:
            distance = distances(known[level[:1] - self.first])[0] if level.size else ordered[at]
            end = int(np.searchsorted(ordered, distance, side="right"))
            level, at = np.union1d(level, waiting[at:end]).astype(np.uint32), max(at, end)
            keys = known[level - self.first]
            current = (distances(keys) == distance) & (keys != NO_KEY)  # the others are nearer, or closed
            level, keys = level[current], keys[current]
            changed.append(level.astype(np.int64) - self.first)
            below = self.below(level, keys)
            inside = (below.rows >= self.first) & (below.rows < self.first + self.size)
            outside.append(Sent(below.rows[~inside], below.keys[~inside]))
            level = self._take(known, closed, Sent(below.rows[inside], below.keys[inside]))
        return np.unique(np.concatenate(changed)).astype(np.uint32), Sent.merge(outside)

    def _take(self, known: Keys, closed: Flags, received: Sent) -> Rows:
        """Set the keys that are less, and return the row numbers of these posts."""
        own = received.rows - np.uint32(self.first)
        less = ~closed[own] & (received.keys < known[own])
        known[own[less]] = received.keys[less]
        taken: Rows = received.rows[less]
        return taken

    def _references(self, rows: Rows, keys: Keys) -> Iterator[tuple[Rows, Keys]]:
        """Yield the posts that refer to some posts, and the key that each would take, some at a time."""
        own = rows.astype(np.int64) - self.first
        counts = self.start[own + 1] - self.start[own]
        ends = np.cumsum(counts)
        for begin in range(0, int(ends[-1]) if ends.size else 0, _EDGES_AT_ONCE):
            flat = np.arange(begin, min(begin + _EDGES_AT_ONCE, int(ends[-1])))
            owner = np.searchsorted(ends, flat, side="right")
            yield self.children[self.start[own[owner]] + flat - (ends[owner] - counts[owner])], keys[owner] + _STEP
