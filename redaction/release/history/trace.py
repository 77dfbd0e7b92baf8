"""In which releases is a subject, and why not in others: the answer to an access request."""

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
"""The reason of a record that a build kept."""


class Place(FrozenModel):
    """One row of a release: a shard, the row in it counted from 0, and the field where it can still be read."""

    path: str
    row: int
    field: str | None


class Appearance(FrozenModel):
    """One record in one release.

    `superseded_by` is what stands in the place of a release after a takedown; `withdrawn`, that the release's rows are
    gone: `places` then tells where the record was, as the notice has it, and no field.
    """

    version: str
    as_of: Instant
    record_id: str
    places: tuple[Place, ...]
    superseded_by: str | None
    withdrawn: bool = False


class Absence(FrozenModel):
    """One release that the record is not in, and why not, as that build decided; null where nobody knows any more."""

    version: str
    reason: str | None


class TakenBack(FrozenModel):
    """How many records of a source a takedown took of the subject, and when; also of those of which nothing is left."""

    takedown: str
    effective_at: Instant | None
    source: str
    records: int


class TracedRecord(FrozenModel):
    """One record of the subject: what is decided of it now, where it is, and since when, by the first of these.

    `takedown` took it back; null where none did.
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
    """Everything that is held of one subject. Private: it joins ids of the network with those of releases."""

    corpus: str
    subject_id: str
    releases: tuple[str, ...]
    records: tuple[TracedRecord, ...]
    taken_back: tuple[TakenBack, ...]

    def to_json(self) -> str:
        """The report as JSON."""
        return self.model_dump_json(indent=2)

    def to_text(self) -> str:
        """The report in lines that a person can read."""
        lines = [f"subject {self.subject_id} in corpus {self.corpus}, releases {', '.join(self.releases) or 'none'}"]
        if not self.records:
            lines.append("no record of this subject is known" + (" any more" if self.taken_back else ""))
        for taken in self.taken_back:
            when = f" of {taken.effective_at:%Y-%m-%d}" if taken.effective_at else ""
            lines.append(f"takedown {taken.takedown}{when} removed {taken.records} {taken.source}")
        for record in self.records:
            lines.append(f"{record.source} {record.source_id}: now {record.decision} ({record.reason})")
            if record.takedown:
                lines.append(f"  was removed by takedown {record.takedown}")
            if record.since is None:
                lines.append("  in no release")
            else:
                lines.append(f"  since {record.appearances[0].version}, as of {record.since:%Y-%m-%d}")
            lines += [f"  {line}" for found in record.appearances for line in _told(found)]
            lines += [f"  absent from {a.version}: {a.reason or 'its build is forgotten'}" for a in record.absences]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class PrivateState:
    """What the private state remembers: the master key, under which ids are made afresh, so that no id map is needed;
    what was taken back; and what each build decided (version, source, source_id, reason), as far as it is kept.
    """

    master: bytes
    stones: Tombstones
    past: pl.DataFrame | None = None

    def __repr__(self) -> str:
        """Without the key."""
        return "PrivateState(…)"


def trace(registry: Registry, subject_id: str, records: pl.DataFrame, state: PrivateState) -> TraceReport:
    """Looks for all records of a subject in all releases of a corpus.

    Args:
        registry: the releases of the corpus.
        subject_id: the subject, for the head of the report.
        records: the subject's rows of the decisions: source, source_id, decision, reason.
        state: what else is remembered of them.

    Raises:
        ReleaseError: a manifest or a notice that was changed.
    """
    corpus, releases = registry.folder.name, registry.releases()
    chain = read_chain(registry.folder, Signer(state.master, corpus).public_key)
    replaced = latest_replacements(chain)
    found = {
        r.version: _located(r, records, state.master, chain).partition_by("source", "source_id", as_dict=True)
        for r in releases
    }
    decided = _decided(state.past)
    told = _sorted(records)
    told = told.with_columns(state.stones.takedowns(told))
    return TraceReport(
        corpus=corpus,
        subject_id=subject_id,
        releases=tuple(str(r.version) for r in releases),
        records=tuple(
            _traced(
                row,
                [(r, found[r.version].get((row["source"], row["source_id"]))) for r in releases],
                replaced,
                decided,
            )
            for row in told.iter_rows(named=True)
        ),
        taken_back=_taken_back(state.stones.removals_of(subject_id), chain),
    )


def _taken_back(taken: pl.DataFrame, chain: tuple[TakedownNotice, ...]) -> tuple[TakenBack, ...]:
    when = {notice.takedown_id: notice.effective_at for notice in chain}
    return tuple(TakenBack(**row, effective_at=when.get(row["takedown"])) for row in taken.iter_rows(named=True))


_Decided = dict[tuple[str, str, str], str]


def _decided(past: pl.DataFrame | None) -> _Decided:
    """Why a build left a record out, by version, source and id."""
    columns = ("version", "source", "source_id", "reason")
    return {} if past is None else {(v, s, i): reason for v, s, i, reason in past.select(columns).iter_rows()}


def _traced(
    row: dict[str, str],
    found: list[tuple[Release, pl.DataFrame | None]],
    replaced: dict[str, str],
    decided: _Decided,
) -> TracedRecord:
    held = {original_version(release) for release, rows in found if rows is not None}
    appearances = tuple(_appearance(release, rows, replaced) for release, rows in found if rows is not None)
    return TracedRecord(
        **row,
        since=appearances[0].as_of if appearances else None,
        appearances=appearances,
        absences=tuple(_absence(release, row, decided, held) for release, rows in found if rows is None),
    )


def _absence(release: Release, row: dict[str, str], decided: _Decided, held: set[Version]) -> Absence:
    """As its build decided. What takedowns left of a build lacks what it `held`, and what it had left out before."""
    build = original_version(release)
    reason = decided.get((str(build), row["source"], row["source_id"]))
    if release.manifest.takedown and (build in held or reason == KEPT):
        reason = TAKEN_DOWN
    return Absence(version=str(release.version), reason=reason)


def _located(release: Release, records: pl.DataFrame, master: bytes, chain: tuple[TakedownNotice, ...]) -> pl.DataFrame:
    """The rows of records in a release; of one that was withdrawn, those that the notices tell of."""
    if not release.withdrawn:
        return locate(release, records, master)
    version = str(release.version)
    told = [
        (place.record_id, place.path, row)
        for notice in chain
        for affected in notice.releases
        if affected.version == version
        for place in affected.records
        for row in place.rows
    ]
    places = pl.DataFrame(told, schema={name: LOCATED[name] for name in ("record_id", "path", "row")}, orient="row")
    return (
        places.join(record_ids_in(release, records, master), on="record_id", how="inner")
        .with_columns(pl.lit(None, pl.String).alias("field"))
        .select(*LOCATED.names())
        .sort("path", "row")
    )


def _appearance(release: Release, rows: pl.DataFrame, replaced: dict[str, str]) -> Appearance:
    return Appearance(
        version=str(release.version),
        as_of=release.manifest.as_of,
        record_id=rows["record_id"][0],
        places=tuple(Place(path=p, row=r, field=f) for p, r, f in rows.select("path", "row", "field").iter_rows()),
        superseded_by=replaced.get(str(release.version)),
        withdrawn=release.withdrawn,
    )


def _sorted(records: pl.DataFrame) -> pl.DataFrame:
    return records.select("source", "source_id", "decision", "reason").unique().sort("source", "source_id")


def _told(found: Appearance) -> Iterable[str]:
    release = f"{'was in' if found.withdrawn else 'in'} {found.version} (as of {found.as_of:%Y-%m-%d})"
    replaced = f", superseded by {found.superseded_by}" if found.superseded_by else ""
    yield f"{release}, id {found.record_id}{replaced}{', withdrawn' if found.withdrawn else ''}"
    for place in found.places:
        yield f"  {place.path} row {place.row}" + (f", {place.field}" if place.field else "")
