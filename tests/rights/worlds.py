"""Small worlds for the tests: rows as dictionaries, given to the program and to the reference alike."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from redaction.rights import (
    Decisions,
    Inputs,
    Judged,
    Mentions,
    Policy,
    Recipient,
    RegionSets,
    RightsSettings,
    decide,
    judge,
)
from tests.rights import reference
from tests.rights.reference import Row, World

ROOT = Path(__file__).parents[2]
TIME = pl.Datetime("us", "UTC")
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
AS_OF = datetime(2025, 6, 30, tzinfo=UTC)

POSTS = {
    "post_id": pl.String, "author_id": pl.String, "created_at": TIME, "kind": pl.String,
    "context": pl.String, "in_reply_to": pl.String, "repost_of": pl.String, "quote_of": pl.String,
    "mentions": pl.List(pl.String),
}  # fmt: skip
EDUCATION = pl.List(pl.Struct({"school": pl.String, "degree": pl.String, "end": pl.Date}))
PROFILES = {
    "user_id": pl.String, "birth_date": pl.Date, "account_status": pl.String, "education": EDUCATION,
    "updated_at": TIME,
}  # fmt: skip
EVENTS = {
    "event_id": pl.String, "subject_id": pl.String, "action": pl.String, "event_time": TIME,
    "received_at": TIME, "purpose": pl.String, "categories": pl.List(pl.String),
    "recipients": pl.List(pl.String), "supersedes": pl.String,
}  # fmt: skip
SIGNALS = {
    "subject_id": pl.String, "signal": pl.String, "value": pl.String, "valid_from": TIME, "valid_to": TIME,
    "observed_at": TIME,
}  # fmt: skip

# What each value may mean, told here once more, by hand.
READINGS = {
    "US": {"US"}, "Brazil": {"BR"}, "São Paulo, Brazil": {"BR"}, "Deutschland": {"DE"}, "EL": {"GR"},
    "UK": {"GB"}, "London, UK": {"GB"}, "NO": {"NO"}, "Suisse": {"CH"}, "HK": {"HK"}, "CA": {"CA", "US"},
    "Canada": {"CA"}, "Georgia": {"GE", "US"}, "GP": {"GP"}, "AX": {"AX"}, "XK": {"XK"}, "HR": {"HR"},
    "+44": {"GB", "GG", "IM", "JE"}, "San Francisco, CA, USA": {"US"},
}  # fmt: skip


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def plain_policy(name: str, **changes: Any) -> Row:
    """A shipped policy as plain data, with some keys changed."""
    content = yaml.safe_load((ROOT / "configs/policies" / f"{name}.yaml").read_text())
    defaults = {"optout_scope": "all_content", "requires": [], "max_plausible_age": 120, "effective_to": None}
    return {**defaults, **content, **changes}


def plain_regions() -> Row:
    """The shipped regions, with one of the empty sets filled as an operator would."""
    content: Row = yaml.safe_load((ROOT / "configs/regions.yaml").read_text())
    row = {"codes": ["BR"], "basis": "chosen", "source": "the operator", "confidence": "primary"}
    content["sets"]["BR"]["rows"] = [row]
    return content


def plain_sets() -> dict[str, list[Row]]:
    return {name: entry.get("rows", []) for name, entry in plain_regions()["sets"].items()}


@cache
def regions() -> RegionSets:
    return RegionSets.model_validate(plain_regions())


def post(post_id: str, author: str, created: datetime, kind: str = "post", **others: Any) -> Row:
    row = dict.fromkeys(POSTS)
    return {**row, "post_id": post_id, "author_id": author, "created_at": created, "kind": kind, **others}


def profile(user: str, **others: Any) -> Row:
    row: Row = {
        "birth_date": date(1985, 5, 17), "account_status": "active", "education": None,
        "updated_at": at(2024, 1, 1),
    }  # fmt: skip
    return {"user_id": user, **row, **others}


def event(event_id: str, subject: str, action: str | None, when: datetime | None, **others: Any) -> Row:
    row = dict.fromkeys(EVENTS)
    told = {"event_id": event_id, "subject_id": subject, "action": action, "event_time": when}
    return {**row, **told, "received_at": when, **others}


def signal(subject: str, value: str | None, source: str = "profile", **others: Any) -> Row:
    row = dict.fromkeys(SIGNALS)
    return {**row, "subject_id": subject, "signal": source, "value": value, **others}


def heartbeat(as_of: datetime) -> Row:
    """An event of nobody in particular, so that the ledger is fresh."""
    return event("heartbeat", "nobody-in-particular", "opt_out", as_of - DAY)


def frame(rows: Iterable[Row], schema: dict[str, Any]) -> pl.LazyFrame:
    return pl.LazyFrame(list(rows), schema=schema, orient="row")


def world(
    posts: Iterable[Row] = (),
    profiles: Iterable[Row] = (),
    events: Iterable[Row] = (),
    signals: Iterable[Row] = (),
    policy: Row | None = None,
    as_of: datetime = AS_OF,
    **others: Any,
) -> World:
    """A world with the given rows; the ledger always holds a heartbeat."""
    by_subject: dict[str, list[Row]] = {}
    for row in [*events, heartbeat(as_of)]:
        by_subject.setdefault(row["subject_id"], []).append(row)
    located: dict[str, list[Row]] = {}
    for row in signals:
        located.setdefault(row["subject_id"], []).append(row)
    chosen: Row = {
        "collected": as_of, "known": None, "purpose": "ai_training", "recipient": "self",
        "mentions": "redact", "dates": {}, "withheld": set(), **others,
    }  # fmt: skip
    return World(
        policy=policy or plain_policy("linkedin-2024-09"),
        sets=plain_sets(),
        readings=READINGS,
        as_of=as_of,
        posts={row["post_id"]: row for row in posts},
        profiles={row["user_id"]: row for row in profiles},
        events=by_subject,
        signals=located,
        **chosen,
    )


def inputs(told: World) -> Inputs:
    return Inputs(
        posts=frame(told.posts.values(), POSTS),
        profiles=frame(told.profiles.values(), PROFILES),
        rights_events=frame((e for rows in told.events.values() for e in rows), EVENTS),
        region_signals=frame((s for rows in told.signals.values() for s in rows), SIGNALS),
    )


def settings(told: World) -> RightsSettings:
    return RightsSettings(
        purpose=told.purpose,
        recipient=Recipient(told.recipient),
        mentions=Mentions(told.mentions),
        legitimate_interest_reference="LIA-1",
        earliest_content_dates=told.dates,
        collected_at=told.collected,
    )


def withheld(told: World) -> pl.DataFrame:
    """What was taken back before, as the program is told it."""
    return pl.DataFrame(sorted(told.withheld), schema={"source": pl.String, "source_id": pl.String}, orient="row")


def decided(told: World, sets: RegionSets | None = None) -> Decisions:
    """What the program decides."""
    policy = Policy.model_validate(told.policy)
    return decide(
        inputs(told), policy, sets or regions(), settings(told), told.as_of, told.known, withheld=withheld(told)
    )


def judged(told: World, block_rows: int | None = None) -> Judged:
    """What the program decides, block by block: of posts sorted by id, so many at a time."""
    given, policy = inputs(told), Policy.model_validate(told.policy)
    if block_rows is not None:
        given = replace(given, posts=given.posts.sort("post_id"), block_rows=block_rows)
    return judge(given, policy, regions(), settings(told), told.as_of, told.known, withheld=withheld(told))


def expected(told: World) -> pl.DataFrame:
    """What the reference decides, in the columns of the records."""
    rows = [
        ("posts", name, row["author_id"], *_verdict(reference.decide_post(told, row)))
        for name, row in told.posts.items()
    ]
    rows += [
        ("profiles", name, name, *_verdict(reference.decide_profile(told, row))) for name, row in told.profiles.items()
    ]
    columns = ["source", "source_id", "subject_id", "decision", "reason", "rule", "evidence_id"]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").sort("source", "source_id")


def _verdict(found: reference.Found) -> tuple[str, str, str, str | None]:
    return ("keep" if found[0] == "eligible" else "drop", *found)


def reason_of(told: World, record: str, source: str = "posts") -> str:
    """The program's reason for one record."""
    records = decided(told).records
    wanted = (pl.col("source") == source) & (pl.col("source_id") == record)
    return str(records.filter(wanted)["reason"].item())
