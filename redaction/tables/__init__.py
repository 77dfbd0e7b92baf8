"""Read the input tables: Parquet files in, typed batches and quarantined rows out.

`TABLES` declares each canonical table. `find_files` and `open_table` check a table's files and columns. `read_batches`
streams well-formed rows, `read_table` loads a small table, `index_posts` writes the index of the posts, and
`RowReader` reads single rows by their locator.
"""

from redaction.tables.errors import TablesError
from redaction.tables.files import OpenTable, TableFile, digest_files, find_files, open_table
from redaction.tables.finding import UnreadFiles
from redaction.tables.index import (
    CONTEXT_TERMS,
    LINK_SIGNALS,
    LinkSearch,
    LoadedTable,
    PostIndex,
    index_posts,
    read_table,
)
from redaction.tables.partitions import PARTITION_KEY_FORMAT, Grain, PartitionSettings
from redaction.tables.reading import read_batches
from redaction.tables.row_reader import RowReader
from redaction.tables.schemas import LOCATOR, TABLES, Dtype, Source, TableName
from redaction.tables.settings import Duplicates, InputsSettings, TableSettings
from redaction.tables.sorting import INDEX_BLOCK_ROWS
from redaction.tables.validation import QUARANTINE, QuarantineReason, TypedBatch
from redaction.tables.values.canonical import canonical_id, canonical_ids

__all__ = [
    "CONTEXT_TERMS",
    "INDEX_BLOCK_ROWS",
    "LINK_SIGNALS",
    "LOCATOR",
    "PARTITION_KEY_FORMAT",
    "QUARANTINE",
    "TABLES",
    "Dtype",
    "Duplicates",
    "Grain",
    "InputsSettings",
    "LinkSearch",
    "LoadedTable",
    "OpenTable",
    "PartitionSettings",
    "PostIndex",
    "QuarantineReason",
    "RowReader",
    "Source",
    "TableFile",
    "TableName",
    "TableSettings",
    "TablesError",
    "TypedBatch",
    "UnreadFiles",
    "canonical_id",
    "canonical_ids",
    "digest_files",
    "find_files",
    "index_posts",
    "open_table",
    "read_batches",
    "read_table",
]
