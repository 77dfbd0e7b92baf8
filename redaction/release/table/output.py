"""What a table format must offer for a table that has one release alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import pyarrow as pa


class TableFiles(NamedTuple):
    """The files that the newest version of a table needs: those with rows, and the others."""

    data: frozenset[Path]
    metadata: frozenset[Path]


class TableOutput(Protocol):
    """A table in a folder."""

    def files(self) -> TableFiles | None:
        """List the files of the newest version; None if there is no table."""

    def columns(self) -> list[str]:
        """Name the columns of the newest version."""

    def overwrite(self, rows: Iterator[pa.RecordBatch]) -> None:
        """Replace all rows; the first time, create the table."""

    def remove_history(self) -> None:
        """Remove all files that the newest version does not need."""
