"""Explain why a record was kept or dropped: every rule that was tried, every event and signal, the whole chain.

An explanation holds ids, times, region codes and reasons; never a text, nor a region as the source wrote it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from redaction.rights.decide import RuleResults, apply_rules
from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import ANY_KIND, holds
from redaction.rights.grounds.ledger import CONSENT, classify_events
from redaction.rights.grounds.residence import read_signals, signal_key, with_windows
from redaction.rights.inputs import Inputs, select_columns
from redaction.rights.instants import from_micros, to_micros
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.records import records
from redaction.rights.records.case import Case
from redaction.rights.records.decisions import POSTS, PROFILES, evidence_id, signal_id
from redaction.rights.records.references import REFERENCES
from redaction.tables import TableName


@dataclass(frozen=True, slots=True)
class ExplainedGround:
    """A denial of some content of a subject: of a kind (None: any), created in [since, until) (None: open)."""

    reason: Reason
    rule: str
    evidence_id: str | None
    kind: str | None
    since: datetime | None
    until: datetime | None
    holds: bool


@dataclass(frozen=True, slots=True)
class ExplainedEvent:
    """An event of the ledger, and whether and why it counts."""

    event_id: str
    action: str | None
    event_time: datetime | None
    received_at: datetime | None
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class ExplainedSignal:
    """A region signal: its source, what it may mean (ISO 3166-1), and when.

    at_build: it counts for all content, as it covers the build or the collection; any other signal counts for content
        created in its interval.
    """

    signal_id: str
    signal: str | None
    readings: tuple[str, ...]
    valid_from: datetime | None
    valid_to: datetime | None
    at_build: bool


@dataclass(frozen=True, slots=True)
class ExplainedRecord:
    """One record, its decision, and all that is known of its author.

    depth: 0, or how many references away it is from the record that was asked for.
    """

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
    grounds: tuple[ExplainedGround, ...]
    events: tuple[ExplainedEvent, ...]
    signals: tuple[ExplainedSignal, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A record and everything that it refers to, nearest first; or the profile of a subject.

    missing: the ids that the chain refers to and the input lacks.
    subject_reason, subject_rule: the right of the author as of the build.
    """

    policy_id: str
    policy_digest: str
    as_of: datetime
    records: tuple[ExplainedRecord, ...]
    missing: tuple[str, ...]
    subject_id: str
    subject_reason: Reason
    subject_rule: str


def explain(inputs: Inputs, rules: Rules, identifier: str) -> Explanation:
    """Explain a post by its id, or else a subject by its id.

    The record and its chain are decided by the code that decides all records. Near copies are left out: they are found
    in texts, and the stored decision names the post that was copied.

    Args:
        inputs: as for `apply_rules`.
        rules: as for `apply_rules`.
        identifier: a post_id, or a user_id.

    Returns:
        The explanation.

    Raises:
        RightsError: as `apply_rules`, or no post and no profile has the id.
    """
    depths, missing = _chain(inputs.posts, identifier)
    source = POSTS if depths else PROFILES
    results = apply_rules(_narrow(inputs, list(depths), identifier), rules)
    decisions = results.decisions()
    ids = list(depths) or [identifier]
    decided = decisions.records.filter((pl.col("source") == source) & pl.col("source_id").is_in(ids))
    if decided.is_empty():
        raise RightsError(f"{identifier}: no post and no profile has this id; check it")
    author = decided.row(by_predicate=pl.col("source_id") == identifier, named=True)["subject_id"]
    right = decisions.subjects.row(by_predicate=pl.col("subject_id") == author, named=True)
    explained = [_explain_record(row, results, depths) for row in decided.iter_rows(named=True)]
    return Explanation(
        policy_id=rules.policy.policy_id,
        policy_digest=rules.policy.digest,
        as_of=from_micros(rules.instants.as_of),
        records=tuple(sorted(explained, key=lambda record: (record.depth, record.source_id))),
        missing=missing,
        subject_id=author,
        subject_reason=Reason(right["reason"]),
        subject_rule=right["rule"],
    )


def _chain(posts: pl.LazyFrame, identifier: str) -> tuple[dict[str, int], tuple[str, ...]]:
    """Find the post and everything it refers to, with its depth, level by level; and the ids that are missing."""
    table = select_columns(posts, TableName.posts, ["post_id", *REFERENCES])
    referring = pl.any_horizontal(pl.col(REFERENCES).is_not_null()) | (pl.col("post_id") == identifier)
    known = table.filter(referring).sort("post_id").collect(engine="streaming")
    depths: dict[str, int] = {}
    depth, level = 0, [identifier]
    leaves: dict[str, int] = {}
    while level:
        rows = known["post_id"].search_sorted(pl.Series(level, dtype=pl.String))
        members = known.gather(rows.filter(rows < known.height).unique())
        members = members.filter(pl.col("post_id").is_in(level))
        depths.update(dict.fromkeys(members["post_id"].to_list(), depth))
        leaves.update({post_id: depth for post_id in level if post_id not in depths})
        parents = pl.concat([members[column] for column in REFERENCES]).drop_nulls().unique().sort()
        level = [post_id for post_id in parents.to_list() if post_id not in depths and post_id not in leaves]
        depth += 1
    posts_among_leaves = table.select("post_id").filter(pl.col("post_id").is_in(list(leaves)))
    present = set(posts_among_leaves.collect(engine="streaming")["post_id"].to_list())
    depths.update({post_id: depth for post_id, depth in leaves.items() if post_id in present})
    return depths, tuple(sorted(leaves.keys() - present)) if depths else ()


def _narrow(inputs: Inputs, posts: list[str], identifier: str) -> Inputs:
    """Reduce the inputs to these posts, and the profiles of the people who wrote them or are mentioned."""
    few = inputs.posts.filter(pl.col("post_id").is_in(posts)).collect(engine="streaming").lazy()
    people = few.select("author_id").collect()["author_id"].to_list()
    people += records.mentions(few).collect()["subject_id"].to_list()
    profiles = inputs.profiles.filter(pl.col("user_id").is_in([identifier, *people]))
    return replace(inputs, posts=few, profiles=profiles, block_rows=None)


def _explain_record(decided: dict[str, str], results: RuleResults, depths: dict[str, int]) -> ExplainedRecord:
    case = results.case
    source_id, subject_id = decided["source_id"], decided["subject_id"]
    subject = case.people.row(by_predicate=pl.col("subject_id") == subject_id, named=True)["subject"]
    if decided["source"] == POSTS:
        kind = case.inputs.posts.filter(pl.col("post_id") == source_id).collect()["kind"].item()
        record = pl.concat(case.posts.blocks()).filter(pl.col("post_id") == source_id)
        refers_to = [record[column].item() for column in REFERENCES]
    else:
        record, refers_to, kind = case.members.filter(pl.col("user_id") == source_id), [], records.PROFILE
    return ExplainedRecord(
        source=decided["source"],
        source_id=source_id,
        subject_id=subject_id,
        kind=kind,
        created_at=_datetime(record["created"].item()),
        refers_to=tuple(post_id for post_id in refers_to if post_id is not None),
        depth=depths.get(source_id, 0),
        decision=decided["decision"],
        reason=Reason(decided["reason"]),
        rule=decided["rule"],
        evidence_id=decided["evidence_id"],
        grounds=_explain_grounds(results.grounds.ranked.filter(pl.col("subject") == subject), record, case.rules),
        events=_explain_events(case.events.filter(pl.col("subject_id") == subject_id), case.rules),
        signals=_explain_signals(case, subject_id),
    )


def _datetime(instant: int | None) -> datetime | None:
    return None if instant is None else from_micros(instant)


def _explain_grounds(grounds: pl.DataFrame, record: pl.DataFrame, rules: Rules) -> tuple[ExplainedGround, ...]:
    pairs = grounds.rename({"kind": "kind_ground"}).join(record.select("kind", "created"), how="cross")
    reasons, kinds = list(Reason), rules.kinds
    return tuple(
        ExplainedGround(
            reason=reasons[row["code"]],
            rule=row["rule"],
            evidence_id=evidence_id(row["evidence"]),
            kind=None if row["kind_ground"] == ANY_KIND else kinds[row["kind_ground"]],
            since=_datetime(row["since"]),
            until=_datetime(row["until"]),
            holds=row["holds"],
        )
        for row in pairs.with_columns(holds().alias("holds")).iter_rows(named=True)
    )


def _explain_events(events: pl.DataFrame, rules: Rules) -> tuple[ExplainedEvent, ...]:
    ledger = classify_events(events.with_columns(pl.lit(0, dtype=pl.UInt32).alias("subject")), rules)
    corrupt, valid = (set(part["event_id"]) for part in (ledger.corrupt, ledger.valid))
    scoped = {event_id for events in ledger.scoped.values() for event_id in events["event_id"]}
    explained = []
    for row in events.sort("event_time", "event_id").iter_rows(named=True):
        event_id, event_time = row["event_id"], row["event_time"]
        if event_id in corrupt:
            why = "counts; cannot be read, so it denies"
        elif event_id in valid:
            relevant = event_id in scoped or row["action"] not in list(CONSENT)
            why = "counts" if relevant else "for another purpose, recipient or kind"
        elif event_time is not None and to_micros(event_time) > rules.instants.as_of:
            why = "later than as_of"
        else:
            why = "superseded"
        counted = why.startswith("counts")
        explained.append(ExplainedEvent(event_id, row["action"], event_time, row["received_at"], counted, why))
    return tuple(explained)


def _explain_signals(case: Case, subject_id: str) -> tuple[ExplainedSignal, ...]:
    signals = read_signals(case.inputs.region_signals).filter(pl.col("subject_id") == subject_id)
    windows = with_windows(signals.collect(engine="streaming"), case.rules.instants)
    return tuple(
        ExplainedSignal(
            signal_id=signal_id(row["key"]),
            signal=row["signal"],
            readings=case.rules.regions.gazetteer.read(row["value"]),
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            at_build=row["always"],
        )
        for row in windows.with_columns(signal_key().alias("key")).sort("key").iter_rows(named=True)
    )
