"""Finds input files, digests them, and checks their columns before any row is read."""

import glob
import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.errors import DiscreetError
from redaction.tables.schemas import Dtype, Table
from redaction.tables.settings import TableSettings

_CHUNK = 1 << 20


class TablesError(DiscreetError):
    """An input table that cannot be read as what the config says it is."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """One Parquet file whose columns have been checked.

    `theirs` maps each canonical column that the file has to the file's own name for it.
    """

    path: Path
    rows: int
    row_groups: int
    theirs: dict[str, str]


def find_files(table: Table, settings: TableSettings, root: Path) -> list[Path]:
    """The table's files in a stable order (by path). Relative paths are taken from `root`.

    Raises:
        TablesError: a path that matches no file, or a folder with a file of another kind.
    """
    found: set[Path] = set()
    for text in settings.path:
        path = root / text
        if path.is_dir():
            matches = _whole_folder(table, path)
        elif path.is_file():
            matches = [path]
        else:
            matches = [Path(m) for m in sorted(glob.glob(str(path), recursive=True)) if Path(m).is_file()]  # noqa: PTH207
        if not matches:
            raise TablesError(
                f"inputs.{table.name}.path: {text}: no such Parquet file, folder or glob; correct the path"
            )
        found.update(matches)
    return sorted(found)


def _whole_folder(table: Table, folder: Path) -> list[Path]:
    """Every Parquet file below a folder. A file of another kind is refused: it may hold rows that would be missed."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith((".", "_")))
    for path in files:
        if path.suffix != ".parquet":
            raise TablesError(
                f"inputs.{table.name}.path: {path.name}: not a .parquet file; take it out of the folder, or rename it"
            )
    return files


def open_file(table: Table, settings: TableSettings, path: Path) -> TableFile:
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
        with pq.ParquetFile(path, pre_buffer=False) as file:
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


def digest_files(paths: list[Path]) -> str:
    """A sha256 over the content of the files in their order; names and places do not count."""
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
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
