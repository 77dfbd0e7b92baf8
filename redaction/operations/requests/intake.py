"""Records requests, and the rights events that they become; extends one; closes those that were answered."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from redaction.builds.inputs import open_inputs
from redaction.config import Config
from redaction.operations.requests.kinds import Extension, RequestKind, due, extended_due
from redaction.operations.requests.reading import RequestError
from redaction.rights import REQUESTED
from redaction.state.action_log import Deed, log_action
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.state.private_tables import RECORDED_PREFIX, REQUEST_EVENTS, REQUESTS
from redaction.state.stores.request_store import RequestBook, read_book, request_key, update_book
from redaction.tables import TABLES, TableName, read_table

SUBJECTS = "subjects"
"""The source under which the marks of subjects are computed."""


_MANY: Final = 20
"""Of so many requests, most are of known members, unless the wrong column was read."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded: the ids of the requests, how many are new, and how many name nobody in the profiles."""

    request_ids: tuple[str, ...]
    new: int
    unknown: int


def record_requests(config: Config, requests: pl.DataFrame, *, allow_unknown: bool = False) -> Recorded:
    """Record requests and their rights events. A request that is recorded already is left as it is.

    The next build, takedown or check reads the events beside the ledger. An event that the ledger holds by now is
    removed here.

    Args:
        config: The config of the corpus.
        requests: As `NEW_REQUESTS`.
        allow_unknown: Whether most of many requests may be of nobody in the profiles.

    Returns:
        What was recorded.

    Raises:
        RequestError: Most of many requests are of nobody in the profiles.
        TablesError: The profiles or the ledger cannot be read.
        RequestStoreError: The earlier requests cannot be read.
    """
    paths, master = CorpusPaths.of(config), master_key(config)
    inputs = open_inputs(config, names=[TableName.profiles, TableName.rights_events])
    own = paths.file(REQUEST_EVENTS).resolve()
    files = [each for each in inputs.files[TableName.rights_events] if Path(str(each.path)).resolve() != own]
    in_ledger = read_table(TABLES[TableName.rights_events], files, ["event_id"]).rows["event_id"]
    members = inputs.rows(TableName.profiles, ["user_id"]).rows["user_id"]
    unknown = requests.filter(~pl.col("subject_id").is_in(members.implode())).height
    if requests.height >= _MANY and 2 * unknown > requests.height and not allow_unknown:
        raise RequestError(
            f"requests: {unknown} of {requests.height} are of nobody in the profiles; give the ids of members in the "
            "column subject_id, or, if these members are gone, say --allow-unknown; nothing was recorded"
        )
    rows = _identified(requests, master, config.corpus)
    known = read_book(paths).requests["request_id"]

    def add(book: RequestBook) -> RequestBook:
        events = pl.concat([book.events, _events(rows)]).unique("event_id", keep="first", maintain_order=True)
        recorded = rows.select(REQUESTS.schema.names())
        return RequestBook(
            pl.concat([book.requests, recorded]).unique("request_id", keep="first", maintain_order=True),
            events.filter(~pl.col("event_id").is_in(in_ledger.implode())),
        )

    update_book(paths, add)
    ids = rows["request_id"].to_list()
    new = rows.filter(~pl.col("request_id").is_in(known.implode())).height
    if new:
        log_action(paths, master, Deed.REQUESTS_RECORDED, requests=new)
    return Recorded(tuple(ids), new, unknown)


def record_events(config: Config, events: pl.DataFrame) -> int:
    """Record rights events without requests, as of consent receipts. Returns how many were not recorded before."""
    paths, master = CorpusPaths.of(config), master_key(config)
    before = read_book(paths).events["event_id"]

    def add(book: RequestBook) -> RequestBook:
        both = pl.concat([book.events, events]).unique("event_id", keep="first", maintain_order=True)
        return RequestBook(book.requests, both)

    update_book(paths, add)
    new = events.filter(~pl.col("event_id").is_in(before.implode())).height
    if new:
        log_action(paths, master, Deed.RECEIPTS_READ, events=new)
    return new


def extend(config: Config, request_id: str, reason: Extension, today: date | None = None) -> date:
    """Extend the time for an answer by two months. The member has to be informed within the first month.

    Returns:
        The day on which the answer is due now.

    Raises:
        RequestError: There is no such open request, it is extended already, or the first month is over.
    """
    paths, master, today = CorpusPaths.of(config), master_key(config), today or datetime.now(UTC).date()

    def change(book: RequestBook) -> RequestBook:
        row = open_request(book, request_id)
        if row["extension"] is not None:
            raise RequestError(f"{request_id}: is extended already; it is due on {row['due']}")
        if row["due"] < today:
            raise RequestError(f"{request_id}: was due on {row['due']}; an extension had to be announced by then")
        this = pl.col("request_id") == request_id
        extended = book.requests.with_columns(
            pl.when(this).then(extended_due(pl.col("received"))).otherwise("due").alias("due"),
            pl.when(this).then(pl.lit(reason.value)).otherwise("extension").alias("extension"),
        )
        return RequestBook(extended, book.events)

    book = update_book(paths, change)
    log_action(paths, master, Deed.REQUEST_EXTENDED, request=request_id, reason=reason.value)
    day: date = book.requests.row(by_predicate=pl.col("request_id") == request_id, named=True)["due"]
    return day


def close_requests(config: Config, request_ids: list[str]) -> None:
    """Note that requests were answered, and remove their subjects' ids: only keyed marks remain."""
    paths, now = CorpusPaths.of(config), datetime.now(UTC)

    def change(book: RequestBook) -> RequestBook:
        these = pl.col("request_id").is_in(request_ids)
        closed = book.requests.with_columns(
            pl.when(these).then(pl.lit(None, pl.String)).otherwise("subject_id").alias("subject_id"),
            pl.when(these)
            .then(pl.lit(now).cast(REQUESTS.schema["answered_at"]))
            .otherwise("answered_at")
            .alias("answered_at"),
        )
        return RequestBook(closed, book.events)

    update_book(paths, change)
    log_action(paths, master_key(config), Deed.REQUESTS_ANSWERED, requests=len(request_ids))


def open_request(book: RequestBook, request_id: str) -> dict[str, Any]:
    """Return the row of a request. Raises RequestError if there is none, or it was answered."""
    found = book.requests.filter(request_id=request_id)
    if found.is_empty():
        raise RequestError(f"{request_id}: no request has this id; discreet request list shows them")
    row = found.row(0, named=True)
    if row["answered_at"] is not None:
        raise RequestError(f"{request_id}: was answered on {row['answered_at']:%Y-%m-%d}")
    return row


def _identified(requests: pl.DataFrame, master: bytes, corpus: str) -> pl.DataFrame:
    """Add ids, marks, days and event ids. The id is that of subject, kind and time of receipt, under the key."""
    key = request_key(master, corpus)
    what = pl.concat_str(pl.col("subject_id"), pl.col("kind"), pl.col("received").cast(pl.Int64), separator="\x1f")
    ids = key.record_ids("requests", requests.select(what.alias("what"))["what"]).str.slice(0, 16)
    acting = {each.value: each.action.value for each in RequestKind if each.action}
    rows = requests.with_columns(
        request_id="r" + ids,
        mark=key.record_ids(SUBJECTS, requests["subject_id"]),
        recorded_at=pl.lit(datetime.now(UTC)).cast(REQUESTS.schema["recorded_at"]),
        due=due(pl.col("received")),
        action=pl.col("kind").replace_strict(acting, default=None, return_dtype=pl.String),
        extension=pl.lit(None, pl.String),
        answered_at=pl.lit(None).cast(REQUESTS.schema["answered_at"]),
    ).unique("request_id", keep="first", maintain_order=True)
    event = pl.when(pl.col("action").is_not_null()).then(pl.lit(RECORDED_PREFIX) + pl.col("request_id"))
    return rows.with_columns(event.alias("event_id"))


def _events(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rights events of requests. An event is never later than its receipt, so clocks cannot corrupt it."""
    events = rows.filter(pl.col("action").is_not_null()).with_columns(
        event_time=pl.col("received"),
        received_at=pl.max_horizontal("received", "recorded_at"),
        mechanism=pl.lit(REQUESTED),
        notice_version=pl.lit(None, pl.String),
        supersedes=pl.lit(None, pl.String),
    )
    return events.select(REQUEST_EVENTS.schema.names()).cast(dict(REQUEST_EVENTS.schema.items()))
