"""Keeps a Delta or Iceberg table equal to the newest release, and proves by its files that it holds nothing else.

A table format keeps deleted rows in older files, and texts in its statistics. So the rows are written anew, the older
files and snapshots are removed, no statistics of texts are written, and then the rows of every file in the folder are
compared with the release.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.release.errors import ReleaseError
from redaction.release.files.corpus_schema import CORPUS_SCHEMA
from redaction.release.registry import Release
from redaction.release.settings import MirrorFormat, MirrorSettings
from redaction.release.table.output import TableOutput
from redaction.storage import open_parquet

_ROWS_AT_ONCE: Final = 10_000
_WRAP: Final = 1 << 64


class TableError(ReleaseError):
    """The table cannot be written, or does not hold the rows of the release alone."""


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """A table that equals a release, and whether it was written for that."""

    path: Path
    version: str
    rows: int
    written: bool


class _Content(NamedTuple):
    """The number of rows, and the sum of their hashes, which does not depend on their order."""

    rows: int
    hashes: int


def mirror(release: Release, settings: MirrorSettings, root: Path) -> MirrorReport:
    """Make the table equal to a release. Does nothing where it is; an interrupted run is finished by the next.

    Args:
        release: the newest release.
        settings: the table.
        root: the folder at which a relative path starts.

    Returns:
        The table.

    Raises:
        TableError: the folder holds something else, or the table cannot be written.
    """
    path = root / settings.path
    table = _table(path, settings.format)
    with _errors(path):
        _refuse_others(path, table)
        if not _problems(release, path, table):
            return MirrorReport(path, str(release.version), release.manifest.rows, written=False)
        path.mkdir(parents=True, exist_ok=True)
        table.overwrite(_batches(release))
        table.remove_history()
        problems = _problems(release, path, table)
    if problems:
        raise TableError(f"{path}: {problems[0]}; do not use the table, and run discreet table again")
    return MirrorReport(path, str(release.version), release.manifest.rows, written=True)


def mirror_problems(release: Release, settings: MirrorSettings, root: Path) -> tuple[str, ...]:
    """Compare the table with a release, by all files in its folder.

    Args:
        release: the newest release.
        settings: the table.
        root: the folder at which a relative path starts.

    Returns:
        Each problem in a few words; none if the rows of the files are those of the release.

    Raises:
        TableError: the table cannot be read.
    """
    path = root / settings.path
    with _errors(path):
        return _problems(release, path, _table(path, settings.format))


def _problems(release: Release, path: Path, table: TableOutput) -> tuple[str, ...]:
    files = table.files() if path.is_dir() else None
    if files is None:
        return ("there is no table",)
    present = {each for each in path.rglob("*") if not each.is_dir() or each.is_symlink()}
    problems = [f"{_name(each, path)}: missing" for each in sorted((files.data | files.metadata) - present)]
    problems += [
        f"{_name(each, path)}: is not of the newest version" for each in sorted(present - files.data - files.metadata)
    ]
    if not problems and _content(_rows_of(files.data)) != _content(_batches(release)):
        problems = [f"its rows are not those of {release.manifest.corpus} {release.version}"]
    return tuple(problems)


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name


def _refuse_others(path: Path, table: TableOutput) -> None:
    """Raise TableError where the folder holds something that no earlier run wrote: it would be removed."""
    if not path.exists() or not any(path.iterdir()):
        return
    if table.files() is None:
        raise TableError(f"{path}: has other files; name an empty folder in release.table.path")
    if table.columns() != CORPUS_SCHEMA.names:
        raise TableError(f"{path}: holds another table; name an empty folder in release.table.path")


def _batches(release: Release) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a release, in order; none of one whose rows were removed."""
    for shard in () if release.withdrawn else release.manifest.shards:
        with open_parquet(release.folder / shard.path) as file:
            yield from file.iter_batches(_ROWS_AT_ONCE)


def _rows_of(files: frozenset[Path]) -> Iterator[pa.RecordBatch]:
    """Yield all rows of Parquet files, also such as the table says are deleted."""
    for path in sorted(files):
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(_ROWS_AT_ONCE)


def _content(batches: Iterator[pa.RecordBatch]) -> _Content:
    rows = hashes = 0
    for batch in batches:
        counts = pl.col("entity_counts").list.eval(pl.element().struct.json_encode()).list.join("\n")
        frame = pl.DataFrame(batch).select(CORPUS_SCHEMA.names).with_columns(counts)
        rows += frame.height
        hashes = (hashes + sum(frame.hash_rows(seed=0).to_list())) % _WRAP
    return _Content(rows, hashes)


def _table(path: Path, table_format: MirrorFormat) -> TableOutput:
    try:
        if table_format is MirrorFormat.DELTA:
            from redaction.release.table.delta import DeltaOutput  # noqa: PLC0415 - an extra

            return DeltaOutput(path)
        from redaction.release.table.iceberg import IcebergOutput  # noqa: PLC0415 - an extra

        return IcebergOutput(path)
    except ImportError:
        raise TableError(
            f"release.table.format: {table_format} needs the extra 'tables'; pip install 'discreet[tables]'"
        ) from None


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Report what the libraries raise in one line, without any text."""
    try:
        yield
    except ReleaseError:
        raise
    except OSError as error:
        raise TableError(f"{path}: {error.strerror or type(error).__name__}; the release itself is published") from None
    except Exception as error:  # noqa: BLE001 - each library has errors of its own
        raise TableError(
            f"{path}: cannot be written or read ({type(error).__name__}); remove it, then run discreet table"
        ) from None
