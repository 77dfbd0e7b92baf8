"""Finds input files, digests them, and checks their columns before any row is read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
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
from redaction.tables.schemas import Dtype, Table
from redaction.tables.settings import TableSettings

_NO_STORAGE = StorageSettings()


class TablesError(DiscreetError):
    """An input table that cannot be read as what the config says it is."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """One Parquet file whose columns have been checked.

    `file_columns` maps each canonical column that the file has to the file's own name for it.
    """

    path: StoragePath
    rows: int
    row_groups: int
    file_columns: dict[str, str]


def find_files(
    table: Table, settings: TableSettings, root: Path, storage: StorageSettings = _NO_STORAGE
) -> list[StoragePath]:
    """The table's files in a stable order (by path). Relative paths are taken from `root`.

    Raises:
        TablesError: a path that matches no file, or a folder with a file of another kind.
        StorageError: a URI that is none, or a store that cannot be reached.
    """
    found: dict[str, StoragePath] = {}
    for text in settings.path:
        place = parse_path(text, root, storage)
        files = _whole_folder(table, place) if is_folder(place) else [place] if is_file(place) else glob_files(place)
        if not files:
            raise TablesError(
                f"inputs.{table.name}.path: {text}: no such Parquet file, folder or glob; correct the path"
            )
        found |= {str(file): file for file in files}
    return [found[path] for path in sorted(found, key=lambda path: path.split("/"))]


def _whole_folder(table: Table, folder: StoragePath) -> list[StoragePath]:
    """Every Parquet file below a folder. A file of another kind is refused: it may hold rows that would be missed."""
    files = [folder / path for path in list_files(folder)]
    shown = [file for file in files if not file.name.startswith((".", "_"))]
    for file in shown:
        if file.suffix != ".parquet":
            raise TablesError(
                f"inputs.{table.name}.path: {file.name}: not a .parquet file; take it out of the folder, or rename it"
            )
    return shown


def open_file(table: Table, settings: TableSettings, path: StoragePath) -> TableFile:
    """Reads a file's footer and checks its columns against the canonical table.

    Raises:
        TablesError: the file is not whole Parquet, lacks a required column, or has one of a wrong type.
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
            "write it again or take it out of the path"
        ) from None
    theirs = {c: settings.columns.get(c, c) for c in table.schema}
    present = {c: name for c, name in theirs.items() if name in schema.names}
    for column in table.required:
        if column not in present:
            raise TablesError(
                f"inputs.{table.name}: {path.name}: column {theirs[column]!r} is missing; "
                f"map it with inputs.{table.name}.columns.{column}"
            )
    for column in settings.columns:
        if column not in present:
            raise TablesError(
                f"inputs.{table.name}.columns.{column}: {path.name} has no column "
                f"{theirs[column]!r}; correct the mapping"
            )
    for column, name in present.items():
        found = schema.field(name).type
        if not _readable(found, table.schema[column], column.endswith("_id") or column in _REFERENCES):
            raise TablesError(
                f"inputs.{table.name}: {path.name}: column {name!r} is {found}, {column} needs "
                f"{_wanted(table.schema[column])}; convert it or map another column"
            )
    return TableFile(path, rows, row_groups, present)


def digest_files(paths: Sequence[StoragePath]) -> str:
    """A sha256 over the content of the files in their order; names and places do not count."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(bytes.fromhex(sha256_file(path)))
    return whole.hexdigest()


_REFERENCES = frozenset({"in_reply_to", "repost_of", "quote_of", "supersedes"})


def _readable(found: pa.DataType, wanted: Dtype, is_id: bool) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if isinstance(wanted, pl.List):
        return _readable_list(found, wanted.inner)
    if pa.types.is_null(found):
        return True
    if wanted == pl.String:
        text = pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found)
        return bool(text or (is_id and pa.types.is_integer(found)))
    return bool(pa.types.is_timestamp(found) or pa.types.is_date(found))


def _readable_list(found: pa.DataType, inner: Dtype) -> bool:
    if pa.types.is_null(found):
        return True
    if not (pa.types.is_list(found) or pa.types.is_large_list(found)):
        return False
    item = found.value_type
    if not isinstance(inner, pl.Struct):
        return _readable(item, inner, True)
    fields = {field.name: field.dtype for field in inner.fields}
    return bool(pa.types.is_struct(item)) and all(
        _readable(item.field(i).type, fields[item.field(i).name], False)
        for i in range(item.num_fields)
        if item.field(i).name in fields
    )


def _wanted(dtype: Dtype) -> str:
    if isinstance(dtype, pl.List):
        return "a list of structs" if isinstance(dtype.inner, pl.Struct) else "a list of strings"
    if isinstance(dtype, pl.Datetime):
        return "a timestamp"
    return "a date" if dtype == pl.Date else "a string"
