"""Which types and spellings of values are read: each is given to the code that reads it."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
import pyarrow as pa

from redaction.tables.declarations.profiles import EXPERIENCE
from redaction.tables.declarations.table import TIME
from redaction.tables.schemas import Dtype
from redaction.tables.settings import Unit
from redaction.tables.values.conversion import typed_value
from redaction.tables.values.misfits import misfit
from redaction.tables.values.times import day_of_text
from reference_docs.markdown import code, table

_CANONICAL: Final[Mapping[str, tuple[str, Dtype]]] = {
    "id": ("post_id", pl.String),
    "text": ("text", pl.String),
    "time": ("created_at", TIME),
    "date": ("birth_date", pl.Date),
    "list of ids": ("mentions", pl.List(pl.String)),
    "list of texts": ("emails", pl.List(pl.String)),
    "list of objects": ("experience", EXPERIENCE),
}
"""Each kind of column as the dictionary calls it, with one column of it and its type."""

_FOUND: Final[Mapping[str, pa.DataType]] = {
    "text": pa.string(),
    "dictionaries of text": pa.dictionary(pa.int32(), pa.string()),
    "integers": pa.int64(),
    "decimals of scale 0": pa.decimal128(20, 0),
    "other decimals": pa.decimal128(20, 2),
    "floats": pa.float64(),
    "UUIDs": pa.uuid(),
    "bytes": pa.binary(),
    "booleans": pa.bool_(),
    "dates": pa.date32(),
    "timestamps": pa.timestamp("ns"),
    "timestamps with a zone": pa.timestamp("us", "Europe/Berlin"),
    "lists of text": pa.list_(pa.string()),
    "lists of integers": pa.list_(pa.int64()),
    "lists of structs": pa.list_(pa.struct([("title", pa.string()), ("start", pa.date32())])),
}

_TIMES: Final = (
    "2025-03-09T12:00:00Z",
    "2025-03-09 12:00:00.123456",
    "2025-03-09T12:00:00+05:30",
    "20250309T120000Z",
    "2025-03-09T12:00",
    "2025-03-09",
    "09/03/2025",
    "March 9, 2025",
    "1741521600",
)
_LISTS: Final = ('["m42", "m43"]', "[42, 43]", "[]", "m42,m43", "[1.5]")


def accepted_types() -> str:
    """Return, for each kind of column, the types of a file that are read and those that are refused."""
    rows = []
    for kind, (column, wanted) in _CANONICAL.items():
        fits = {name: _fits(found, wanted, column) for name, found in _FOUND.items()}
        rows.append((kind, *(", ".join(name for name in fits if fits[name] == how) or "–" for how in _ANSWERS)))
    return table(("Column", "Read", "Read with a unit in the config", "Refused"), rows)


_ANSWERS: Final = ("read", "with a unit", "refused")


def _fits(found: pa.DataType, wanted: Dtype, column: str) -> str:
    if misfit(found, wanted, column, column, None) is None:
        return "read"
    timely = wanted in {TIME, pl.Date}
    return "with a unit" if timely and misfit(found, wanted, column, column, Unit.s) is None else "refused"


def spellings() -> str:
    """Return how texts are read as times, dates and lists."""
    return "\n\n".join(
        (
            table(("Text", "As a time (UTC)", "As a date"), [_times(text) for text in _TIMES]),
            table(
                ("`start` or `end`", "As a start", "As an end"),
                [_ends(text) for text in ("2015", "2015-02", "2015-02-03")],
            ),
            table(
                ("Text", "As a list"), [(code(text), _shown(typed_value(text, pl.List(pl.String)))) for text in _LISTS]
            ),
        )
    )


def _times(text: str) -> Sequence[str]:
    return code(text), _shown(typed_value(text, TIME)), _shown(typed_value(text, pl.Date))


def _ends(text: str) -> Sequence[str]:
    given = pl.DataFrame({"text": [text]})
    days = [given.select(day_of_text(pl.col("text"), whole=False, last=last)).to_series() for last in (False, True)]
    return code(text), *map(_shown, days)


def _shown(value: pl.Series) -> str:
    if value.null_count():
        return "refused"
    read = value.to_list()[0]
    return code(json.dumps(read)) if isinstance(read, list) else str(read).removesuffix("+00:00")
