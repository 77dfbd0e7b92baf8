"""Small worlds for the tests: rows as dictionaries, for the program and for the reference."""

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
    Policy,
    RegionSets,
    RightsSettings,
    RuleResults,
    Rules,
    apply_rules,
)
from redaction.rights.settings import Mentions, Recipient
from redaction.rights.signals.links import with_link_signals
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
    "mentions": pl.List(pl.String), "links": pl.List(pl.String),
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

TARGETS = ("post_id", "subject_id", "domain", "url")
OTHERS = {
    "post_id": pl.String, "subject_id": pl.String, "url": pl.String, "domain": pl.String, "format": pl.String,
    "value": pl.String, "observed_at": TIME,
}  # fmt: skip

# What each value may mean, written by hand.
READINGS = {
    "US": {"US"}, "Brazil": {"BR"}, "São Paulo, Brazil": {"BR"}, "Deutschland": {"DE"}, "EL": {"GR"},
    "UK": {"GB"}, "KR": {"KR"}, "London, UK": {"GB"}, "NO": {"NO"}, "Suisse": {"CH"}, "HK": {"HK"}, "CA": {"CA", "US"},
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
    required = {"event_id": event_id, "subject_id": subject, "action": action, "event_time": when}
    return {**row, **required, "received_at": when, **others}


def signal(subject: str, value: str | None, source: str = "profile", **others: Any) -> Row:
    row = dict.fromkeys(SIGNALS)
    return {**row, "subject_id": subject, "signal": source, "value": value, **others}


def other(target: str | None, format_name: str, value: str, **others: Any) -> Row:
    """A signal of others about a post, or about the member `subject_id`."""
    row = dict.fromkeys(OTHERS)
    return {**row, "post_id": target, "format": format_name, "value": value, **others}


def heartbeat(as_of: datetime) -> Row:
    """An event of an unknown subject, so that the ledger is fresh."""
    return event("heartbeat", "unknown-subject", "opt_out", as_of - DAY)


def frame(rows: Iterable[Row], schema: dict[str, Any]) -> pl.LazyFrame:
    return pl.LazyFrame(list(rows), schema=schema, orient="row")


def make_world(
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
    stated: dict[tuple[str, str], list[Row]] = {}
    for row in others.pop("others", []):
        column = next(name for name in TARGETS if row[name] is not None)
        stated.setdefault((column, row[column]), []).append(row)
    chosen: Row = {
        "collected": as_of, "purpose": "ai_training", "recipient": "self",
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
        others=stated,
        **chosen,
    )


def inputs(world: World) -> Inputs:
    others = frame((row for rows in world.others.values() for row in rows), OTHERS)
    return Inputs(
        posts=with_link_signals(frame(world.posts.values(), POSTS), others),
        profiles=frame(world.profiles.values(), PROFILES),
        rights_events=frame((e for rows in world.events.values() for e in rows), EVENTS),
        region_signals=frame((s for rows in world.signals.values() for s in rows), SIGNALS),
        signals_of_others=others,
    )


def settings(world: World) -> RightsSettings:
    return RightsSettings(
        purpose=world.purpose,
        recipient=tuple(Recipient(recipient) for _, recipient in world.uses),
        mentions=Mentions(world.mentions),
        legitimate_interest_reference="LIA-1",
        earliest_content_dates=world.dates,
        collected_at=world.collected,
    )


def withheld(world: World) -> pl.DataFrame:
    """The withdrawn records, in the columns of `apply_rules`."""
    return pl.DataFrame(sorted(world.withheld), schema={"source": pl.String, "source_id": pl.String}, orient="row")


def rules(world: World) -> Rules:
    return Rules.of(Policy.model_validate(world.policy), regions(), settings(world), world.as_of)


def results(world: World, block_rows: int | None = None) -> RuleResults:
    """What the program's rules say; with `block_rows`, of posts sorted by id, so many at a time."""
    tables = inputs(world)
    if block_rows is not None:
        tables = replace(tables, posts=tables.posts.sort("post_id"), block_rows=block_rows)
    return apply_rules(tables, rules(world), withheld(world))


def decided(world: World) -> Decisions:
    """What the program decides."""
    return results(world).decisions()


def expected(world: World) -> pl.DataFrame:
    """What the reference decides, in the columns of the records."""
    rows = [
        ("posts", name, row["author_id"], *_decision(reference.decide_post(world, row)))
        for name, row in world.posts.items()
    ]
    rows += [
        ("profiles", name, name, *_decision(reference.decide_profile(world, row)))
        for name, row in world.profiles.items()
    ]
    columns = ["source", "source_id", "subject_id", "decision", "reason", "rule", "evidence_id"]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").sort("source", "source_id")


def _decision(verdict: reference.Verdict) -> tuple[str, str, str, str | None]:
    return ("keep" if verdict[0] == "eligible" else "drop", *verdict)


def reason_of(world: World, record: str, source: str = "posts") -> str:
    """The reason that the program gives for one record."""
    records = decided(world).records
    wanted = (pl.col("source") == source) & (pl.col("source_id") == record)
    return str(records.filter(wanted)["reason"].item())
