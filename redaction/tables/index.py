"""An index of the posts without their texts: what the rules need, and where each text stands."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from redaction.tables.files import TableFile
from redaction.tables.partitions import PartitionSettings, partition_key
from redaction.tables.quarantine import QuarantineReason
from redaction.tables.reading import LOCATOR, QUARANTINE, read_batches
from redaction.tables.schemas import TABLES, Table, TableName
from redaction.tables.sorting import Sorter

INDEX_COLUMNS = (
    "post_id",
    "author_id",
    "created_at",
    "kind",
    "context",
    "in_reply_to",
    "repost_of",
    "quote_of",
    "mentions",
)


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """A table held in memory: well-formed rows with their locator, and those set aside."""

    rows: pl.DataFrame
    quarantined: pl.DataFrame

    @property
    def input(self) -> int:
        """How many rows were read, well formed or not."""
        return self.rows.height + self.quarantined.height


@dataclass(frozen=True, slots=True)
class PostIndex:
    """What indexing the posts found: rows read, and those set aside (schema `QUARANTINE`)."""

    path: Path
    input: int
    quarantined: pl.DataFrame


def index_posts(files: list[TableFile], path: Path, partitions: PartitionSettings) -> PostIndex:
    """Streams the posts once and writes `INDEX_COLUMNS`, the locator and `partition` to `path`, sorted by id.

    No text, title or link is written. Of rows with one id the first in file order stays; the others go to quarantine.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    table = TABLES[TableName.posts]
    columns = {c: table.schema[c] for c in INDEX_COLUMNS}
    read, quarantined = 0, [pl.DataFrame(schema=QUARANTINE)]
    schema = pl.Schema(columns | dict(LOCATOR) | {"partition": pl.String})
    with Sorter(path, "post_id", schema, sum(file.rows for file in files)) as sorter:
        for batch in read_batches(table, files, INDEX_COLUMNS):
            read += batch.rows.height + batch.quarantined.height
            quarantined.append(batch.quarantined)
            sorter.add(batch.rows.with_columns(partition_key(pl.col("created_at"), partitions).alias("partition")))
        quarantined.append(_set_aside(table, sorter.finish()))
    return PostIndex(path, read, pl.concat(quarantined))


def read_table(table: Table, files: list[TableFile], columns: list[str] | None = None) -> LoadedTable:
    """A whole table in memory, for those that are small beside the posts.

    Of profiles that share an id none stays: which of them tells the truth cannot be known.
    """
    batches = list(read_batches(table, files, columns))
    wanted = columns or list(table.schema)
    rows = pl.concat(
        [
            pl.DataFrame(schema={c: table.schema[c] for c in wanted} | dict(LOCATOR)),
            *(b.rows for b in batches),
        ]
    )
    quarantined = pl.concat([pl.DataFrame(schema=QUARANTINE), *(b.quarantined for b in batches)])
    if table.name is TableName.profiles:
        repeated = rows.filter(pl.col("user_id").is_duplicated())
        rows = rows.filter(~pl.col("user_id").is_duplicated())
        quarantined = pl.concat([quarantined, _set_aside(table, repeated)])
    return LoadedTable(rows, quarantined)


def _set_aside(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.lit(table.name.value).alias("source"),
        *LOCATOR,
        pl.col(str(table.key)).alias("source_id"),
        pl.lit(QuarantineReason.duplicate_id.value).alias("reason"),
    ).cast(QUARANTINE)
