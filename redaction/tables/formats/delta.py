"""Delta tables: the Parquet files of one version, with their partition values, without the rows that were deleted."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from redaction.storage import StoragePath, StorageSettings, open_parquet, parse_path
from redaction.tables.errors import TablesError
from redaction.tables.formats.content import Content, take
from redaction.tables.formats.parquet import ParquetLayout
from redaction.tables.settings import FileLimits

_READER_FEATURES: Final = frozenset({"deletionVectors", "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"})
_UNUSED_FEATURES: Final = frozenset({"variantType", "variantType-preview", "variantShredding-preview"})
"""Features that matter only to columns of a type that no canonical column accepts."""

_NONE: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class DeltaLayout:
    """A data file of a Delta table.

    Attributes:
        file: The Parquet file.
        schema: The table's columns that the file or its partition has.
        partition: The partition's values, each an array of one.
        deleted: The numbers of the deleted rows, ascending.
        variant: A digest of `partition` and `deleted`.
    """

    file: ParquetLayout
    schema: pa.Schema
    partition: Mapping[str, pa.Array]
    deleted: npt.NDArray[np.int64]
    variant: str

    @property
    def path(self) -> StoragePath:
        """The file."""
        return self.file.path

    @property
    def rows(self) -> int:
        """The number of rows that are left."""
        return self.file.rows - int(self.deleted.size)

    @property
    def row_groups(self) -> int:
        """The number of row groups of the file."""
        return self.file.row_groups

    @contextmanager
    def open(self) -> Iterator[Content]:
        """Open the file."""
        with open_parquet(self.file.path) as parquet, self.file.open() as content:
            metadata = parquet.metadata
            sizes = (metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))
            yield _DeltaContent(self, content, tuple(accumulate(sizes, initial=0)))


@dataclass(frozen=True, slots=True)
class _DeltaContent:
    layout: DeltaLayout
    content: Content
    starts: tuple[int, ...]

    def batches(self, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        partition, start = self.layout.partition, self.starts[group]
        stored = [name for name in columns if name not in partition]
        for batch in self.content.batches(group, stored):
            left = np.setdiff1d(np.arange(start, start + batch.num_rows), self.layout.deleted, assume_unique=True)
            rows = batch if left.size == batch.num_rows else take(batch, pa.array(left - start))
            start += batch.num_rows
            added = {n: partition[n].take(pa.array(np.zeros(left.size, np.int64))) for n in columns if n in partition}
            for name, values in added.items():
                rows = rows.append_column(name, values) if rows.num_columns else pa.record_batch({name: values})
            yield rows

    def group_bytes(self, group: int) -> int:
        return self.content.group_bytes(group)


def open_delta(
    path: StoragePath, key: str, storage: StorageSettings, snapshot: str | None, limits: FileLimits
) -> tuple[str, list[DeltaLayout]]:
    """Read the log of a Delta table.

    Args:
        path: The folder of the table.
        key: The config key of the table, for errors.
        storage: Options of the stores.
        snapshot: The version to read; the newest by default.
        limits: The limits of the table.

    Returns:
        The version, and the files in the order of their paths.

    Raises:
        TablesError: It is no Delta table, or one with features that are not supported.
    """
    try:
        from deltalake import DeltaTable  # noqa: PLC0415 - an extra
        from deltalake.exceptions import DeltaError  # noqa: PLC0415
    except ImportError:
        raise TablesError(f"{key}.format: delta needs the extra 'tables'; pip install 'discreet[tables]'") from None
    try:
        version = int(snapshot) if snapshot is not None else None
        table = DeltaTable(str(path), version=version, storage_options=_options(path, storage))
        _check_protocol(key, path, table)
        fields = pa.schema(table.schema().to_arrow())
        partitions = table.metadata().partition_columns
        actions = pa.table(table.get_add_actions(flatten=True))
        deleted = _deletions(table)
        files = list(zip(table.file_uris(), actions.to_batches(max_chunksize=1), strict=True))
    except (DeltaError, OSError, ValueError) as error:
        raise TablesError(
            f"{key}.path: {path.name}: cannot be read as a Delta table ({type(error).__name__}); give the folder that "
            "holds _delta_log"
        ) from None
    layouts = []
    for uri, action in sorted(files, key=lambda each: each[0]):
        values = {name: action.column(f"partition.{name}") for name in partitions}
        try:
            file = ParquetLayout.of(_data_file(uri, path, table.table_uri, storage), limits)
        except (pa.ArrowException, OSError) as error:
            raise TablesError(
                f"{key}.path: {path.name}: a data file that its log names cannot be read ({type(error).__name__}); "
                "repair the table, or give an older copy of it"
            ) from None
        layouts.append(_layout(file, fields, values, deleted.pop(_decoded(uri), _NONE)))
    if deleted:
        raise TablesError(f"{key}.path: {path.name}: deletions of a file that the table lacks; repair the table")
    return str(table.version()), layouts


def _layout(
    file: ParquetLayout, fields: pa.Schema, partition: dict[str, pa.Array], deleted: npt.NDArray[np.int64]
) -> DeltaLayout:
    stored = {field.name: field for field in file.schema if field.name not in partition}
    present = [stored.get(f.name) or f for f in fields if f.name in stored or f.name in partition]
    digest = sha256(deleted.tobytes())
    for name, value in partition.items():
        digest.update(f"{name}={value[0].as_py()!r}\n".encode())
    changed = bool(deleted.size or partition)
    return DeltaLayout(file, pa.schema(present), partition, deleted, digest.hexdigest() if changed else "")


def _data_file(uri: str, table: StoragePath, table_uri: str, storage: StorageSettings) -> StoragePath:
    """Return the path of a data file: delta-rs escapes the folder of a local table (a blank is `%20`), not the rest."""
    root = table_uri.removeprefix("file://").rstrip("/") + "/"
    if isinstance(table, Path) and uri.removeprefix("file://").startswith(root):
        return table / uri.removeprefix("file://")[len(root) :]
    return parse_path(uri, Path(), storage)


def _decoded(uri: str) -> str:
    """Return a URI without any escapes: delta-rs escapes those of its lists differently."""
    text = uri.removeprefix("file://")
    while (plain := unquote(text)) != text:
        text = plain
    return text


def _deletions(table: Any) -> dict[str, npt.NDArray[np.int64]]:
    """Return the numbers of the deleted rows, ascending, by the decoded URI of the file."""
    found = {}
    for batch in pa.table(table.deletion_vectors()).to_batches(max_chunksize=1):
        keep = batch.column("selection_vector")[0].values
        found[_decoded(str(batch.column("filepath")[0].as_py()))] = np.flatnonzero(~keep.to_numpy(zero_copy_only=False))
    return found


def _check_protocol(key: str, path: StoragePath, table: Any) -> None:
    features = set(table.protocol().reader_features or ())
    unknown = sorted(features - _READER_FEATURES - _UNUSED_FEATURES)
    if table.metadata().configuration.get("delta.columnMapping.mode", "none") != "none":
        unknown = ["columnMapping"]
    if unknown:
        raise TablesError(
            f"{key}.path: {path.name}: a Delta table with {', '.join(unknown)}, which is not supported; "
            "export its rows as Parquet"
        )


def _options(path: StoragePath, storage: StorageSettings) -> dict[str, str]:
    """Return what delta-rs must know of a store beside the environment."""
    endpoint = storage.of("s3").get("endpoint_url")
    if endpoint is None or not str(path).startswith("s3"):
        return {}
    return {"AWS_ENDPOINT_URL": str(endpoint), "AWS_ALLOW_HTTP": str(endpoint.startswith("http://")).lower()}
