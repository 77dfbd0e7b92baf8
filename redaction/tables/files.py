"""Open the files of a table: find them, check their columns before any row is read, and digest them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redaction.execution.progress import track
from redaction.storage import StoragePath, StorageSettings, is_file, sha256_file
from redaction.tables.columns import Column, Constant, check_mapping, match_columns
from redaction.tables.errors import TablesError, merge_files
from redaction.tables.finding import TABLE_FORMATS, UnreadFiles, search_files
from redaction.tables.formats import Layout, open_layout, open_snapshot
from redaction.tables.formats.limits import check_footer, check_schema
from redaction.tables.schemas import Table
from redaction.tables.settings import Format, TableSettings

_NO_OPTIONS = StorageSettings()


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file with checked columns; `file_columns` says where its canonical columns come from."""

    path: StoragePath
    layout: Layout
    file_columns: dict[str, Column]

    @property
    def rows(self) -> int:
        """The number of rows, or a higher one where only reading them would show it."""
        return self.layout.rows

    def digest(self) -> str:
        """Return a SHA-256 (hex) of the content of the file, of what a table's log changes of it, and of constants.

        Constants are the values that all rows have from the folders' names or the config.
        """
        digest = sha256_file(self.path)
        constants = {name: source.text for name, source in self.file_columns.items() if isinstance(source, Constant)}
        for more in (self.layout.variant, json.dumps(constants, sort_keys=True) if constants else ""):
            if more:
                digest = hashlib.sha256(f"{digest} {more}".encode()).hexdigest()
        return digest


@dataclass(frozen=True, slots=True)
class OpenTable:
    """The files of a table, in order.

    Attributes:
        files: The files.
        unread: How many files below its paths are not read.
        snapshot: The version or snapshot of a Delta or Iceberg table that was read.
    """

    files: list[TableFile]
    unread: UnreadFiles = field(default_factory=UnreadFiles)
    snapshot: str | None = None


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
        TablesError: A path that matches no file; or something below one that is not read and not excluded either.
    """
    return search_files(table, settings, root, storage).paths


def open_table(
    table: Table,
    settings: TableSettings,
    root: Path,
    storage: StorageSettings = _NO_OPTIONS,
    snapshot: str | None = None,
) -> OpenTable:
    """Find and open the table's files: see `find_files` and `open_file`.

    Args:
        table: The canonical table.
        settings: Its format, and its files, folders or globs; of a Delta or Iceberg table the one folder.
        root: The folder that relative paths start from.
        storage: Options of the stores.
        snapshot: The version or snapshot of a Delta or Iceberg table; the newest by default.

    Returns:
        The files.

    Raises:
        TablesError: See `find_files` and `open_file`.
    """
    found = search_files(table, settings, root, storage)
    if settings.format in TABLE_FORMATS:
        key = f"inputs.{table.name}"
        if len(found.paths) > 1:
            raise TablesError(f"{key}.path: a {settings.format} table is one folder; give one path")
        snapshot, layouts = open_snapshot(found.paths[0], settings.format, key, storage, snapshot, settings.limits)
        paths: dict[StoragePath, Layout | None] = {layout.path: layout for layout in layouts}
    else:
        paths, snapshot = dict.fromkeys(found.paths), None
    files, errors = list[TableFile](), list[tuple[str, TablesError]]()
    for path, layout in paths.items():
        try:
            files.append(_open_layout(table, settings, layout) if layout else open_file(table, settings, path))
        except TablesError as error:
            errors.append((path.name, error))
    if errors:
        problem = merge_files(errors)
        raise problem
    check_mapping(table, settings, [file.file_columns for file in files])
    return OpenTable(files, found.unread, snapshot)


def _open_layout(table: Table, settings: TableSettings, layout: Layout) -> TableFile:
    """Check the columns of a file of a Delta or Iceberg table: its folders are no columns, its metadata has these."""
    check_schema(layout.path, layout.schema, settings.limits, f"inputs.{table.name}")
    return TableFile(layout.path, layout, match_columns(table, settings, Path(layout.path.name), layout.schema))


def open_file(table: Table, settings: TableSettings, path: StoragePath) -> TableFile:
    """Find out how a file is read, and check its columns against the canonical table.

    Returns:
        The file, with its layout and column names.

    Raises:
        TablesError: The file is not whole or of another format, is beyond the limits, lacks a required or mapped
            column, or has one of a wrong type.
    """
    key = f"inputs.{table.name}"
    if settings.format is Format.parquet and is_file(path):
        check_footer(path, settings.limits, key)
    layout = open_layout(path, settings.format, key, settings.limits)
    check_schema(path, layout.schema, settings.limits, key)
    return TableFile(path, layout, match_columns(table, settings, path, layout.schema))


def digest_files(files: Sequence[TableFile]) -> str:
    """Return a SHA-256 (hex) of files in their order: see `TableFile.digest`. Their names do not count."""
    digest = hashlib.sha256()
    for file in track(files, "files", len(files)):
        digest.update(bytes.fromhex(file.digest()))
    return digest.hexdigest()
