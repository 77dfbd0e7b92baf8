"""Iceberg tables: the data files of one snapshot, read by pyiceberg, which applies deletions and changes of the schema.

Without a catalog the newest metadata file of the folder counts. Where a catalog may know better, name the file itself.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from redaction.storage import (
    StoragePath,
    StorageSettings,
    file_size,
    is_folder,
    list_names,
    open_parquet,
    parse_path,
    sha256_file,
)
from redaction.tables.errors import TablesError
from redaction.tables.formats.content import Content, slices
from redaction.tables.formats.expansion import check_expansion
from redaction.tables.settings import FileLimits

_METADATA_FILE: Final = re.compile(r"v?(\d+)(?:-[0-9a-f-]+)?(?:\.gz)?\.metadata\.json(?:\.gz)?")
_Properties = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IcebergLayout:
    """A data file of an Iceberg table, as one row group.

    Attributes:
        path: The data file.
        key: The config key of the table, for errors.
        metadata: The path of the table's metadata file.
        properties: Options of pyiceberg.
        task: pyiceberg's own description of the file and its deletions.
        schema: The columns of the table.
        rows: The rows of the file, deleted ones included.
        variant: A digest of the deletions and of the columns.
        limits: The limits of the table.
    """

    path: StoragePath
    key: str
    metadata: str
    properties: _Properties
    task: Any
    schema: pa.Schema
    rows: int
    variant: str
    limits: FileLimits

    @property
    def row_groups(self) -> int:
        """One."""
        return 1

    def check(self) -> None:
        """Refuse a data file of Parquet that takes too much memory, in any of its columns."""
        if not self.path.name.endswith(".parquet"):
            return
        with open_parquet(self.path) as file:
            for group in range(file.num_row_groups):
                check_expansion(self.path, file, group, file.schema_arrow.names, self.limits)

    @contextmanager
    def open(self) -> Iterator[Content]:
        """Return the content; the file is opened when it is read."""
        yield _IcebergContent(self)


@dataclass(frozen=True, slots=True)
class _IcebergContent:
    layout: IcebergLayout

    def batches(self, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        from pyiceberg.expressions import AlwaysTrue  # noqa: PLC0415 - an extra
        from pyiceberg.io.pyarrow import ArrowScan, _read_all_delete_files  # noqa: PLC0415

        layout = self.layout
        layout.check()
        table = _table(layout.metadata, layout.properties)
        schema = table.schema().select(*(columns or layout.schema.names[:1]))
        with _errors(layout.key, layout.path):
            scan = ArrowScan(table.metadata, table.io, schema, AlwaysTrue())
            deleted = _read_all_delete_files(table.io, [layout.task])
            # `to_record_batches` would decode the whole file into memory first.
            for batch in scan._record_batches_from_scan_tasks_and_deletes([layout.task], deleted):
                yield from slices(batch.select(list(columns)))

    def group_bytes(self, group: int) -> int:
        return file_size(self.layout.path)


def open_iceberg(
    path: StoragePath, key: str, storage: StorageSettings, snapshot: str | None, limits: FileLimits
) -> tuple[str, list[IcebergLayout]]:
    """Read the metadata of an Iceberg table.

    Args:
        path: The folder of the table, or a metadata file.
        key: The config key of the table, for errors.
        storage: Options of the stores.
        snapshot: The snapshot to read, as returned before; the newest by default.
        limits: The limits of the table.

    Returns:
        The id of the snapshot and the name of the metadata file, `id@name`; and the files in the order of their paths.

    Raises:
        TablesError: It is no Iceberg table, or one that pyiceberg cannot read, such as one with equality deletes.
    """
    try:
        import pyiceberg.io.pyarrow as pyiceberg  # noqa: PLC0415 - an extra
    except ImportError:
        raise TablesError(f"{key}.format: iceberg needs the extra 'tables'; pip install 'discreet[tables]'") from None
    metadata = _metadata_file(path, key, snapshot.split("@")[1] if snapshot else None)
    properties = _properties(path, storage)
    with _errors(key, path):
        table = _table(str(metadata), properties)
        current = table.current_snapshot()
        schema = pyiceberg.schema_to_pyarrow(table.schema(), include_field_ids=False)
        tasks = list(table.scan().plan_files()) if current else []
    layouts, contents = [], dict[str, str]()
    for task in sorted(tasks, key=lambda task: str(task.file.file_path)):
        deletions = sorted(str(file.file_path) for file in task.delete_files)
        for uri in set(deletions) - set(contents):
            contents[uri] = sha256_file(parse_path(uri, Path(), storage))
        changed = [(uri, contents[uri]) for uri in deletions]
        digest = sha256(f"{changed} {table.schema()}".encode()).hexdigest()
        file = parse_path(task.file.file_path, Path(), storage)
        rows = task.file.record_count
        layouts.append(IcebergLayout(file, key, str(metadata), properties, task, schema, rows, digest, limits))
    return f"{current.snapshot_id if current else 0}@{metadata.name}", layouts


def _metadata_file(path: StoragePath, key: str, name: str | None) -> StoragePath:
    """Return the metadata file of that name, or the newest one. Raises TablesError where none is the newest."""
    if not is_folder(path):
        return path if name is None else path.parent / name
    folder = path / "metadata"
    if name is not None:
        return folder / name
    numbered = [(int(match[1]), each) for each in list_names(folder) if (match := _METADATA_FILE.fullmatch(each))]
    newest = [each for number, each in numbered if number == max(numbered)[0]]
    if len(newest) != 1:
        problem = "has two newest metadata files" if newest else "has no metadata/*.metadata.json"
        raise TablesError(f"{key}.path: {path.name}: {problem}; give the path of the one that the catalog names")
    return folder / newest[0]


@lru_cache(maxsize=16)
def _table(metadata: str, properties: _Properties) -> Any:
    from pyiceberg.table import StaticTable  # noqa: PLC0415 - an extra

    return StaticTable.from_metadata(metadata, dict(properties))


@contextmanager
def _errors(key: str, path: StoragePath) -> Iterator[None]:
    from pyiceberg.exceptions import ResolveError, ValidationError  # noqa: PLC0415 - an extra

    try:
        yield
    except (ValueError, TypeError, KeyError, NotImplementedError, OSError, ResolveError, ValidationError) as error:
        problem = f"cannot be read as an Iceberg table ({type(error).__name__}); give the folder that holds metadata/"
        if "equality delete" in str(error).lower():
            problem = "has equality deletes, which are not supported; compact the table (rewrite_data_files) first"
        raise TablesError(f"{key}.path: {path.name}: {problem}") from None


def _properties(path: StoragePath, storage: StorageSettings) -> _Properties:
    """Return what pyiceberg must know of a store beside the environment."""
    if not str(path).startswith(("s3:", "s3a:")):
        return ()
    endpoint = storage.of("s3").get("endpoint_url")
    found = {"py-io-impl": "pyiceberg.io.fsspec.FsspecFileIO"} | ({"s3.endpoint": str(endpoint)} if endpoint else {})
    return tuple(found.items())
