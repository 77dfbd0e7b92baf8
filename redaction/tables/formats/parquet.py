"""Parquet: the row groups are its own."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from redaction.storage import StoragePath, open_binary, open_parquet
from redaction.tables.formats.content import BATCH_ROWS, Content
from redaction.tables.formats.expansion import check_expansion
from redaction.tables.settings import FileLimits

_DEFAULT = FileLimits()
_FOOTER_END, _SIGNATURE = 8, 28
"""Bytes of the length of the footer and the magic number; bytes of the nonce and the tag after a signed footer."""


@dataclass(frozen=True, slots=True)
class ParquetLayout:
    """A Parquet file."""

    path: StoragePath
    schema: pa.Schema
    rows: int
    row_groups: int
    variant: str = ""
    limits: FileLimits = _DEFAULT

    @classmethod
    def of(cls, path: StoragePath, limits: FileLimits = _DEFAULT) -> Self:
        """Read the footer. Raises pyarrow's errors, or OSError."""
        with open_parquet(path) as file:
            metadata = file.metadata
            return cls(path, file.schema_arrow, metadata.num_rows, metadata.num_row_groups, limits=limits)

    @contextmanager
    def open(self) -> Iterator[Content]:
        """Open the file. Raises pa.ArrowInvalid where columns of it are encrypted."""
        with open_parquet(self.path) as file:
            if _is_signed(self.path, file):
                raise pa.ArrowInvalid("encrypted columns")
            yield _ParquetContent(file, self.path, self.limits)


@dataclass(frozen=True, slots=True)
class _ParquetContent:
    file: pq.ParquetFile
    path: StoragePath
    limits: FileLimits

    def batches(self, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        check_expansion(self.path, self.file, group, columns, self.limits)
        yield from self.file.iter_batches(BATCH_ROWS, [group], columns=list(columns), use_threads=False)

    def group_bytes(self, group: int) -> int:
        return int(self.file.metadata.row_group(group).total_byte_size)


def _is_signed(path: StoragePath, file: pq.ParquetFile) -> bool:
    """Whether the footer has a signature, as that of a file with encrypted columns has. Asking for one ends Python."""
    with open_binary(path) as content:
        content.seek(-_FOOTER_END, os.SEEK_END)
        length = int.from_bytes(content.read(4), "little")
    return length - int(file.metadata.serialized_size) == _SIGNATURE
