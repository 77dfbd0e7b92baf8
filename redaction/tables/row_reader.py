"""Read single rows of a table's files by their locator."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl
import pyarrow as pa

from redaction.tables.columns import names_in_file
from redaction.tables.errors import TablesError
from redaction.tables.files import TableFile
from redaction.tables.formats import Content, reading_errors
from redaction.tables.schemas import LOCATOR, Table
from redaction.tables.typed_rows import plain_batch, typed_rows

_CACHE_BYTES: Final = 32 * 1024 * 1024
"""The most bytes of a row group that are cached."""


class RowReader:
    """Reads rows of a table's files by their locator. Not thread-safe.

    A small row group is read whole and the last one is cached: where files are in order of time, the rows of one month
    after the other come from the same row groups.
    """

    def __init__(self, table: Table, files: Sequence[TableFile]) -> None:
        """Store the arguments; nothing is read yet."""
        self._table, self._files = table, files
        self._cached: tuple[tuple[int, int, list[str]], list[pa.RecordBatch]] | None = None

    def rows(self, locators: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
        """Read rows. Only their row groups are read, large ones in batches.

        Args:
            locators: The columns of `LOCATOR`, and any others.
            columns: The canonical columns to read.

        Returns:
            `locators` with `columns` added, in the same order.

        Raises:
            TablesError: There is no such row.
        """
        parts = [part[[*LOCATOR, *columns]] for part in self.batches(locators, columns)]
        if sum(part.height for part in parts) != locators.height:
            name = self._table.name
            raise TablesError(f"inputs.{name}: rows are not where they were; the files have changed, so build again")
        if not parts:
            return locators.hstack(pl.DataFrame(schema={c: self._table.schema[c] for c in columns}))
        read = pl.concat(parts)
        if read[LOCATOR.names()].equals(locators[LOCATOR.names()]):
            return locators.hstack(read[list(columns)])
        return locators.join(read, on=list(LOCATOR), how="left", maintain_order="left")

    def batches(self, locators: pl.DataFrame, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Read as `rows` does, one batch at a time; in the order of `locators` if they are sorted by locator."""
        for (number,), in_file in locators.group_by("file", maintain_order=True):
            file = self._files[int(str(number))]
            with reading_errors(file.path, f"inputs.{self._table.name}"), file.layout.open() as content:
                for (group,), in_group in in_file.group_by("row_group", maintain_order=True):
                    names = names_in_file(file.file_columns, columns)
                    start, last = 0, in_group["row"].max()
                    for batch in self._row_group(content, (int(str(number)), int(str(group)), names)):
                        all_in_batch = not start and last < batch.num_rows
                        in_batch = pl.col("row").is_between(start, start + batch.num_rows - 1)
                        chosen = in_group if all_in_batch else in_group.filter(in_batch)
                        if chosen.height:
                            taken = batch.take((chosen["row"] - start).to_arrow())
                            typed = typed_rows(self._table, file, columns, taken)
                            yield chosen.hstack(typed[list(columns)])
                        start += batch.num_rows
                        if start > last:
                            break

    def _row_group(self, content: Content, key: tuple[int, int, list[str]]) -> Iterator[pa.RecordBatch]:
        if self._cached and self._cached[0] == key:
            yield from self._cached[1]
            return
        self._cached = None
        _, group, names = key
        batches = map(plain_batch, content.batches(group, names))
        if content.group_bytes(group) > _CACHE_BYTES:
            yield from batches
            return
        read, size = list[pa.RecordBatch](), 0
        for batch in batches:
            read.append(batch)
            size += batch.nbytes
            if size > _CACHE_BYTES:  # in memory it can be many times larger than in the file
                yield from read
                yield from batches
                return
        self._cached = key, read
        yield from read
