"""Refuses files that take much memory before a row of them is read: huge footers, very many columns, deep nesting."""

from typing import Final

import pyarrow as pa

from redaction.storage import StoragePath, file_size, open_binary
from redaction.tables.errors import TablesError
from redaction.tables.settings import FileLimits

_PARQUET: Final = b"PAR1"
_MEGABYTE: Final = 1 << 20


def check_footer(path: StoragePath, limits: FileLimits, key: str) -> None:
    """Refuse a Parquet file whose footer is too long. The footer itself is not read.

    Args:
        path: The file.
        limits: The limits of the table.
        key: The config key of the table.

    Raises:
        TablesError: The footer is longer than the limit.
    """
    size = file_size(path)
    if size < 12:
        return
    with open_binary(path) as file:
        file.seek(size - 8)
        end = file.read(8)
    length = int.from_bytes(end[:4], "little")
    if end[4:] == _PARQUET and length > limits.max_footer_mb * _MEGABYTE:
        raise TablesError(
            f"{key}: {path.name}: has a footer of {length // _MEGABYTE:,} MB, allowed are {limits.max_footer_mb}; "
            f"write fewer columns or row groups, or raise {key}.limits.max_footer_mb"
        )


def check_schema(path: StoragePath, schema: pa.Schema, limits: FileLimits, key: str) -> None:
    """Refuse a file with too many columns or too deep ones.

    Raises:
        TablesError: It has more columns, or more levels of lists and structs, than the limits.
    """
    if len(schema) > limits.max_columns:
        raise TablesError(
            f"{key}: {path.name}: has {len(schema):,} columns, allowed are {limits.max_columns:,}; remove columns, or "
            f"raise {key}.limits.max_columns"
        )
    if any(_is_deeper(field.type, limits.max_nesting) for field in schema):
        raise TablesError(
            f"{key}: {path.name}: has a column of more than {limits.max_nesting} levels of lists and structs; remove "
            f"it, or raise {key}.limits.max_nesting"
        )


def _is_deeper(dtype: pa.DataType, levels: int) -> bool:
    if not pa.types.is_nested(dtype):
        return False
    inner = [dtype.field(number).type for number in range(dtype.num_fields)]
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inner)
