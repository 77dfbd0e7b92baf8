"""The requests of members, and the rights events that they became."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl
from filelock import FileLock

from redaction.errors import DiscreetError
from redaction.release import RecordKey
from redaction.state.clock import check_clock
from redaction.state.layout import CorpusPaths, private_folder
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import REQUEST_EVENTS, REQUESTS, PrivateTable
from redaction.storage import sync

_LOCK: Final = ".requests.lock"


class RequestStoreError(DiscreetError):
    """The requests cannot be read."""


@dataclass(frozen=True, slots=True)
class RequestBook:
    """The requests (columns of `REQUESTS`) and the recorded events (columns of `REQUEST_EVENTS`)."""

    requests: pl.DataFrame
    events: pl.DataFrame


def request_key(master: bytes, corpus: str) -> RecordKey:
    """Return the key of the ids of requests, and of the marks of their subjects."""
    return RecordKey(RecordKey(master).purpose(f"requests/{corpus}"))


def read_book(paths: CorpusPaths) -> RequestBook:
    """Read all requests and recorded events, oldest first. Raises RequestStoreError where they cannot be read."""
    return RequestBook(_read(paths, REQUESTS), _read(paths, REQUEST_EVENTS))


def update_book(paths: CorpusPaths, change: Callable[[RequestBook], RequestBook]) -> RequestBook:
    """Replace the book by what `change` makes of it, while no other process does.

    The events are written first: one without its request still protects, and recording the request again completes it.

    Returns:
        The new book.

    Raises:
        ClockError: The clock was set back since the last command.
    """
    check_clock(paths)
    private_folder(paths.state)
    with FileLock(paths.state / _LOCK, fallback_to_soft=False):
        before = read_book(paths)
        after = change(before)
        _write(paths, REQUEST_EVENTS, before.events, after.events)
        _write(paths, REQUESTS, before.requests, after.requests)
        return after


def _read(paths: CorpusPaths, table: PrivateTable) -> pl.DataFrame:
    path = paths.file(table)
    if not path.is_file():
        return pl.DataFrame(schema=table.schema)
    try:
        rows = pl.read_parquet(path, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RequestStoreError(f"{path}: cannot be read ({type(error).__name__}); restore it") from None
    if rows.schema != table.schema:
        raise RequestStoreError(f"{path}: is not a table of requests of this version; restore it")
    return rows


def _write(paths: CorpusPaths, table: PrivateTable, before: pl.DataFrame, after: pl.DataFrame) -> None:
    if after.equals(before):
        return
    path = paths.file(table)
    if after.is_empty():
        path.unlink(missing_ok=True)
        return
    draft = path.with_name(f".{path.name}.requests.draft")
    write_table(table, draft, after.select(table.schema.names()))
    draft.chmod(0o600)
    sync(draft)
    draft.replace(path)
    sync(path.parent)
