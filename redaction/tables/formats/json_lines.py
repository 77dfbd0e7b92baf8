"""JSON Lines in UTF-8: one object a line. Types are those of the values, times stay text.

Integers among strings become text; other mixtures have no type that a table can use. A key that a line has twice is
refused, and so is NaN, which is no JSON.
"""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from typing import Any, Final

import pyarrow as pa

from redaction.storage import StoragePath, etag
from redaction.tables.errors import TablesError
from redaction.tables.formats.lines import Block, LinesLayout, UnendingRecordError, blocks

_LARGEST: Final = 2**63
_MIXED: Final = pa.dense_union([pa.field("text", pa.string()), pa.field("number", pa.float64())])
"""The type of a column whose values are of several kinds: no canonical column accepts it."""


class JsonLayout(LinesLayout):
    """A file of JSON Lines."""

    __slots__ = ()

    @classmethod
    def of(cls, path: StoragePath, key: str) -> "JsonLayout":
        """Read the file once to find its blocks and types; within a process only once until it changes.

        Returns:
            The layout.

        Raises:
            TablesError: A line that is no JSON object.
        """
        return _layout(path, key, etag(path))

    def parse(self, content: bytes, block: Block, columns: Sequence[str]) -> list[pa.RecordBatch]:
        """Return the rows of a block, with some columns of the schema."""
        rows = list(_objects(self.path, self.key, content, block.first_line))
        if not columns:
            return [pa.RecordBatch.from_struct_array(pa.nulls(len(rows), pa.struct([])))]
        fields = [pa.field(name, _readable(self.schema.field(name).type)) for name in columns]
        try:
            arrays = [_array([row.get(field.name) for row in rows], field.type) for field in fields]
        except UnicodeEncodeError:
            raise TablesError(
                f"{self.key}: {self.path.name}: a list or an object from line {block.first_line} on holds half a "
                "character (a lone surrogate); correct it"
            ) from None
        return [pa.record_batch(arrays, schema=pa.schema(fields))]


@lru_cache(maxsize=4096)
def _layout(path: StoragePath, key: str, _etag: str) -> JsonLayout:
    found, rows, types = list[Block](), 0, dict[str, pa.DataType]()
    try:
        for block, content in blocks(path, lambda data, ends: len(data) if ends else data.rfind(b"\n") + 1):
            for row in _objects(path, key, content, block.first_line):
                rows += 1
                for name, value in row.items():
                    types[name] = _merged(types.get(name, pa.null()), _type(value))
            found.append(block)
    except UnendingRecordError as error:
        raise TablesError(f"{key}: {path.name}: line {error}: does not end; write one object a line") from None
    schema = pa.schema([pa.field(name, dtype) for name, dtype in types.items()])
    return JsonLayout(path, key, schema, rows, tuple(found))


def _problem(line: str) -> str:
    if line.startswith("["):
        return "begins a JSON array; write one object a line, without brackets and commas between them"
    if line.endswith("},"):
        return "ends with a comma; write one object a line, without commas between them"
    return "not one JSON object with each key once; correct it"


def _objects(path: StoragePath, key: str, content: bytes, line: int) -> Iterator[dict[str, Any]]:
    # What is no UTF-8 passes through to where the columns are typed, row by row.
    text = content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    for number, each in enumerate(text.split("\n"), line):
        if not each.strip():
            continue
        try:
            value = _DECODER.decode(each.strip())
            if not isinstance(value, dict):
                raise TypeError
        except (ValueError, TypeError, RecursionError):
            raise TablesError(f"{key}: {path.name}: line {number}: {_problem(each.strip())}") from None
        yield value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError
    return value


def _refuse(_name: str) -> Any:
    raise ValueError


def _integer(text: str) -> int | str:
    return value if -_LARGEST <= (value := int(text)) < _LARGEST else text


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_refuse, parse_int=_integer)


_SCALARS: Final = {
    type(None): pa.null(),
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
}


def _type(value: Any) -> pa.DataType:
    if isinstance(value, dict):
        return pa.struct([pa.field(name, _type(each)) for name, each in value.items()])
    if isinstance(value, list):
        return pa.list_(reduce(_merged, map(_type, value), pa.null()))
    return _SCALARS[type(value)]


def _merged(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Return the type of values of both types."""
    if one.equals(other) or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    if pa.types.is_list(one) and pa.types.is_list(other):
        return pa.list_(_merged(one.value_type, other.value_type))
    if pa.types.is_struct(one) and pa.types.is_struct(other):
        fields = {field.name: field.type for field in one}
        for field in other:
            fields[field.name] = _merged(fields.get(field.name, pa.null()), field.type)
        return pa.struct([pa.field(name, dtype) for name, dtype in fields.items()])
    kinds = {one, other}
    if kinds == {pa.int64(), pa.string()}:
        return pa.string()
    return pa.float64() if kinds == {pa.int64(), pa.float64()} else _MIXED


def _readable(dtype: pa.DataType) -> pa.DataType:
    """Return a type with null for what is mixed: only fields that no canonical column has may be."""
    if dtype.equals(_MIXED):
        return pa.null()
    if pa.types.is_list(dtype):
        return pa.list_(_readable(dtype.value_type))
    if pa.types.is_struct(dtype):
        return pa.struct([pa.field(field.name, _readable(field.type)) for field in dtype])
    return dtype


def _array(values: list[Any], dtype: pa.DataType) -> pa.Array:
    if not pa.types.is_string(dtype):
        return pa.array([_as(value, dtype) for value in values], dtype)
    texts = [value if value is None else str(value) for value in values]
    try:
        return pa.array(texts, dtype)
    except UnicodeEncodeError:
        encoded = pa.array([t if t is None else t.encode("utf-8", "surrogatepass") for t in texts], pa.binary())
        return pa.Array.from_buffers(dtype, len(encoded), encoded.buffers())


def _as(value: Any, dtype: pa.DataType) -> Any:
    """Return a value in which integers among strings are text."""
    if value is None:
        return None
    if pa.types.is_string(dtype):
        return str(value)
    if pa.types.is_list(dtype):
        return [_as(each, dtype.value_type) for each in value]
    if pa.types.is_struct(dtype):
        return {field.name: _as(value.get(field.name), field.type) for field in dtype}
    return None if pa.types.is_null(dtype) else value
