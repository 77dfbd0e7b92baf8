"""Is this row well formed? Parquet batches in, typed batches and quarantined rows out."""

from redaction.tables.files import TableFile, TablesError, digest_files, find_files, open_file
from redaction.tables.index import INDEX_COLUMNS, PostIndex, Rows, index_posts, read_table
from redaction.tables.partitions import KEY_FORMAT, Grain, PartitionSettings, partition_key
from redaction.tables.quarantine import QuarantineReason
from redaction.tables.reading import LOCATOR, QUARANTINE, RowReader, TypedBatch, read_batches
from redaction.tables.schemas import (
    OBJECTIONS,
    POSTS,
    PROFILES,
    REGION_SIGNALS,
    RIGHTS_EVENTS,
    TABLES,
    Dtype,
    Source,
    Table,
    TableName,
)
from redaction.tables.settings import InputsSettings, TableSettings
from redaction.tables.sorting import BLOCK_ROWS

__all__ = [
    "BLOCK_ROWS",
    "INDEX_COLUMNS",
    "KEY_FORMAT",
    "LOCATOR",
    "OBJECTIONS",
    "POSTS",
    "PROFILES",
    "QUARANTINE",
    "REGION_SIGNALS",
    "RIGHTS_EVENTS",
    "TABLES",
    "Dtype",
    "Grain",
    "InputsSettings",
    "PartitionSettings",
    "PostIndex",
    "QuarantineReason",
    "RowReader",
    "Rows",
    "Source",
    "Table",
    "TableFile",
    "TableName",
    "TableSettings",
    "TablesError",
    "TypedBatch",
    "digest_files",
    "find_files",
    "index_posts",
    "open_file",
    "partition_key",
    "read_batches",
    "read_table",
]
