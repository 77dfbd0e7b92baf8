"""Frames of posts, and files of them that are opened for reading."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from redaction.tables import (
    TABLES,
    Grain,
    PartitionSettings,
    TableName,
    TableSettings,
    open_table,
)

POSTS = TABLES[TableName.posts]


NOON = datetime(2025, 3, 9, 12, tzinfo=UTC)


MONTHS = PartitionSettings(grain=Grain.month, start=date(2024, 1, 1))


def posts(**columns: object) -> pl.DataFrame:
    base: dict[str, object] = {
        "post_id": ["p1", "p2", "p3"],
        "author_id": ["m1", "m2", "m3"],
        "created_at": [NOON] * 3,
        "kind": ["post"] * 3,
        "text": ["one", "two", "three"],
    }
    return pl.DataFrame({name: value for name, value in (base | columns).items() if value is not None})


def no_terms(contexts: pl.Series) -> pl.Series:
    return pl.repeat(None, contexts.len(), dtype=pl.List(pl.String), eager=True)


def opened(path: Path, table: TableName = TableName.posts, **columns: str):
    settings = TableSettings.model_validate({"path": str(path), "columns": columns})
    return open_table(TABLES[table], settings, path.parent).files
