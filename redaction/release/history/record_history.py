"""In which releases was a record, and why not in the others?"""

from dataclasses import dataclass, field

import polars as pl

from redaction.release.history.trace_report import KEPT, Absence, Appearance, RowPosition, TracedRecord
from redaction.release.identity.version import Version
from redaction.release.registry import Release, original_version
from redaction.release.takedown.locate import LOCATED, locate, record_ids_in
from redaction.release.takedown.notice import TakedownNotice, announced_ids
from redaction.release.takedown.retire_releases import latest_replacements
from redaction.release.takedown.successor import TAKEN_DOWN
from redaction.release.takedown.tombstones import Tombstones


@dataclass(frozen=True, slots=True, repr=False)
class PrivateState:
    """The private state for a trace.

    `master` is the master key, with which ids are computed. `past` are the stored decisions of each build: version,
    source, source_id, reason. `known_in` counts the rows of the inputs and builds that name the subject, by table.
    `rights_unknown` says why the rights cannot be evaluated now, if they cannot, and `unread` why an input table could
    not be read, by table.
    """

    master: bytes
    tombstones: Tombstones
    past: pl.DataFrame | None = None
    known_in: dict[str, int] = field(default_factory=dict)
    rights_unknown: str | None = None
    unread: dict[str, str] = field(default_factory=dict)


Record = tuple[str, str]
"""source and source_id."""


@dataclass(frozen=True, slots=True, repr=False)
class RecordHistory:
    """What is known of the subject's records in each release.

    `located` has the rows by version and record, of a withdrawn release those that a notice lists. `ids` has the id
    that each record has or would have, by version. `decided` maps version, source and source_id to the reason in the
    decisions of the build. `removed_before` are, by version, the ids that takedowns removed on the way to that release.
    """

    releases: tuple[Release, ...]
    located: dict[str, dict[Record, pl.DataFrame]]
    ids: dict[str, dict[Record, list[str]]]
    decided: dict[tuple[str, str, str], str]
    removed_before: dict[str, set[str]]
    replaced: dict[str, str]

    @classmethod
    def of(
        cls,
        releases: tuple[Release, ...],
        records: pl.DataFrame,
        state: PrivateState,
        chain: tuple[TakedownNotice, ...],
    ) -> "RecordHistory":
        """Search all releases for the records."""
        columns = ("version", "source", "source_id", "reason")
        past = [] if state.past is None else state.past.select(columns).rows()
        return cls(
            releases=releases,
            located={
                str(r.version): {
                    (str(source), str(source_id)): rows
                    for (source, source_id), rows in _located(r, records, state.master, chain)
                    .partition_by("source", "source_id", as_dict=True)
                    .items()
                }
                for r in releases
            },
            ids={str(r.version): _ids(r, records, state.master) for r in releases},
            decided={(version, source, name): reason for version, source, name, reason in past},
            removed_before={
                str(r.version): {
                    each
                    for earlier in releases
                    if earlier.version < r.version and original_version(earlier) == original_version(r)
                    for each in announced_ids(chain, str(earlier.version))
                }
                for r in releases
            },
            replaced=latest_replacements(chain),
        )

    def trace(self, row: dict[str, str]) -> TracedRecord:
        """Trace one record through all releases."""
        record = (row["source"], row["source_id"])
        found = [(release, self._appearance(release, record)) for release in self.releases]
        appearances = tuple(appearance for _, appearance in found if appearance)
        released_by = {original_version(release) for release, appearance in found if appearance}
        return TracedRecord.model_validate(
            row
            | {
                "since": appearances[0].as_of if appearances else None,
                "appearances": appearances,
                "absences": tuple(
                    self._absence(release, record, released_by) for release, appearance in found if not appearance
                ),
            }
        )

    def _appearance(self, release: Release, record: Record) -> Appearance | None:
        """Describe the record in a release that holds it, or held it until its rows were removed."""
        version = str(release.version)
        rows = self.located[version].get(record)
        if rows is not None:
            record_id, positions = rows["record_id"][0], rows.select("path", "row", "field").rows()
        elif release.withdrawn and self._decision(release, record) == KEPT:
            candidates, positions = self.ids[version][record], []
            if self.removed_before[version].intersection(candidates):
                return None
            record_id = candidates[0]
        else:
            return None
        return Appearance(
            version=version,
            as_of=release.manifest.as_of,
            record_id=record_id,
            rows=tuple(RowPosition(path=path, row=number, field=field) for path, number, field in positions),
            superseded_by=self.replaced.get(version),
            withdrawn=release.withdrawn,
        )

    def _absence(self, release: Release, record: Record, released_by: set[Version]) -> Absence:
        """Give the reason of the release's build, or the takedown that removed a record which the build released."""
        reason = self._decision(release, record)
        if release.manifest.takedown and (original_version(release) in released_by or reason == KEPT):
            reason = TAKEN_DOWN
        return Absence(version=str(release.version), reason=reason)

    def _decision(self, release: Release, record: Record) -> str | None:
        return self.decided.get((str(original_version(release)), *record))


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


def _ids(release: Release, records: pl.DataFrame, master: bytes) -> dict[Record, list[str]]:
    """Compute the ids of records under each key of a release, that of its build first."""
    ids: dict[Record, list[str]] = {}
    made = record_ids_in(release, records, master)
    for source, source_id, version, record_id in made.select("source", "source_id", "release", "record_id").iter_rows():
        known = ids.setdefault((source, source_id), [])
        known.insert(0 if version == str(original_version(release)) else len(known), record_id)
    return ids
