"""Is the first row of a file a header, or data? What may be a person's value is in no message."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import pyarrow as pa

from redaction.tables.likeness import letters
from redaction.tables.schemas import TABLES

FIRST_ROW: Final = b"first_row"
"""The key of the schema's metadata under which a format without declared names has what its first row is."""

_VALUE: Final = re.compile(
    r"\s*|[+-]?[\d.,'\s]*\d\s?%?"  # nothing, a number, an amount
    r"|\d{4}-\d\d?-\d\d?.*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*"  # a date, a time
    r"|\S+@\S+|@\w+|.*://.*|\+?[\d\s()/.-]{6,}"  # an address, a handle, a phone number
    r"|(?=.*\d)[0-9a-fA-F]{16,}|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"  # a digest, a UUID
    r"|[\[{].*[\]}]|.{65,}|(?:\S+\s+){5,}\S.*",  # a list, a text
    re.DOTALL,
)
_KNOWN: Final = frozenset(letters(column) for table in TABLES.values() for column in table.schema)
_REST: Final = 0.9


class FirstRow(StrEnum):
    """What the first row of a file is."""

    header = "header"
    data = "data"
    unknown = "unknown"


def is_like_a_value(name: str) -> bool:
    """Return whether a name is what values are: a number, a time, an address, an id, a text."""
    return _VALUE.fullmatch(name) is not None


def judge_first_row(names: Sequence[str], rows: Sequence[Sequence[str | None]] = ()) -> FirstRow:
    """Judge whether names are names: by themselves, and by the rows that follow.

    Names of canonical columns, and names over numbers or times, speak for a header. Cells that are values, that occur
    below themselves, or that have the form of the cells below (`u17` over `u18`) speak for data.

    Args:
        names: The cells of the first row.
        rows: Some of the rows that follow, which may be shorter.

    Returns:
        What the first row is; unknown where nothing speaks for either.
    """
    known = sum(letters(name) in _KNOWN for name in names)
    values = 0
    for column, name in enumerate(names):
        below = [cell for row in rows if column < len(row) and (cell := row[column])]
        forms = sum(_form(cell) == _form(name) for cell in below)
        same_form = any(map(str.isdigit, name)) and below and forms >= _REST * len(below)
        if is_like_a_value(name) or name in below or same_form:
            values += 1
        elif below and all(map(is_like_a_value, below)):
            known += 1
    if values > known:
        return FirstRow.data
    return FirstRow.header if known else FirstRow.unknown


def first_row_of(schema: pa.Schema, mapped: Iterable[str]) -> FirstRow:
    """Return what the first row of a file is; a name that the config maps is a name.

    Where a format declares names, they may still be the first row of a CSV file that was read without a header.
    """
    if set(mapped) & set(schema.names):
        return FirstRow.header
    found = (schema.metadata or {}).get(FIRST_ROW)
    if found:
        return FirstRow(found.decode())
    return FirstRow.data if judge_first_row(schema.names) is FirstRow.data else FirstRow.header


def _form(text: str) -> str:
    """Return `A` for each run of letters and `0` for each of digits."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "0", text))
