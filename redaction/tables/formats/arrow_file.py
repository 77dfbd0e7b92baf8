"""Arrow IPC files, such as Feather version 2: the row groups are their record batches."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyarrow as pa

from redaction.storage import StoragePath, open_binary
from redaction.tables.formats.content import Content, slices


@dataclass(frozen=True, slots=True)
class ArrowLayout:
    """An Arrow IPC file."""

    path: StoragePath
    schema: pa.Schema
    rows: int
    row_groups: int
    variant: str = ""

    @classmethod
    def of(cls, path: StoragePath) -> Self:
        """Read the schema and the lengths of the batches. Raises pyarrow's errors, or OSError."""
        with _source(path) as source:
            schema = pa.ipc.open_file(source).schema
            reader = pa.ipc.open_file(source, options=_options([0] if len(schema) else []))
            sizes = [reader.get_batch(number).num_rows for number in range(reader.num_record_batches)]
        return cls(path, schema, sum(sizes), len(sizes))

    @contextmanager
    def open(self) -> Iterator[Content]:
        """Open the file."""
        with _source(self.path) as source:
            yield _ArrowContent(source, self.schema)


@dataclass(frozen=True, slots=True)
class _ArrowContent:
    source: pa.NativeFile
    schema: pa.Schema

    def batches(self, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        included = [self.schema.names.index(name) for name in columns] or [0]
        batch = pa.ipc.open_file(self.source, options=_options(included)).get_batch(group)
        yield from slices(batch.select(list(columns)))

    def group_bytes(self, group: int) -> int:
        return 0  # not known before the batch is read; the reader counts what it gets


def _options(fields: list[int]) -> pa.ipc.IpcReadOptions:
    return pa.ipc.IpcReadOptions(use_threads=False, included_fields=fields)


@contextmanager
def _source(path: StoragePath) -> Iterator[pa.NativeFile]:
    with ExitStack() as stack:
        if isinstance(path, Path):
            # No memory map: a file that is cut short while it is mapped would end the process.
            yield stack.enter_context(pa.OSFile(str(path)))
        else:
            yield stack.enter_context(pa.PythonFile(stack.enter_context(open_binary(path))))
