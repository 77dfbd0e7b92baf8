"""In which releases is a subject, and why not in others: the answer to an access request."""

from collections.abc import Iterable

import polars as pl
from pydantic import BaseModel, ConfigDict

from redaction import places
from redaction.release.manifest import Instant
from redaction.release.registry import Registry, Release
from redaction.release.takedown.locate import locate
from redaction.release.takedown.notice import read_chain
from redaction.release.takedown.signing import Signer
from redaction.release.takedown.takedown import superseded


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Frozen):
    """One row of a release: a shard, the row in it counted from 0, and the field."""

    path: str
    row: int
    field: str


class Appearance(_Frozen):
    """One record in one release."""

    version: str
    as_of: Instant
    record_id: str
    places: tuple[Place, ...]
    superseded_by: str | None


class TracedRecord(_Frozen):
    """One record of the subject: what is decided of it now, and where it is."""

    source: str
    source_id: str
    decision: str
    reason: str
    appearances: tuple[Appearance, ...]


class TraceReport(_Frozen):
    """Everything that is held of one subject. Private: it joins ids of the network with those of releases."""

    corpus: str
    subject_id: str
    releases: tuple[str, ...]
    records: tuple[TracedRecord, ...]

    def to_json(self) -> str:
        """The report as JSON."""
        return self.model_dump_json(indent=2)

    def to_text(self) -> str:
        """The report in lines that a person can read."""
        lines = [f"subject {self.subject_id} in corpus {self.corpus}, releases {', '.join(self.releases) or 'none'}"]
        if not self.records:
            lines.append("no record of this subject is known")
        for record in self.records:
            lines.append(f"{record.source} {record.source_id}: now {record.decision} ({record.reason})")
            lines += [f"  {line}" for found in record.appearances for line in _told(found)]
            if not record.appearances:
                lines.append("  in no release")
        return "\n".join(lines) + "\n"


def trace(output: places.Place, corpus: str, subject_id: str, records: pl.DataFrame, master: bytes) -> TraceReport:
    """Looks for all records of a subject in all releases of a corpus.

    Args:
        output: the folder of corpora.
        corpus: the corpus's name.
        subject_id: the subject, for the head of the report.
        records: the subject's rows of the decisions: source, source_id, decision, reason.
        master: the master key, under which ids are made afresh; no id map is needed.

    Raises:
        ReleaseError: a manifest or a notice that was changed.
    """
    registry = Registry(output, corpus)
    releases = registry.releases()
    replaced = superseded(read_chain(registry.folder, Signer(master, corpus).public_key))
    found = {r.version: locate(r, records, master).partition_by("source", "source_id", as_dict=True) for r in releases}
    return TraceReport(
        corpus=corpus,
        subject_id=subject_id,
        releases=tuple(str(r.version) for r in releases),
        records=tuple(
            TracedRecord(
                source=source,
                source_id=source_id,
                decision=decision,
                reason=reason,
                appearances=tuple(
                    _appearance(r, rows, replaced)
                    for r in releases
                    if (rows := found[r.version].get((source, source_id))) is not None
                ),
            )
            for source, source_id, decision, reason in _sorted(records).iter_rows()
        ),
    )


def _appearance(release: Release, rows: pl.DataFrame, replaced: dict[str, str]) -> Appearance:
    return Appearance(
        version=str(release.version),
        as_of=release.manifest.as_of,
        record_id=rows["record_id"][0],
        places=tuple(Place(path=p, row=r, field=f) for p, r, f in rows.select("path", "row", "field").iter_rows()),
        superseded_by=replaced.get(str(release.version)),
    )


def _sorted(records: pl.DataFrame) -> pl.DataFrame:
    return records.select("source", "source_id", "decision", "reason").unique().sort("source", "source_id")


def _told(found: Appearance) -> Iterable[str]:
    release = f"in {found.version} (as of {found.as_of:%Y-%m-%d})"
    yield f"{release}, id {found.record_id}" + (f", superseded by {found.superseded_by}" if found.superseded_by else "")
    for place in found.places:
        yield f"  {place.path} row {place.row}, {place.field}"
