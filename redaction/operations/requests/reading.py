"""Reads many requests at once from a CSV or JSON Lines file, and checks every row before any is recorded."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from redaction.errors import DiscreetError
from redaction.operations.requests.kinds import RequestKind
from redaction.tables import canonical_ids
from redaction.wording import counted

COLUMNS: Final = ("subject_id", "kind", "received", "purpose", "categories", "recipients")
"""The columns of a file of requests. The last three are optional; the last two are lists, or text parted by `;`."""

_REQUIRED: Final = COLUMNS[:3]
_LISTS: Final = COLUMNS[4:]
_DAY: Final = timedelta(days=1)

NEW_REQUESTS: Final = pl.Schema(
    {
        **dict.fromkeys(("subject_id", "kind"), pl.String()),
        "received": pl.Datetime("us", "UTC"),
        "purpose": pl.String(),
        **dict.fromkeys(_LISTS, pl.List(pl.String())),
    }
)
"""Requests as they are recorded."""


class RequestError(DiscreetError):
    """A request that cannot be recorded or answered."""


def read_requests(file: Path) -> pl.DataFrame:
    """Read a file of requests: `.csv` with a header, or `.jsonl`, with the columns of `COLUMNS`.

    Returns:
        The requests, as `NEW_REQUESTS`.

    Raises:
        RequestError: The file cannot be read, lacks a column, or a row is wrong; nothing is then recorded.
    """
    rows = _read(file)
    if missing := [name for name in _REQUIRED if name not in rows.columns]:
        raise RequestError(f"{file}: has no column {', '.join(missing)}; a request needs {', '.join(_REQUIRED)}")
    if other := sorted(set(rows.columns) - set(COLUMNS)):
        raise RequestError(f"{file}: does not know column {', '.join(other)}; the columns are {', '.join(COLUMNS)}")
    return checked_requests(rows, str(file))


def checked_requests(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    """Convert rows of text to `NEW_REQUESTS`. Raises RequestError with the number of the first row that is wrong."""
    given = [pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in rows.columns]
    texts = rows.with_columns(given).select(COLUMNS).with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    kinds = [each.value for each in RequestKind]
    lists = [
        pl.when(pl.col(name).is_not_null())
        .then(pl.col(name).str.split(";").list.eval(pl.element().str.strip_chars()))
        .alias(name)
        for name in _LISTS
    ]
    typed = texts.with_columns(
        canonical_ids(texts["subject_id"]),
        pl.col("kind").str.to_lowercase().str.replace("_", "-", literal=True),
        _instants(pl.col("received")),
        *lists,
    )
    latest = pl.lit(datetime.now(UTC) + _DAY)
    problems = {
        "subject_id is missing": pl.col("subject_id").is_null(),
        f"kind is none of {', '.join(kinds)}": ~pl.col("kind").is_in(kinds).fill_null(value=False),
        "received is no day or instant, as 2026-01-31 or 2026-01-31T12:00:00Z": pl.col("received").is_null(),
        "received is in the future": (pl.col("received") > latest).fill_null(value=False),
    }
    for problem, wrong in problems.items():
        found = typed.select(wrong.alias("wrong"))["wrong"].arg_true()
        if found.len():
            many = f" ({counted(found.len(), 'such row')})" if found.len() > 1 else ""
            raise RequestError(f"{source}: row {found[0] + 1}: {problem}{many}; nothing was recorded")
    return typed.cast(dict(NEW_REQUESTS.items())).select(NEW_REQUESTS.names())


def _instants(text: pl.Expr) -> pl.Expr:
    day = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    zoned = text.str.replace(r"Z$", "+00:00").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", strict=False, time_unit="us")
    return pl.coalesce(day, zoned.dt.convert_time_zone("UTC"))


def _read(file: Path) -> pl.DataFrame:
    try:
        if file.suffix == ".csv":
            return pl.read_csv(file, infer_schema=False, glob=False)
        if file.suffix == ".jsonl":
            rows = list(_json_lines(file))
            names = list(dict.fromkeys(name for row in rows for name in row))
            return pl.DataFrame(
                {name: [row.get(name) for row in rows] for name in names}, dict.fromkeys(names, pl.String)
            )
    except (OSError, UnicodeDecodeError, ValueError, TypeError, pl.exceptions.PolarsError) as error:
        raise RequestError(
            f"{file}: cannot be read ({type(error).__name__}); give CSV or JSON Lines in UTF-8"
        ) from None
    raise RequestError(f"{file}: is neither .csv nor .jsonl; give one of them")


def _json_lines(file: Path) -> Iterator[dict[str, str | None]]:
    for line in file.read_text("utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            yield {name: ";".join(value) if isinstance(value, list) else value for name, value in row.items()}
