"""Why a record was kept or dropped: the whole chain, every rule that was tried, every event and signal seen.

What it tells holds ids, times, region codes and reasons; never a text, nor a region as the source wrote it.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import polars as pl

from redaction.rights.decide import PROFILES, judge_case
from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import ANY_KIND, GroundBook, holds
from redaction.rights.grounds.ledger import SCOPED, standing
from redaction.rights.grounds.residence import SIGNAL_OPTIONAL, SIGNAL_REQUIRED, counted_signals, signal_key
from redaction.rights.policy.policy import Policy
from redaction.rights.policy.regions import RegionSets
from redaction.rights.reasons import Reason
from redaction.rights.records import records, references
from redaction.rights.records.case import Case, case_of, grounds_of
from redaction.rights.records.decisions import named, signal_id
from redaction.rights.records.inputs import Inputs, micros, select_columns
from redaction.rights.records.posts import POSTS
from redaction.rights.settings import RightsSettings


@dataclass(frozen=True, slots=True)
class GroundTold:
    """A denial of some content of a subject: of a kind (None: any), created in [since, until) (None: open)."""

    reason: Reason
    rule: str
    evidence_id: str | None
    kind: str | None
    since: datetime | None
    until: datetime | None
    holds: bool


@dataclass(frozen=True, slots=True)
class EventTold:
    """An event of the ledger, and whether and why it counts."""

    event_id: str
    action: str | None
    event_time: datetime | None
    received_at: datetime | None
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class SignalTold:
    """A region signal: its source, what it may mean (ISO 3166-1), and when.

    at_build: it counts for all content, as it holds at the build or the collection; another counts for content
    created while it held.
    """

    signal_id: str
    signal: str | None
    readings: tuple[str, ...]
    valid_from: datetime | None
    valid_to: datetime | None
    at_build: bool


@dataclass(frozen=True, slots=True)
class RecordTold:
    """One record, its decision, and what was found about its author. `depth`: 0, or how far up the chain."""

    source: str
    source_id: str
    subject_id: str
    kind: str
    created_at: datetime | None
    refers_to: tuple[str, ...]
    depth: int
    decision: str
    reason: Reason
    rule: str
    evidence_id: str | None
    grounds: tuple[GroundTold, ...]
    events: tuple[EventTold, ...]
    signals: tuple[SignalTold, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The record asked for, then everything it refers to, nearest first; or a subject's profile.

    `missing` are the posts that the chain refers to and the input does not hold. `subject_*` is the right of
    the author as of the build.
    """

    policy_id: str
    policy_digest: str
    as_of: datetime
    records: tuple[RecordTold, ...]
    missing: tuple[str, ...]
    subject_id: str
    subject_reason: Reason
    subject_rule: str


def explain(  # noqa: PLR0913, PLR0917 - the arguments of `decide`, and whom or what to explain
    inputs: Inputs,
    policy: Policy,
    regions: RegionSets,
    settings: RightsSettings,
    as_of: datetime,
    identifier: str,
    known_at: datetime | None = None,
) -> Explanation:
    """Explain a post by its id, or else a subject by theirs.

    It decides the record and its chain by the very code that decides them all. Near duplicates are not its
    matter: they are found in texts, and the stored decision names the post that was copied.

    Raises:
        RightsError: as `decide` does, or when there is no such post and no such profile.
    """
    depths, missing = _chain(inputs.posts, identifier)
    source = POSTS if depths else PROFILES
    narrowed = _narrowed(inputs, list(depths), identifier)
    case, events = case_of(narrowed, policy, regions, settings, as_of, known_at)
    decisions = judge_case(case, events).decisions()
    ids = list(depths) or [identifier]
    decided = decisions.records.filter((pl.col("source") == source) & pl.col("source_id").is_in(ids))
    if decided.is_empty():
        raise RightsError(f"{identifier}: no post and no profile has this id; check it")
    author = decided.row(by_predicate=pl.col("source_id") == identifier, named=True)["subject_id"]
    right = decisions.subjects.row(by_predicate=pl.col("subject_id") == author, named=True)
    seen = _Seen(case, events, GroundBook.of(grounds_of(case, events)))
    told = [_record(row, seen, depths) for row in decided.iter_rows(named=True)]
    return Explanation(
        policy_id=policy.policy_id,
        policy_digest=policy.digest,
        as_of=as_of,
        records=tuple(sorted(told, key=lambda record: (record.depth, record.source_id))),
        missing=missing,
        subject_id=author,
        subject_reason=Reason(right["reason"]),
        subject_rule=right["rule"],
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    case: Case
    events: pl.DataFrame
    book: GroundBook


def _chain(posts: pl.LazyFrame, identifier: str) -> tuple[dict[str, int], tuple[str, ...]]:
    """The post and everything it refers to, with the distance; and the ids that are not there. Level by level."""
    names = select_columns(posts, "posts", {"post_id": pl.String}, dict.fromkeys(references.REFERENCES, pl.String))
    referring = pl.any_horizontal(pl.col(references.REFERENCES).is_not_null()) | (pl.col("post_id") == identifier)
    known = names.filter(referring).sort("post_id").collect(engine="streaming")
    depths: dict[str, int] = {}
    level, wanted = 0, [identifier]
    leaves: dict[str, int] = {}
    while wanted:
        places = known["post_id"].search_sorted(pl.Series(wanted, dtype=pl.String))
        rows = known.gather(places.filter(places < known.height).unique())
        rows = rows.filter(pl.col("post_id").is_in(wanted))
        depths.update(dict.fromkeys(rows["post_id"].to_list(), level))
        leaves.update({name: level for name in wanted if name not in depths})
        parents = pl.concat([rows[column] for column in references.REFERENCES]).drop_nulls().unique().sort()
        wanted = [name for name in parents.to_list() if name not in depths and name not in leaves]
        level += 1
    found = names.select("post_id").filter(pl.col("post_id").is_in(list(leaves)))
    present = set(found.collect(engine="streaming")["post_id"].to_list())
    depths.update({name: depth for name, depth in leaves.items() if name in present})
    return depths, tuple(sorted(leaves.keys() - present)) if depths else ()


def _narrowed(inputs: Inputs, posts: list[str], identifier: str) -> Inputs:
    """The inputs with these posts alone, and the profiles of whoever wrote them or is mentioned."""
    few = inputs.posts.filter(pl.col("post_id").is_in(posts)).collect(engine="streaming").lazy()
    people = few.select(pl.col("author_id").alias("subject_id")).collect()["subject_id"].to_list()
    people += records.mentions(few).collect()["subject_id"].to_list()
    profiles = inputs.profiles.filter(pl.col("user_id").is_in([identifier, *people]))
    return replace(inputs, posts=few, profiles=profiles, block_rows=None)


def _record(row: dict[str, str], seen: _Seen, depths: dict[str, int]) -> RecordTold:
    """One decided record with everything known of its author."""
    case, source_id = seen.case, row["source_id"]
    subject = case.people.row(by_predicate=pl.col("subject_id") == row["subject_id"], named=True)["subject"]
    if row["source"] == POSTS:
        raw = case.inputs.posts.filter(pl.col("post_id") == source_id).collect()
        judged = pl.concat(case.posts.blocks()).filter(pl.col("post_id") == source_id)
        refers = [judged[column].item() for column in references.REFERENCES]
        kind = raw["kind"].item()
    else:
        judged, refers, kind = case.members.filter(pl.col("user_id") == source_id), [], records.PROFILE
    return RecordTold(
        source=row["source"],
        source_id=source_id,
        subject_id=row["subject_id"],
        kind=kind,
        created_at=_moment(judged["created"].item()),
        refers_to=tuple(name for name in refers if name is not None),
        depth=depths.get(source_id, 0),
        decision=row["decision"],
        reason=Reason(row["reason"]),
        rule=row["rule"],
        evidence_id=row["evidence_id"],
        grounds=_grounds_told(seen, subject, judged),
        events=_events_told(seen, row["subject_id"]),
        signals=_signals_told(seen, row["subject_id"]),
    )


def _moment(at: int | None) -> datetime | None:
    return None if at is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)


def _grounds_told(seen: _Seen, subject: int, record: pl.DataFrame) -> tuple[GroundTold, ...]:
    own = seen.book.ranked.filter(pl.col("subject") == subject).rename({"kind": "kind_ground"})
    met = own.join(record.select("kind", "created"), how="cross").with_columns(holds().alias("holds"))
    reasons, kinds = list(Reason), seen.case.rules.kinds
    return tuple(
        GroundTold(
            reason=reasons[row["code"]],
            rule=row["rule"],
            evidence_id=named(row["evidence"]),
            kind=None if row["kind_ground"] == ANY_KIND else kinds[row["kind_ground"]],
            since=_moment(row["since"]),
            until=_moment(row["until"]),
            holds=row["holds"],
        )
        for row in met.iter_rows(named=True)
    )


def _events_told(seen: _Seen, subject_id: str) -> tuple[EventTold, ...]:
    rules = seen.case.rules
    own = seen.events.filter(pl.col("subject_id") == subject_id).with_columns(
        pl.lit(0, dtype=pl.UInt32).alias("subject")
    )
    ledger = standing(own, rules.policy, rules.settings, rules.moments)
    corrupt, valid = set(ledger.corrupt["event_id"]), set(ledger.valid["event_id"])
    scoped, late = set(ledger.scoped["event_id"]), rules.moments.as_of
    told = []
    for row in own.sort("event_time", "event_id").iter_rows(named=True):
        name, at = row["event_id"], row["event_time"]
        if name in corrupt:
            why = "counts; cannot be read, so it denies"
        elif name in valid:
            concerned = name in scoped or row["action"] not in list(SCOPED)
            why = "counts" if concerned else "for another purpose, recipient or kind"
        elif at is not None and micros(at) > late:
            why = "later than as_of"
        else:
            why = "superseded, or not known then"
        told.append(EventTold(name, row["action"], at, row["received_at"], counted=why.startswith("counts"), why=why))
    return tuple(told)


def _signals_told(seen: _Seen, subject_id: str) -> tuple[SignalTold, ...]:
    """The signals, of which those that hold at the collection or the build, or at some content, count."""
    rules = seen.case.rules
    all_signals = select_columns(seen.case.inputs.region_signals, "region_signals", SIGNAL_REQUIRED, SIGNAL_OPTIONAL)
    own = all_signals.filter(pl.col("subject_id") == subject_id).collect(engine="streaming")
    known = counted_signals(own, rules.moments).with_columns(signal_key().alias("key")).sort("key")
    return tuple(
        SignalTold(
            signal_id=signal_id(row["key"]),
            signal=row["signal"],
            readings=rules.regions.gazetteer.read(row["value"]),
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            at_build=row["always"],
        )
        for row in known.iter_rows(named=True)
    )
