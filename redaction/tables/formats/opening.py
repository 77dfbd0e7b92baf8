"""Open a file by the format that the config names, and describe what it holds where that is something else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Never

import pyarrow as pa

from redaction.storage import StoragePath, StorageSettings
from redaction.tables.errors import TablesError
from redaction.tables.formats.arrow_file import ArrowLayout
from redaction.tables.formats.content import Layout
from redaction.tables.formats.delimited import CsvLayout
from redaction.tables.formats.delta import open_delta
from redaction.tables.formats.expansion import ExpansionError
from redaction.tables.formats.iceberg import open_iceberg
from redaction.tables.formats.json_lines import JsonLayout
from redaction.tables.formats.parquet import ParquetLayout
from redaction.tables.formats.recognition import describe_content, looks_like
from redaction.tables.settings import FileLimits, Format

_DEFAULT: Final = FileLimits()
_TEXT: Final = frozenset({Format.csv, Format.jsonl})
"""Formats without a mark of their own, so that what has the mark of another must be refused before it is read."""


def open_layout(path: StoragePath, format: Format, key: str, limits: FileLimits = _DEFAULT) -> Layout:
    """Find out how a file is to be read.

    Args:
        path: The file.
        format: Its format, none of a whole table.
        key: The config key of the table, such as `inputs.posts`, for errors.
        limits: The limits of the table.

    Returns:
        Its layout.

    Raises:
        TablesError: The file cannot be read, or holds something else.
    """
    try:
        if format in _TEXT and not looks_like(path, format):
            return _refuse(path, key, None)
        match format:
            case Format.csv:
                return CsvLayout.of(path, key)
            case Format.jsonl:
                return JsonLayout.of(path, key)
            case Format.arrow:
                return ArrowLayout.of(path)
            case _:
                return ParquetLayout.of(path, limits)
    except (pa.ArrowException, OSError, ValueError) as error:
        return _refuse(path, key, error)


def open_snapshot(  # noqa: PLR0913, PLR0917 - where a table is, and all that its config says of it
    path: StoragePath,
    format: Format,
    key: str,
    storage: StorageSettings,
    snapshot: str | None,
    limits: FileLimits = _DEFAULT,
) -> tuple[str, list[Layout]]:
    """Read the metadata of a Delta or Iceberg table.

    Args:
        path: The folder of the table.
        format: Its format.
        key: The config key of the table, for errors.
        storage: Options of the stores.
        snapshot: The version or snapshot to read, as returned before; the newest by default.
        limits: The limits of the table.

    Returns:
        The version or snapshot, and how each of its files is read.
    """
    opened = open_delta if format is Format.delta else open_iceberg
    version, layouts = opened(path, key, storage, snapshot, limits)
    return version, list(layouts)


@contextmanager
def reading_errors(path: StoragePath, key: str) -> Iterator[None]:
    """Turn the errors of reading a file's rows into TablesErrors, without any value.

    Raises:
        TablesError: The file cannot be read to its end.
    """
    try:
        yield
    except ExpansionError as error:
        raise TablesError(
            f"{key}: {path.name}: {error.problem}; write smaller row groups, or raise {key}.limits.{error.option}"
        ) from None
    except (pa.ArrowException, OSError) as error:
        if _is_encryption(error):
            raise TablesError(f"{key}: {path.name}: has encrypted columns; decrypt it first") from None
        raise TablesError(
            f"{key}: {path.name}: cannot be read to its end ({type(error).__name__}); "
            "rewrite the file or remove it from the path"
        ) from None


def _refuse(path: StoragePath, key: str, error: Exception | None) -> Never:
    reason = "is encrypted Parquet; decrypt it first"
    if error is None or not _is_encryption(error):
        try:
            reason = describe_content(path, key)
        except OSError as denied:
            reason = f"cannot be opened ({type(denied).__name__}); correct its permissions, or remove it from the path"
    raise TablesError(f"{key}: {path.name}: {reason}") from None


def _is_encryption(error: Exception) -> bool:
    return "crypt" in str(error).lower()
