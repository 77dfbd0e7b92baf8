"""Parquet: the row groups are its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from redaction.storage import StoragePath, open_parquet
from redaction.tables.formats.content import BATCH_ROWS, Content


@dataclass(frozen=True, slots=True)
class ParquetLayout:
    """A Parquet file."""

    path: StoragePath
    schema: pa.Schema
    rows: int
    row_groups: int
    variant: str = ""

    @classmethod
    def of(cls, path: StoragePath) -> Self:
        """Read the footer. Raises pyarrow's errors, or OSError."""
        with open_parquet(path) as file:
            return cls(path, file.schema_arrow, file.metadata.num_rows, file.metadata.num_row_groups)

    @contextmanager
    def open(self) -> Iterator[Content]:
        """Open the file."""
        with open_parquet(self.path) as file:
            yield _ParquetContent(file)


@dataclass(frozen=True, slots=True)
class _ParquetContent:
    file: pq.ParquetFile

    def batches(self, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from self.file.iter_batches(BATCH_ROWS, [group], columns=list(columns), use_threads=False)

    def group_bytes(self, group: int) -> int:
        return int(self.file.metadata.row_group(group).total_byte_size)
