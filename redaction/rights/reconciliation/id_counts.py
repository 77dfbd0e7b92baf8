"""Count the distinct ids of columns, in memory that does not grow with the rows."""

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from redaction.tables import INDEX_BLOCK_ROWS

IDS: Final = pl.Schema({"id": pl.String, "rows": pl.UInt32})
"""Distinct ids, and in how many rows each is."""
AT_ONCE: Final = 8 * INDEX_BLOCK_ROWS
"""How many ids of posts are in memory at a time: some ten megabytes."""
_MERGED: Final = 8 * AT_ONCE
"""From so many ids on, those of several batches are merged."""


def count_ids(batches: Iterable[pl.Series]) -> pl.DataFrame:
    """Count the distinct ids of a column that comes in batches.

    Args:
        batches: ids; nulls are not counted.

    Returns:
        id, rows. About twice as many rows as this has are in memory at a time, however many batches there are.
    """
    counted, waiting, size = IDS.to_frame(), list[pl.DataFrame](), 0
    for batch in batches:
        distinct = distinct_ids(batch.to_frame().lazy())
        waiting.append(distinct.with_columns(compact(distinct["id"])))
        size += waiting[-1].height
        if size > max(counted.height, _MERGED):
            counted, waiting, size = _sums([counted, *waiting]), [], 0
            counted = counted.with_columns(compact(counted["id"]))
    return _sums([counted, *waiting])


def compact(ids: pl.Series) -> pl.Series:
    """Copy strings: what Polars selects of a column keeps all strings of that column in memory."""
    return pl.Series(ids.name, ids.to_arrow(compat_level=pl.CompatLevel.oldest()))


def _sums(counts: list[pl.DataFrame]) -> pl.DataFrame:
    """Add up counts of ids."""
    return pl.concat(counts).group_by("id").agg(pl.col("rows").sum())


def distinct_ids(column: pl.LazyFrame) -> pl.DataFrame:
    """Return the distinct ids of the only column, and how many rows have each (`IDS`)."""
    named = column.select(pl.first().alias("id")).drop_nulls().group_by("id").agg(pl.len().alias("rows"))
    return named.select(IDS.names()).collect(engine="streaming")


def distinct_authors(posts: pl.LazyFrame) -> tuple[pl.Series, int]:
    """Return the distinct authors, and how many posts have one: in a third of the time that counting each takes."""
    distinct, waiting, rows = pl.Series("author_id", [], pl.String), list[pl.Series](), 0
    for block in blocks_of(posts, "author_id"):
        ids = block.drop_nulls()
        rows += ids.len()
        waiting.append(compact(ids.unique()))
        if sum(each.len() for each in waiting) > max(distinct.len(), _MERGED):
            distinct, waiting = compact(pl.concat([distinct, *waiting]).unique()), []
    return pl.concat([distinct, *waiting]).unique(), rows


def size_of(ids: pl.DataFrame) -> tuple[int, int]:
    """Return how many ids there are (`IDS`), and in how many rows."""
    return ids.height, int(ids["rows"].sum())


def without(ids: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    """Drop the rows whose id is known."""
    return ids.join(known.alias("id").to_frame(), on="id", how="anti")


def blocks_of(posts: pl.LazyFrame, column: str) -> Iterator[pl.Series]:
    """Yield a column in blocks that are not empty."""
    values = posts.select(column)
    rows = int(values.select(pl.len()).collect().item())
    for start in range(0, rows, AT_ONCE):
        yield values.slice(start, AT_ONCE).collect()[column]
