"""Refuses columns of Parquet whose pages are larger than the footer says, before their memory is taken.

A reader takes what the header of a page names, up to 2 GB, whatever the footer says of the column. Headers are Thrift
in the compact protocol (https://github.com/apache/parquet-format, PageHeader).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

_UNCOMPRESSED, _COMPRESSED = 2, 3
"""Fields of a page header: sizes in bytes, the second that of the page in the file."""
_SMALL: Final = 1 << 20
"""A column that takes less is not refused: some writers leave headers out of the size in the footer."""
_HEADER, _LONG_HEADER = 512, 1 << 16
_DEEPEST: Final = 8
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS: Final = (4, 5, 6)
_FIXED: Final = {_TRUE: 0, _FALSE: 0, _BYTE: 1, _DOUBLE: 8}
"""Types whose values have a length: that of truths is in their type."""
_MANY: Final = 15
"""The length of a list in four bits that says that its length follows."""


def check_pages(path: Path, chunks: Sequence[pq.ColumnChunkMetaData]) -> None:
    """Refuse columns whose pages together are more than twice as large as the footer says.

    Args:
        path: A file on a disk. Of an object in a store, each header would be a request.
        chunks: The columns of a row group.

    Raises:
        ArrowInvalid: The pages of a column are larger, or a header cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        for chunk in chunks:
            try:
                is_false = _is_false(file, chunk)
            except (IndexError, ValueError):
                raise pa.ArrowInvalid("the header of a page cannot be read") from None
            if is_false:
                raise pa.ArrowInvalid("pages are larger than the footer says")


def _is_false(file: BinaryIO, chunk: pq.ColumnChunkMetaData) -> bool:
    # A column without values may have a dictionary alone: its offset of data is 0 then, where a file has its mark.
    offsets = (chunk.data_page_offset, chunk.dictionary_page_offset if chunk.has_dictionary_page else None)
    first = min((offset for offset in offsets if offset), default=0)
    most = max(2 * chunk.total_uncompressed_size, _SMALL)
    position, end, total = first, first + chunk.total_compressed_size if first else 0, 0
    while position < end:
        length, uncompressed, compressed = _read_header(file, position)
        total += uncompressed
        if total > most or uncompressed < 0 or compressed < 0:
            return True
        position += length + compressed
    return False


def _read_header(file: BinaryIO, position: int) -> tuple[int, int, int]:
    """Return the length of a page header, and its sizes without and with compression."""
    file.seek(position)
    data = file.read(_HEADER)
    try:
        return _sizes(data)
    except IndexError:
        return _sizes(data + file.read(_LONG_HEADER))


def _sizes(data: bytes) -> tuple[int, int, int]:
    sizes, at, field = {_UNCOMPRESSED: 0, _COMPRESSED: 0}, 0, 0
    while data[at]:
        kind, step = data[at] & 15, data[at] >> 4
        at += 1
        if step:
            field += step
        else:
            number, at = _varint(data, at)
            field = _signed(number)
        if field in sizes and kind in _INTEGERS:
            number, at = _varint(data, at)
            sizes[field] = _signed(number)
        else:
            at = _skip(data, at, kind, 0)
    return at + 1, sizes[_UNCOMPRESSED], sizes[_COMPRESSED]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the position after it."""
    value = shift = 0
    while data[at] & 128:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
    return value | data[at] << shift, at + 1


def _signed(value: int) -> int:
    return value >> 1 ^ -(value & 1)


def _skip(data: bytes, at: int, kind: int, depth: int) -> int:
    """Return the position after a value."""
    if kind in _FIXED:
        return at + _FIXED[kind]
    if kind in _INTEGERS:
        return _varint(data, at)[1]
    if kind == _BINARY:
        length, at = _varint(data, at)
        return at + length
    if depth == _DEEPEST or kind not in {_LIST, _SET, _STRUCT}:
        raise ValueError(kind)
    return _skip_struct(data, at, depth) if kind == _STRUCT else _skip_list(data, at, depth)


def _skip_struct(data: bytes, at: int, depth: int) -> int:
    while data[at]:
        kind, step = data[at] & 15, data[at] >> 4
        at = _skip(data, at + 1 if step else _varint(data, at + 1)[1], kind, depth + 1)
    return at + 1


def _skip_list(data: bytes, at: int, depth: int) -> int:
    number, element = data[at] >> 4, data[at] & 15
    at += 1
    if number == _MANY:
        number, at = _varint(data, at)
    for _ in range(min(number, len(data))):
        at = _skip(data, at, _BYTE if element in {_TRUE, _FALSE} else element, depth + 1)
    return at
