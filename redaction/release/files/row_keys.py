"""Hashed keys of rows and records, so that a release is read one row group at a time.

Only two 64-bit hashes per row are held for all rows at once. The probability that two of a billion ids have the same
hash is about 1/40; the effect would be a count that is too small by one.
"""

from collections.abc import Iterable

import polars as pl

from redaction.storage import StoragePath, row_groups

RECORD = pl.struct("source", "record_id").hash().alias("record")
"""The key of a record; stable within one process."""

ROW = pl.struct("record_id", "field").hash().alias("row")
"""The key of a row, that is, of one field of a record."""

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
    """Read the source, field, release, `record` key and `row` key of each row, as `ROW_KEYS`."""
    groups = row_groups(shards, ["record_id", "source", "field", "release"])
    keys = (rows.select(pl.col("source", "field", "release").cast(pl.Categorical), RECORD, ROW) for rows in groups)
    return pl.concat([pl.DataFrame(schema=ROW_KEYS), *keys])


def count_by(rows: pl.DataFrame, column: str, aggregation: pl.Expr | None = None) -> dict[str, int]:
    """Count, or aggregate, the rows of each value of a column, sorted by value."""
    counted = rows.group_by(pl.col(column).cast(pl.String)).agg(pl.len() if aggregation is None else aggregation)
    return dict(sorted(counted.iter_rows()))
