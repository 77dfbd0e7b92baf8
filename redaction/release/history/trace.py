"""The trace of a subject through all releases: the answer to an access request."""

import polars as pl

from redaction.release.history.record_history import PrivateState, RecordHistory
from redaction.release.history.trace_report import (
    OpenAnswer,
    RemovedRecords,
    TracedRecord,
    TraceReport,
)
from redaction.release.identity.signing import Signer
from redaction.release.registry import Registry, Release
from redaction.release.takedown.descendants import unanswered
from redaction.release.takedown.notice import TakedownNotice, read_chain


def trace(registry: Registry, subject_id: str, records: pl.DataFrame, state: PrivateState) -> TraceReport:
    """Find all records of a subject in all releases of a corpus.

    Args:
        registry: the releases of the corpus.
        subject_id: the subject.
        records: the subject's current decisions: source, source_id, decision, reason (null where it is unknown).
        state: the private state.

    Returns:
        The report.

    Raises:
        ReleaseError: a manifest or a notice was changed.
    """
    corpus, releases = registry.folder.name, registry.releases()
    chain = read_chain(registry.folder, Signer(state.master, corpus).public_key)
    records = records.select("source", "source_id", "decision", "reason").unique().sort("source", "source_id")
    records = records.with_columns(state.tombstones.takedowns(records))
    history = RecordHistory.of(releases, records, state, chain)
    traced = tuple(history.trace(row) for row in records.iter_rows(named=True))
    removed = _removed_records(state.tombstones.removals_of(subject_id), chain)
    takedowns = {group.takedown for group in removed} | {record.takedown for record in traced if record.takedown}
    return TraceReport(
        corpus=corpus,
        subject_id=subject_id,
        known_in={**state.known_in, "takedowns": sum(group.records for group in removed)},
        rights_unknown=state.rights_unknown,
        unread=state.unread,
        releases=tuple(str(r.version) for r in releases),
        records=traced,
        removed=removed,
        removed_still_in=_removed_still_in(removed, traced, releases, chain),
        open_answers=_open_answers(registry, chain, takedowns),
    )


def _removed_records(counts: pl.DataFrame, chain: tuple[TakedownNotice, ...]) -> tuple[RemovedRecords, ...]:
    when = {notice.takedown_id: notice.effective_at for notice in chain}
    return tuple(RemovedRecords(**row, effective_at=when.get(row["takedown"])) for row in counts.iter_rows(named=True))


def _removed_still_in(
    removed: tuple[RemovedRecords, ...],
    traced: tuple[TracedRecord, ...],
    releases: tuple[Release, ...],
    chain: tuple[TakedownNotice, ...],
) -> tuple[str, ...]:
    """List the readable releases that may hold removed records of which only the tombstones are left."""
    known = {(record.takedown, record.source) for record in traced if record.takedown}
    unknown = {group.takedown for group in removed if (group.takedown, group.source) not in known}
    affected = {a.version for notice in chain if notice.takedown_id in unknown for a in notice.releases}
    return tuple(str(r.version) for r in releases if str(r.version) in affected and not r.withdrawn)


def _open_answers(registry: Registry, chain: tuple[TakedownNotice, ...], takedowns: set[str]) -> tuple[OpenAnswer, ...]:
    notices = {notice.takedown_id: notice for notice in chain if notice.takedown_id in takedowns}
    return tuple(
        OpenAnswer(
            takedown=takedown,
            descendant_id=each.descendant_id,
            kind=each.kind.value,
            uri=each.uri,
            due=notices[takedown].deadline,
        )
        for takedown, each in unanswered(registry.folder, tuple(notices.values()))
    )
