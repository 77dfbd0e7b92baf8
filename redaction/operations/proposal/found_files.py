"""Recognize how files are written, and read their values before a config says anything of them."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa

from redaction.storage import StoragePath, StorageSettings
from redaction.tables import TABLES, TableName, TablesError, TableSettings, find_files
from redaction.tables.finding import TABLE_FORMATS
from redaction.tables.formats import Layout, open_layout, open_snapshot
from redaction.tables.formats.recognition import looks_like
from redaction.tables.settings import Format
from redaction.tables.typed_rows import plain_batch

_SAMPLE_ROWS: Final = 200
_MOST_ROWS: Final = 1_000_000
_SUFFIXES: Final = {
    ".parquet": Format.parquet,
    ".csv": Format.csv,
    ".tsv": Format.csv,
    ".jsonl": Format.jsonl,
    ".ndjson": Format.jsonl,
    ".arrow": Format.arrow,
    ".feather": Format.arrow,
    ".ipc": Format.arrow,
}


def layouts(name: TableName, paths: Sequence[str], format_: Format, root: Path) -> Iterator[Layout]:
    """Open the files of a table one after the other, those of a Delta or Iceberg table in its newest version.

    Yields:
        How each file is read.

    Raises:
        TablesError: The files cannot be found or read, or have no rows.
    """
    settings, key = TableSettings(path=tuple(paths), format=format_), f"inputs.{name}"
    files = find_files(TABLES[name], settings, root)
    if format_ not in TABLE_FORMATS:
        yield from (open_layout(path, format_, key) for path in files)
        return
    found = open_snapshot(files[0], format_, key, StorageSettings(), None)[1]
    if not found:
        raise TablesError(f"{key}: {files[0]}: has no rows; give a table with rows")
    yield from found


def first_rows(
    name: TableName, paths: Sequence[str], format_: Format, root: Path
) -> tuple[StoragePath, pa.Schema, pl.DataFrame]:
    """Read the first rows of the first file: its path, its schema, and at most 200 rows with all columns."""
    layout = next(layouts(name, paths, format_, root))
    if layout.row_groups:
        with layout.open() as content:
            batch = next(iter(content.batches(0, list(dict.fromkeys(layout.schema.names)))), None)
        if batch is not None:
            plain = plain_batch(batch.slice(0, _SAMPLE_ROWS))
            return layout.path, layout.schema, pl.DataFrame(pl.from_arrow(pa.Table.from_batches([plain])))
    return layout.path, layout.schema, pl.DataFrame()


def values_of(files: Iterator[Layout], names: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Read some columns, or fields of structs by their paths, of the first million rows; a file may lack some."""
    rows = 0
    for layout in files:
        top = list(dict.fromkeys(n if n in layout.schema.names else n.split(".")[0] for n in names))
        present = [name for name in top if layout.schema.names.count(name) == 1]
        if not present:
            continue
        with layout.open() as content:
            for group in range(layout.row_groups):
                for batch in content.batches(group, present):
                    frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([plain_batch(batch)])))
                    yield pl.DataFrame([found for name in names if (found := _values(frame, name)) is not None])
                    rows += batch.num_rows
                    if rows >= _MOST_ROWS:
                        return


def _values(frame: pl.DataFrame, name: str) -> pl.Series | None:
    if name in frame.columns:
        return frame[name]
    top, *fields = name.split(".")
    values = frame[top] if top in frame.columns else None
    for field in fields:
        if values is None or not isinstance(values.dtype, pl.Struct) or field not in values.struct.fields:
            return None
        values = values.struct.field(field)
    return None if values is None else values.alias(name)


def format_of(paths: Sequence[str], root: Path) -> Format:
    """Recognize the format of the files: by a table's own log, by suffix, or by content."""
    for text in paths:
        path = root / Path(text).expanduser()
        if (path / "_delta_log").is_dir():
            return Format.delta
        if (path / "metadata").is_dir() and any((path / "metadata").glob("*.metadata.json")):
            return Format.iceberg
    files = [file for text in paths for file in _files(root / Path(text).expanduser())]
    for file in files:
        if file.suffix.lower() in _SUFFIXES:
            return _SUFFIXES[file.suffix.lower()]
    for file in files[:1]:
        return next(
            (f for f in (Format.parquet, Format.arrow, Format.jsonl, Format.csv) if looks_like(file, f)), Format.csv
        )
    return Format.parquet


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (f for f in sorted(path.rglob("*")) if f.is_file() and not re.match(r"[._]", f.name))
    elif re.search(r"[*?\[]", path.name):
        yield from sorted(path.parent.glob(path.name))
