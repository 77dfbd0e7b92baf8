"""The trace of a subject through all releases: the answer to an access request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from redaction.base_model import FrozenModel, Instant
from redaction.release.identity.signing import Signer
from redaction.release.identity.version import Version
from redaction.release.registry import Registry, Release, original_version
from redaction.release.takedown.locate import LOCATED, locate, record_ids_in
from redaction.release.takedown.notice import TakedownNotice, read_chain
from redaction.release.takedown.retire_releases import latest_replacements
from redaction.release.takedown.successor import TAKEN_DOWN
from redaction.release.takedown.tombstones import Tombstones

KEPT: Final = "eligible"
"""The reason for the decision to keep a record."""


class RowPosition(FrozenModel):
    """One row of a release: a shard, the row number in it from 0, and the field; null in a withdrawn release."""

    path: str
    row: int
    field: str | None


class Appearance(FrozenModel):
    """One record in one release.

    `superseded_by` is the version that replaces the release after a takedown. If the release was `withdrawn`, its rows
    were removed, and `rows` are the former positions from the notice.
    """

    version: str
    as_of: Instant
    record_id: str
    rows: tuple[RowPosition, ...]
    superseded_by: str | None
    withdrawn: bool = False


class Absence(FrozenModel):
    """One release without the record, and the reason in the decisions of its build; null if they were erased."""

    version: str
    reason: str | None


class RemovedRecords(FrozenModel):
    """How many records of the subject a takedown removed from a source, including those of which no trace is left."""

    takedown: str
    effective_at: Instant | None
    source: str
    records: int


class TracedRecord(FrozenModel):
    """One record of the subject: its current decision, and the releases that contain it.

    `takedown` is the takedown that removed it, or null. `since` is the `as_of` of the first release with it.
    """

    source: str
    source_id: str
    decision: str
    reason: str
    takedown: str | None
    since: Instant | None
    appearances: tuple[Appearance, ...]
    absences: tuple[Absence, ...]


class TraceReport(FrozenModel):
    """Everything that the state and the releases contain of one subject. Private: it links members to releases."""

    corpus: str
    subject_id: str
    releases: tuple[str, ...]
    records: tuple[TracedRecord, ...]
    removed: tuple[RemovedRecords, ...]

    @property
    def unknown(self) -> bool:
        """Whether neither the inputs nor a release nor a takedown has a record of the subject."""
        return not self.records and not self.removed

    def to_json(self) -> str:
        """Format the report as JSON."""
        return self.model_dump_json(indent=2)

    def to_text(self) -> str:
        """Format the report as lines of text."""
        lines = [f"subject {self.subject_id} in corpus {self.corpus}, releases {', '.join(self.releases) or 'none'}"]
        if not self.records:
            lines.append("no record of this subject is known" + (" any more" if self.removed else ""))
        for group in self.removed:
            when = f" of {group.effective_at:%Y-%m-%d}" if group.effective_at else ""
            lines.append(f"takedown {group.takedown}{when} removed {group.records} {group.source}")
        for record in self.records:
            lines.append(f"{record.source} {record.source_id}: now {record.decision} ({record.reason})")
            if record.takedown:
                lines.append(f"  was removed by takedown {record.takedown}")
            if record.since is None:
                lines.append("  in no release")
            else:
                lines.append(f"  since {record.appearances[0].version}, as of {record.since:%Y-%m-%d}")
            lines += [f"  {line}" for appearance in record.appearances for line in _appearance_lines(appearance)]
            lines += [
                f"  absent from {a.version}: {a.reason or 'the decisions of its build were erased'}"
                for a in record.absences
            ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True, repr=False)
class PrivateState:
    """The private state for a trace.

    `master` is the master key, with which ids are computed. `past` are the stored decisions of each build: version,
    source, source_id, reason.
    """

    master: bytes
    tombstones: Tombstones
    past: pl.DataFrame | None = None


def trace(registry: Registry, subject_id: str, records: pl.DataFrame, state: PrivateState) -> TraceReport:
    """Find all records of a subject in all releases of a corpus.

    Args:
        registry: the releases of the corpus.
        subject_id: the subject.
        records: the subject's current decisions: source, source_id, decision, reason.
        state: the private state.

    Returns:
        The report.

    Raises:
        ReleaseError: a manifest or a notice was changed.
    """
    corpus, releases = registry.folder.name, registry.releases()
    chain = read_chain(registry.folder, Signer(state.master, corpus).public_key)
    replaced = latest_replacements(chain)
    located = {
        r.version: _located(r, records, state.master, chain).partition_by("source", "source_id", as_dict=True)
        for r in releases
    }
    decided = _decided(state.past)
    records = records.select("source", "source_id", "decision", "reason").unique().sort("source", "source_id")
    records = records.with_columns(state.tombstones.takedowns(records))
    return TraceReport(
        corpus=corpus,
        subject_id=subject_id,
        releases=tuple(str(r.version) for r in releases),
        records=tuple(
            _traced(
                row,
                [(r, located[r.version].get((row["source"], row["source_id"]))) for r in releases],
                replaced,
                decided,
            )
            for row in records.iter_rows(named=True)
        ),
        removed=_removed_records(state.tombstones.removals_of(subject_id), chain),
    )


def _removed_records(counts: pl.DataFrame, chain: tuple[TakedownNotice, ...]) -> tuple[RemovedRecords, ...]:
    when = {notice.takedown_id: notice.effective_at for notice in chain}
    return tuple(RemovedRecords(**row, effective_at=when.get(row["takedown"])) for row in counts.iter_rows(named=True))


_Decided = dict[tuple[str, str, str], str]


def _decided(past: pl.DataFrame | None) -> _Decided:
    """Map version, source and source_id to the reason in the decisions of the build."""
    columns = ("version", "source", "source_id", "reason")
    return {} if past is None else {(v, s, i): reason for v, s, i, reason in past.select(columns).iter_rows()}


def _traced(
    row: dict[str, str],
    located: list[tuple[Release, pl.DataFrame | None]],
    replaced: dict[str, str],
    decided: _Decided,
) -> TracedRecord:
    released_by = {original_version(release) for release, rows in located if rows is not None}
    appearances = tuple(_appearance(release, rows, replaced) for release, rows in located if rows is not None)
    return TracedRecord(
        **row,
        since=appearances[0].as_of if appearances else None,
        appearances=appearances,
        absences=tuple(_absence(release, row, decided, released_by) for release, rows in located if rows is None),
    )


def _absence(release: Release, row: dict[str, str], decided: _Decided, released_by: set[Version]) -> Absence:
    """Give the reason of the release's build, or the takedown that removed a record which the build released."""
    build = original_version(release)
    reason = decided.get((str(build), row["source"], row["source_id"]))
    if release.manifest.takedown and (build in released_by or reason == KEPT):
        reason = TAKEN_DOWN
    return Absence(version=str(release.version), reason=reason)


def _located(release: Release, records: pl.DataFrame, master: bytes, chain: tuple[TakedownNotice, ...]) -> pl.DataFrame:
    """Find the rows of records in a release; in a withdrawn one, those in the notices."""
    if not release.withdrawn:
        return locate(release, records, master)
    version = str(release.version)
    positions = [
        (location.record_id, location.path, row)
        for notice in chain
        for affected in notice.releases
        if affected.version == version
        for location in affected.records
        for row in location.rows
    ]
    announced = pl.DataFrame(
        positions, schema={name: LOCATED[name] for name in ("record_id", "path", "row")}, orient="row"
    )
    return (
        announced.join(record_ids_in(release, records, master), on="record_id", how="inner")
        .with_columns(pl.lit(None, pl.String).alias("field"))
        .select(*LOCATED.names())
        .sort("path", "row")
    )


def _appearance(release: Release, rows: pl.DataFrame, replaced: dict[str, str]) -> Appearance:
    return Appearance(
        version=str(release.version),
        as_of=release.manifest.as_of,
        record_id=rows["record_id"][0],
        rows=tuple(RowPosition(path=p, row=r, field=f) for p, r, f in rows.select("path", "row", "field").iter_rows()),
        superseded_by=replaced.get(str(release.version)),
        withdrawn=release.withdrawn,
    )


def _appearance_lines(appearance: Appearance) -> Iterable[str]:
    release = f"{'was in' if appearance.withdrawn else 'in'} {appearance.version} (as of {appearance.as_of:%Y-%m-%d})"
    replaced = f", superseded by {appearance.superseded_by}" if appearance.superseded_by else ""
    yield f"{release}, id {appearance.record_id}{replaced}{', withdrawn' if appearance.withdrawn else ''}"
    for position in appearance.rows:
        yield f"  {position.path} row {position.row}" + (f", {position.field}" if position.field else "")
