"""An index of the posts without their texts: what the rules need, and where each text stands."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction.tables.files import TableFile
from redaction.tables.partitions import PartitionSettings, partition_key
from redaction.tables.quarantine import QuarantineReason
from redaction.tables.reading import LOCATOR, QUARANTINE, read_batches
from redaction.tables.schemas import TABLES, Table, TableName
from redaction.tables.sorting import SAMPLED, WRITTEN, cuts, write_sorted

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
class Rows:
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

    No text, title or link is written. Of rows with one id the first in file order stays; the others go
    to quarantine. Some `BLOCK_ROWS` rows are in memory at a time; of very many posts eight times that, or a 256th.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = path.with_suffix(".raw")
    run = _Run(raw)
    with contextlib.closing(run):
        for batch in read_batches(TABLES[TableName.posts], files, INDEX_COLUMNS):
            key = partition_key(pl.col("created_at"), partitions).alias("partition")
            run.add(batch.rows.with_columns(key), batch.quarantined)
    repeated = pl.DataFrame(schema=QUARANTINE)
    if run.ascending:
        raw.replace(path)
    else:
        repeated = _set_aside(TABLES[TableName.posts], write_sorted(raw, path, "post_id", run.bounds))
        raw.unlink()
    return PostIndex(path, run.read, pl.concat([*run.quarantined, repeated]))


class _Run:
    """Writes rows of posts in the order in which they come, and notes whether that is the order of their ids."""

    def __init__(self, path: Path) -> None:
        table = TABLES[TableName.posts]
        columns = {c: table.schema[c] for c in INDEX_COLUMNS}
        self._schema = pl.DataFrame(schema=columns | dict(LOCATOR) | {"partition": pl.String}).to_arrow().schema
        self._writer = pq.ParquetWriter(path, self._schema, **WRITTEN)
        self._sample: list[pl.Series] = []
        self._last = ""
        self._rows = 0
        self.ascending = True
        self.read = 0
        self.quarantined = [pl.DataFrame(schema=QUARANTINE)]

    def add(self, rows: pl.DataFrame, quarantined: pl.DataFrame) -> None:
        """Takes the next rows."""
        self.read += rows.height + quarantined.height
        self._rows += rows.height
        self.quarantined.append(quarantined)
        self._writer.write_table(rows.to_arrow().cast(self._schema))
        ids = rows["post_id"]
        if not ids.len():
            return
        self.ascending &= self._last < ids[0] and bool((ids > ids.shift()).all())
        self._last = ids[-1]
        self._sample.append(ids.gather_every(SAMPLED))

    @property
    def bounds(self) -> pl.Series:
        """Ids that cut all ids into stretches of about `BLOCK_ROWS`, by those sampled."""
        return cuts(pl.concat(self._sample), self._rows)

    def close(self) -> None:
        """Ends the file."""
        self._writer.close()


def read_table(table: Table, files: list[TableFile], columns: list[str] | None = None) -> Rows:
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
    return Rows(rows, quarantined)


def _set_aside(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.lit(table.name.value).alias("source"),
        *LOCATOR,
        pl.col(str(table.key)).alias("source_id"),
        pl.lit(QuarantineReason.duplicate_id.value).alias("reason"),
    ).cast(QUARANTINE)
