"""Chooses between readings of the same digits: the cover of a text that explains its digits best."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from redaction.detection.entities import EntityType


class Reading(NamedTuple):
    """One way to read characters `[start, end)` of a text.

    `entity_type` is None for a number of no person: a time, a price, a version. `weight` says how sure the reading is;
    `digits` is how many digits it explains.
    """

    start: int
    end: int
    digits: int
    weight: float
    entity_type: EntityType | None = None
    score: float = 0.0


_PER_READING = 0.5
"""What each reading costs, so that one long reading wins over two short ones of the same digits."""


def best_cover(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings that do not overlap and whose weighted digits add up to most, sorted by start.

    Weighted interval scheduling: n readings take n log n steps.
    """
    ordered = sorted(readings, key=attrgetter("end", "start"))
    ends = [reading.end for reading in ordered]
    values, chosen = [0.0], list[bool]()
    before = [bisect_right(ends, reading.start, 0, i) for i, reading in enumerate(ordered)]
    for i, reading in enumerate(ordered):
        value = values[before[i]] + reading.weight * reading.digits - _PER_READING
        chosen.append(value > values[i])
        values.append(max(value, values[i]))
    cover, i = [], len(ordered)
    while i:
        if chosen[i - 1]:
            cover.append(ordered[i - 1])
            i = before[i - 1]
        else:
            i -= 1
    return cover[::-1]
