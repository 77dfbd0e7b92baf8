"""What every format offers: the schema of a file, and the rows of one of its row groups."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

import pyarrow as pa

from redaction.storage import StoragePath

BATCH_ROWS: Final = 16_384
"""The most rows of a batch."""


class Content(Protocol):
    """An open file. Its rows are in numbered row groups, each of which can be read by itself, in a fixed order."""

    def batches(self, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a row group, with some columns of the schema, at most `BATCH_ROWS` at a time."""

    def group_bytes(self, group: int) -> int:
        """Return about how many bytes a row group takes in memory."""


class Layout(Protocol):
    """How a file is to be read. Made once, when its schema is checked; it can be pickled and holds no text."""

    @property
    def path(self) -> StoragePath:
        """The file."""

    @property
    def schema(self) -> pa.Schema:
        """The columns of the file, under the names that it uses."""

    @property
    def rows(self) -> int:
        """The number of rows, or a higher one where only reading them would show it."""

    @property
    def row_groups(self) -> int:
        """The number of row groups."""

    @property
    def variant(self) -> str:
        """A digest of what changes the rows beside the file's own bytes, such as deletions; empty without any."""

    def open(self) -> AbstractContextManager[Content]:
        """Open the file."""


def slices(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Yield a batch in parts of at most `BATCH_ROWS` rows."""
    for start in range(0, batch.num_rows, BATCH_ROWS):
        yield batch.slice(start, BATCH_ROWS)


def take(batch: pa.RecordBatch, rows: pa.Array) -> pa.RecordBatch:
    """Return some rows of a batch, by their numbers. Arrow cannot do that for views, which become plain texts."""
    schema = pa.schema([field.with_type(_without_views(field.type)) for field in batch.schema])
    return (batch if schema.equals(batch.schema) else batch.cast(schema)).take(rows)


def _without_views(dtype: pa.DataType) -> pa.DataType:
    if pa.types.is_string_view(dtype):
        return pa.large_string()
    if pa.types.is_binary_view(dtype):
        return pa.large_binary()
    if pa.types.is_list(dtype):
        return pa.list_(dtype.value_field.with_type(_without_views(dtype.value_type)))
    if pa.types.is_large_list(dtype):
        return pa.large_list(dtype.value_field.with_type(_without_views(dtype.value_type)))
    if pa.types.is_struct(dtype):
        return pa.struct([field.with_type(_without_views(field.type)) for field in dtype])
    return dtype
