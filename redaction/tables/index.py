"""Index the posts without their text, and load small tables into memory."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from redaction.execution.progress import track
from redaction.tables.errors import TablesError
from redaction.tables.files import TableFile
from redaction.tables.partitions import PartitionSettings, partition_key
from redaction.tables.reading import read_batches
from redaction.tables.schemas import LOCATOR, TABLES, Table, TableName
from redaction.tables.settings import Duplicates
from redaction.tables.sorting import Sorter
from redaction.tables.validation import QUARANTINE, QuarantineReason, quarantine

INDEX_COLUMNS = (
    "post_id", "author_id", "created_at", "kind", "in_reply_to", "repost_of", "quote_of", "mentions",
)  # fmt: skip
"""The columns of the index that are those of the posts."""

CONTEXT_TERMS: Final = "context_terms"
"""The column of the index with the terms that the context of a post shows, in place of the context."""

LINK_SIGNALS: Final = "link_signals"
"""The column of the index with the signals of others that a post links to, in place of its links."""

_CONTEXT: Final = "context"

_CHANGED = "updated_at"
"""When a post was last changed: the newest row of a post has the latest."""

_DUPLICATE = pl.lit(QuarantineReason.duplicate_id.value)


@dataclass(frozen=True, slots=True)
class LinkSearch:
    """How links are found: the columns of posts that may have some, and what returns a list for each post."""

    columns: tuple[str, ...]
    found_in: Callable[[pl.DataFrame], pl.Series]


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """A table in memory: well-formed rows with `LOCATOR`, and the others as `QUARANTINE`."""

    rows: pl.DataFrame
    quarantined: pl.DataFrame

    @property
    def input(self) -> int:
        """The number of rows read, well formed or not."""
        return self.rows.height + self.quarantined.height


@dataclass(frozen=True, slots=True)
class PostIndex:
    """The index of the posts: its file, the number of rows read, and the quarantined rows as `QUARANTINE`."""

    path: Path
    input: int
    quarantined: pl.DataFrame


def index_posts(  # noqa: PLR0913, PLR0917 - each is independent of the others
    files: list[TableFile],
    path: Path,
    partitions: PartitionSettings,
    terms: Callable[[pl.Series], pl.Series],
    duplicates: Duplicates = Duplicates.first,
    links: LinkSearch | None = None,
) -> PostIndex:
    """Stream the posts once and write their index as Parquet, sorted by id.

    Its columns are `INDEX_COLUMNS`, `CONTEXT_TERMS`, `LINK_SIGNALS`, `LOCATOR` and `partition`. No text, title, context
    or link is written, neither to the index nor to the temporary file beside it.

    Args:
        files: The files of the posts.
        path: The file to write.
        partitions: How the posts are divided.
        terms: Returns, for each context, a list of the terms that it shows.
        duplicates: Which of several rows with the same id is used: the first in file order, or the newest by
            `updated_at`, at the same time the last. The others are quarantined. Of a post with a malformed row none
            is used: that row may be the one in which its author removed the text.
        links: How the signals are found that posts link to; none are by default. Only then are texts read.

    Returns:
        The index.

    Raises:
        TablesError: There are duplicates and they are to be refused; or no file has the time of a change.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    table = TABLES[TableName.posts]
    newest = duplicates is Duplicates.newest
    if newest and files and not any(_CHANGED in file.file_columns for file in files):
        raise TablesError(
            f"inputs.posts.duplicates: newest needs {_CHANGED}, which no file has; map it with "
            f"inputs.posts.columns.{_CHANGED}"
        )
    names = (*INDEX_COLUMNS, _CHANGED) if newest else INDEX_COLUMNS
    lists = dict.fromkeys((CONTEXT_TERMS, LINK_SIGNALS), pl.List(pl.String))
    columns = {c: table.schema[c] for c in names} | lists
    linking = tuple(c for c in links.columns if c not in names) if links else ()
    read, quarantined = 0, [pl.DataFrame(schema=QUARANTINE)]
    schema = pl.Schema(columns | dict(LOCATOR) | {"partition": pl.String})
    expected = sum(file.rows for file in files)
    with Sorter(path, "post_id", schema, expected, _CHANGED if newest else None) as sorter:
        batches = read_batches(table, files, (*names, _CONTEXT, *linking), ("title", "language"))
        for batch in track(batches, "posts", expected, lambda each: each.rows.height + each.quarantined.height):
            read += batch.rows.height + batch.quarantined.height
            quarantined.append(batch.quarantined)
            shown = terms(batch.rows[_CONTEXT]).cast(pl.List(pl.String)).alias(CONTEXT_TERMS)
            partition = partition_key(pl.col("created_at"), partitions).alias("partition")
            found = links.found_in(batch.rows.select(links.columns)) if links else pl.lit(None, pl.List(pl.String))
            linked = found.alias(LINK_SIGNALS)
            sorter.add(batch.rows.with_columns(shown, linked, partition).select(schema.names()))
        malformed = pl.concat(quarantined)["source_id"].drop_nulls()
        repeated = sorter.finish(malformed)
        if duplicates is Duplicates.refuse and repeated.height:
            raise TablesError(_repeated(repeated, files))
        quarantined.append(quarantine(table, repeated, _DUPLICATE))
    return PostIndex(path, read, pl.concat(quarantined))


def _repeated(rows: pl.DataFrame, files: list[TableFile]) -> str:
    """Describe the rows whose id another row has."""
    number, group, row = rows.select(LOCATOR.names()).sort(LOCATOR.names()).row(0)
    return (
        f"inputs.posts: {rows.height} rows have the id of another row, the first of them row {row + 1} of row group "
        f"{group + 1} of {files[number].path.name}; set inputs.posts.duplicates to first or newest, or remove them"
    )


def read_table(table: Table, files: list[TableFile], columns: list[str] | None = None) -> LoadedTable:
    """Read a whole table into memory, for tables that are small beside the posts.

    Args:
        table: The canonical table.
        files: Its files.
        columns: The columns to read, all by default; of profiles `user_id` at least.

    Returns:
        The rows. Profiles that share an id, also with a malformed row, are all quarantined: there is no way to know
        which of them is true.
    """
    batches = list(read_batches(table, files, columns, list(table.schema)))
    schema = {c: table.schema[c] for c in columns or table.schema} | dict(LOCATOR)
    rows = pl.concat([pl.DataFrame(schema=schema), *(batch.rows for batch in batches)])
    quarantined = pl.concat([pl.DataFrame(schema=QUARANTINE), *(batch.quarantined for batch in batches)])
    if table.name is TableName.profiles:
        malformed = quarantined["source_id"].drop_nulls()
        duplicated = rows["user_id"].is_duplicated() | rows["user_id"].is_in(malformed.implode())
        quarantined = pl.concat([quarantined, quarantine(table, rows.filter(duplicated), _DUPLICATE)])
        rows = rows.filter(~duplicated)
    return LoadedTable(rows, quarantined)
