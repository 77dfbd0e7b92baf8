"""What every format offers: the schema of a file, and the rows of one of its row groups."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

import pyarrow as pa

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
    def schema(self) -> pa.Schema:
        """The columns of the file, by its own names."""

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
