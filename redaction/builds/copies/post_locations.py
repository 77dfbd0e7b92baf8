"""Where posts are in the inputs, in the order in which these are read; the index has them in the order of their ids."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.storage import row_groups
from redaction.tables import LOCATOR

Flags = npt.NDArray[np.bool_]

_AT_ONCE: Final = 1 << 20
"""Of so many posts the locations are in memory at a time: some fifty megabytes."""
_GROUP: Final = pl.col("file").cast(pl.UInt64) * (1 << 32) + pl.col("row_group")
"""The number of a row group among those of all files, in order."""
_NO_GROUP: Final = 1 << 63


def located(index: Path, which: Flags) -> Iterator[pl.DataFrame]:
    """Yield where some posts are, in the order of the inputs, about a million at a time.

    Args:
        index: The index of the posts.
        which: A flag for each post of the index.

    Yields:
        `LOCATOR` and number, that of the row in the index. Rows of one row group of an input are in one frame.
    """
    bounds = _bounds(index, which)
    for low, high in pairwise([0, *bounds, _NO_GROUP]):
        found = [pl.DataFrame(schema={**LOCATOR, "number": pl.UInt32})]
        for rows in _locations(index, which):
            found.append(rows.filter(_GROUP.is_between(low, high, closed="left")) if bounds else rows)
        yield pl.concat(found).sort(list(LOCATOR))


def _bounds(index: Path, which: Flags) -> list[int]:
    """Return the row groups at which the posts are divided."""
    if which.sum() <= _AT_ONCE:
        return []
    counts = [rows.group_by(_GROUP.alias("group")).len("posts") for rows in _locations(index, which)]
    groups = pl.concat(counts).group_by("group").agg(pl.col("posts").sum()).sort("group")
    parts = groups.select("group", part=(pl.col("posts").cum_sum() - pl.col("posts")) // _AT_ONCE)
    return parts.unique("part", keep="first").sort("group")["group"].to_list()[1:]


def _locations(index: Path, which: Flags) -> Iterator[pl.DataFrame]:
    """Yield where some posts are, in the order of the index, block by block."""
    first = 0
    for rows in row_groups([index], list(LOCATOR)):
        numbers = pl.int_range(first, first + rows.height, dtype=pl.UInt32, eager=True).alias("number")
        yield rows.with_columns(numbers).filter(pl.Series(which[first : first + rows.height]))
        first += rows.height
