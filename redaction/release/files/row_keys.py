"""Reads the rows of a release a row group at a time, so that memory does not grow with the release.

What has to be known of all rows at once, which ids there are, is kept as 64-bit hashes: 16 bytes a row. That two of a
billion ids share one has odds of about one in forty; it could only make a count too small by one.
"""

from collections.abc import Iterable

import polars as pl

from redaction.storage import StoragePath, row_groups

RECORD = pl.struct("source", "record_id").hash().alias("record")
"""A record's key: the same for the same source and record_id within one process."""

ROW = pl.struct("record_id", "field").hash().alias("row")
"""The key of a row, that is of a field of a record."""

ROW_KEYS = pl.Schema(
    {
        "source": pl.Categorical(),
        "field": pl.Categorical(),
        "release": pl.Categorical(),
        "record": pl.UInt64(),
        "row": pl.UInt64(),
    }
)


def row_keys(shards: Iterable[StoragePath]) -> pl.DataFrame:
    """For each row its source, field and release, and the keys of its record and of itself."""
    groups = row_groups(shards, ["record_id", "source", "field", "release"])
    return pl.concat([pl.DataFrame(schema=ROW_KEYS), *(keys_of(rows) for rows in groups)])


def keys_of(rows: pl.DataFrame) -> pl.DataFrame:
    """The same of rows that have been read."""
    return rows.select(
        pl.col("source", "field", "release").cast(pl.Categorical),
        RECORD,
        ROW,
    )


def counts_of(values: pl.Series) -> dict[str, int]:
    """How often each value stands there, by name, sorted."""
    return dict(sorted(values.cast(pl.String).value_counts().iter_rows()))


def count_by(keys: pl.DataFrame, column: str, what: pl.Expr) -> dict[str, int]:
    """`what` over the groups of a column, by name, sorted."""
    counted = keys.group_by(pl.col(column).cast(pl.String)).agg(what)
    return dict(sorted(counted.iter_rows()))
