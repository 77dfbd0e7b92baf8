"""Columns of posts and profiles, written as Parquet and read by their mapping."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.tables import (
    TABLES,
    TableName,
    TableSettings,
    open_table,
    read_batches,
)

NOON = datetime(2025, 3, 9, 12, tzinfo=UTC)


def posts(**columns: Any) -> dict[str, Any]:
    base = {
        "post_id": ["p1", "p2", "p3"],
        "author_id": ["m1", "m2", "m3"],
        "created_at": pa.array([NOON] * 3, pa.timestamp("us", "UTC")),
        "kind": ["post"] * 3,
        "text": ["one", "two", "three"],
    }
    return base | columns


def opened(folder: Path, columns: dict[str, Any], name: TableName = TableName.posts, **mapping: Any):
    pq.write_table(pa.table(columns), folder / "a.parquet", use_deprecated_int96_timestamps="int96" in folder.name)
    settings = TableSettings.model_validate({"path": str(folder / "a.parquet"), "columns": mapping})
    return open_table(TABLES[name], settings, folder).files


def read(folder: Path, columns: dict[str, Any], name: TableName = TableName.posts, **mapping: Any) -> pl.DataFrame:
    [batch] = read_batches(TABLES[name], opened(folder, columns, name, **mapping))
    return batch.rows


def profiles(folder: Path, **columns: Any) -> pl.DataFrame:
    return read(folder, {"user_id": ["m1", "m2"], **columns}, TableName.profiles)
