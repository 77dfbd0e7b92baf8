"""Find input files, digest them, and check their columns before any row is read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from redaction.errors import DiscreetError
from redaction.storage import (
    StoragePath,
    StorageSettings,
    glob_files,
    is_file,
    is_folder,
    list_files,
    open_parquet,
    parse_path,
    sha256_file,
)
from redaction.tables.column_types import accepts, describe
from redaction.tables.schemas import ID_COLUMNS, Table
from redaction.tables.settings import TableSettings

_NO_OPTIONS = StorageSettings()


class TablesError(DiscreetError):
    """An input table that cannot be read as the config describes it."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A Parquet file with checked columns; `file_columns` maps canonical columns to the file's own names for them."""

    path: StoragePath
    rows: int
    row_groups: int
    file_columns: dict[str, str]


def find_files(
    table: Table, settings: TableSettings, root: Path, storage: StorageSettings = _NO_OPTIONS
) -> list[StoragePath]:
    """Find the table's files.

    Args:
        table: The canonical table.
        settings: Files, folders or globs.
        root: The folder that relative paths start from.
        storage: Options of the stores.

    Returns:
        The files, sorted by path.

    Raises:
        TablesError: A path that matches no file, or a folder with a file that is not Parquet.
    """
    paths: dict[str, StoragePath] = {}
    for text in settings.path:
        path = parse_path(text, root, storage)
        files = _parquet_files(table, path) if is_folder(path) else [path] if is_file(path) else glob_files(path)
        if not files:
            raise TablesError(
                f"inputs.{table.name}.path: {text}: no such Parquet file, folder or glob; correct the path"
            )
        paths |= {str(file): file for file in files}
    return [paths[name] for name in sorted(paths, key=lambda name: name.split("/"))]


def _parquet_files(table: Table, folder: StoragePath) -> list[StoragePath]:
    """Return every Parquet file below a folder. Any other file is refused: its rows would be missed."""
    paths = [folder / path for path in list_files(folder)]
    files = [path for path in paths if not path.name.startswith((".", "_"))]
    for file in files:
        if file.suffix != ".parquet":
            raise TablesError(
                f"inputs.{table.name}.path: {file.name}: not a .parquet file; remove it from the folder, or rename it"
            )
    return files


def open_file(table: Table, settings: TableSettings, path: StoragePath) -> TableFile:
    """Read a file's footer and check its columns against the canonical table.

    Returns:
        The file, with its row counts and column names.

    Raises:
        TablesError: The file is not whole Parquet, lacks a required or mapped column, or has one of a wrong type.
    """
    unknown = sorted(set(settings.columns) - set(table.schema))
    if unknown:
        raise TablesError(
            f"inputs.{table.name}.columns: {unknown[0]}: not a canonical column; choose from {', '.join(table.schema)}"
        )
    try:
        with open_parquet(path) as file:
            schema, rows, row_groups = file.schema_arrow, file.metadata.num_rows, file.metadata.num_row_groups
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TablesError(
            f"inputs.{table.name}: {path.name}: not a whole Parquet file ({type(error).__name__}); "
            "rewrite the file or remove it from the path"
        ) from None
    names = {c: settings.columns.get(c, c) for c in table.schema}
    present = {c: name for c, name in names.items() if name in schema.names}
    for column in table.required:
        if column not in present:
            raise TablesError(
                f"inputs.{table.name}: {path.name}: column {names[column]!r} is missing; "
                f"map it with inputs.{table.name}.columns.{column}"
            )
    for column in settings.columns:
        if column not in present:
            raise TablesError(
                f"inputs.{table.name}.columns.{column}: {path.name} has no column "
                f"{names[column]!r}; correct the mapping"
            )
    for column, name in present.items():
        found = schema.field(name).type
        if not accepts(found, table.schema[column], is_id=column in ID_COLUMNS):
            raise TablesError(
                f"inputs.{table.name}: {path.name}: column {name!r} is {found}, {column} needs "
                f"{describe(table.schema[column])}; convert it or map another column"
            )
    return TableFile(path, rows, row_groups, present)


def digest_files(paths: Sequence[StoragePath]) -> str:
    """Return a SHA-256 (hex) of the contents of files in their order. Names and folders do not count."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(bytes.fromhex(sha256_file(path)))
    return digest.hexdigest()
