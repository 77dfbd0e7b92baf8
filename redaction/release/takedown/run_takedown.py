"""The takedown itself: write tombstones, publish a successor without the records, write a signed notice.

An interrupted takedown is completed by running it again: tombstoned records cannot return, and the next notice lists
every record that no earlier notice has.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from redaction.release.canaries import canary_ids_in
from redaction.release.files.local_copy import local_copy
from redaction.release.identity.signing import Signer
from redaction.release.identity.version import Version
from redaction.release.registry import Registry, Release
from redaction.release.settings import ReleaseSettings
from redaction.release.staging import Staging, block_publishing
from redaction.release.takedown.descendants import known_descendants
from redaction.release.takedown.locate import locate
from redaction.release.takedown.notice import (
    AffectedRelease,
    Location,
    TakedownError,
    TakedownNotice,
    TouchedShard,
    announced_ids,
    append_notice,
    read_chain,
)
from redaction.release.takedown.statuses import Cause, cause_of
from redaction.release.takedown.successor import Removal, publish_successor
from redaction.release.takedown.tombstones import Tombstones
from redaction.release.verify import verify
from redaction.storage import StoragePath

_DAY = 86_400.0

WITHDRAWN = pl.Schema(
    [
        ("source", pl.String()),
        ("source_id", pl.String()),
        ("reason", pl.String()),
        ("event_time", pl.Datetime("us", "UTC")),
    ]
)
"""Records that may no longer be used: `reason` as in the decisions, `event_time` of the rights event, or null."""


@dataclass(frozen=True, slots=True, repr=False)
class TakedownRequest:
    """The inputs of a takedown, except the records.

    `tombstones` is a file in the private folder. `as_of` is the instant at which rights were evaluated, `removed_at`
    the one that the notice states. With `since`, releases before that version are ignored.
    """

    output: StoragePath
    corpus: str
    tombstones: Path
    master: bytes
    as_of: datetime
    removed_at: datetime
    run_id: str
    deadline: timedelta = timedelta(days=30)
    since: Version | None = None
    settings: ReleaseSettings = field(default_factory=ReleaseSettings)

    def refuse_earlier(self) -> None:
        """Raise TakedownError if a release has later rights: records of the time between would seem to have none."""
        latest = max(Registry(self.output, self.corpus).releases(), key=lambda r: r.manifest.as_of, default=None)
        if latest is not None and latest.manifest.as_of > self.as_of:
            raise TakedownError(
                f"{self.corpus}: release {latest.version} has the rights as of {latest.manifest.as_of.isoformat()}, "
                f"later than {self.as_of.isoformat()}; give that instant with --as-of, or a later one"
            )


@dataclass(frozen=True, slots=True)
class TakedownResult:
    """The notice, the folder of the successor if one was published, and the number of removed records.

    `seconds_to_removal` is exact, and so private: with few records it would disclose when someone objected.
    """

    notice: TakedownNotice
    notice_path: StoragePath
    successor: StoragePath | None
    removed: int
    seconds_to_removal: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Case:
    """One release, its rows that must be removed and are in no notice yet, and its successor."""

    release: Release
    located: pl.DataFrame
    successor: Release | None = None


_NO_RECORD = pl.DataFrame(schema={"source": pl.String, "source_id": pl.String})


@dataclass(frozen=True, slots=True)
class Removals:
    """The rows that a takedown has to remove, by release: those of withdrawn records that no notice lists yet."""

    versions: tuple[Version, ...]
    chain: tuple[TakedownNotice, ...]
    newest: Version | None
    cases: tuple[_Case, ...]

    @property
    def records(self) -> pl.DataFrame:
        """The records that have such rows: source, source_id, each once."""
        return pl.concat([_NO_RECORD, *(case.located.select("source", "source_id") for case in self.cases)]).unique()

    @property
    def releases(self) -> dict[str, int]:
        """How many records have to be removed from each release."""
        return {str(case.release.version): case.located["record_id"].n_unique() for case in self.cases}

    @property
    def successor(self) -> Version | None:
        """The version that will replace the newest release; None where that holds no such record, and stays."""
        replaced = self.cases and self.cases[-1].release.version == self.newest
        return self.cases[-1].release.version.bump_major() if replaced else None


def find_removals(request: TakedownRequest, withdrawn: pl.DataFrame) -> Removals:
    """Find what `take_down` would remove; nothing is changed. Arguments and errors as for `take_down`."""
    request.refuse_earlier()
    registry = Registry(request.output, request.corpus)
    versions = registry.versions()
    releases = [r for r in map(registry.release, versions) if not r.withdrawn]
    releases = [r for r in releases if request.since is None or r.version >= request.since]
    chain = read_chain(registry.folder, Signer(request.master, request.corpus).public_key)
    cases = [_case(release, withdrawn, request.master, chain) for release in releases]
    newest = releases[-1].version if releases else None
    return Removals(versions, chain, newest, tuple(case for case in cases if case.located.height))


def take_down(
    request: TakedownRequest, withdrawn: pl.DataFrame, removals: Removals | None = None
) -> TakedownResult | None:
    """Remove withdrawn records from the newest release, and write a notice about all releases that contain them.

    Args:
        request: the corpus and the settings.
        withdrawn: a WITHDRAWN frame; records that were never released are ignored.
        removals: what `find_removals` found, if it was called before.

    Returns:
        The result; None if no release contains a record that is not in an earlier notice.

    Raises:
        TakedownError: a notice was changed, `as_of` is before that of a release, or a release was published in the
            meantime. Nothing is published then, nor after any other error.
        ReleaseError: a manifest or staging cannot be trusted.
    """
    removals = removals or find_removals(request, withdrawn)
    if not removals.cases:
        return None
    registry, signer = Registry(request.output, request.corpus), Signer(request.master, request.corpus)
    chain, cases, removed = removals.chain, list(removals.cases), removals.records
    takedown_id = f"{len(chain) + 1:06}"
    with block_publishing(request.output, request.corpus, request.tombstones.parent):
        if registry.versions() != removals.versions:
            raise TakedownError(f"{registry.folder}: a release was published meanwhile; run the takedown again")
        tombstones = Tombstones.load(request.tombstones, request.master, request.corpus)
        tombstones.with_records(removed, takedown_id).save(request.tombstones)
    successor = None
    if removals.successor is not None:
        successor = _publish_successor(request, cases[-1], takedown_id)
        cases[-1] = replace(cases[-1], successor=registry.release(successor.name))
    released = withdrawn.unique(["source", "source_id"]).join(removed, on=["source", "source_id"], how="semi")
    seconds = _seconds_to_removal(released, request.removed_at)
    notice = TakedownNotice(
        corpus=request.corpus,
        effective_at=request.removed_at,
        deadline=request.removed_at + request.deadline,
        causes=_causes(released, request.settings.card.smallest_count),
        releases=tuple(_affected(case) for case in cases),
        replacement=successor.name if successor else str(removals.newest),
        descendants=known_descendants(registry.folder, {str(case.release.version) for case in cases}),
        seconds_to_removal={name: _round_up_to_days(value) for name, value in seconds.items()},
        public_key=signer.public_key,
    )
    notice, path = append_notice(registry.folder, chain, notice, signer)
    return TakedownResult(notice, path, successor, removed.height, seconds)


def _case(release: Release, withdrawn: pl.DataFrame, master: bytes, chain: tuple[TakedownNotice, ...]) -> _Case:
    announced = announced_ids(chain, str(release.version))
    located = locate(release, withdrawn, master)
    return _Case(release, located.filter(~pl.col("record_id").is_in(sorted(announced))))


def _publish_successor(request: TakedownRequest, case: _Case, takedown_id: str) -> StoragePath:
    private = request.tombstones.parent
    with local_copy(case.release, private) as release:
        report = verify(release.folder)
        if not report.ok:
            raise TakedownError(f"{case.release.folder}: was changed after its release; restore {report.problems[0]}")
        canaries = tuple(canary_ids_in(release, request.master))
        removal = Removal(release, case.located, request.as_of, takedown_id, canaries)
        with Staging.create(request.output, request.corpus, request.run_id, private) as staging:
            return publish_successor(staging, removal, request.settings)


def _affected(case: _Case) -> AffectedRelease:
    manifest = case.release.manifest
    before = {entry.path: entry.sha256 for entry in manifest.files}
    after = {entry.path: entry.sha256 for entry in case.successor.manifest.files} if case.successor else {}
    grouped = case.located.group_by("record_id", "path").agg(pl.col("row").sort()).sort("path", "record_id")
    return AffectedRelease(
        version=manifest.version,
        manifest_sha256=manifest.digest,
        records=tuple(Location(record_id=r, path=p, rows=tuple(rows)) for r, p, rows in grouped.iter_rows()),
        shards=tuple(
            TouchedShard(path=path, before=before[path], after=after.get(path))
            for path in sorted(set(case.located["path"]))
        ),
    )


def _causes(released: pl.DataFrame, smallest: int) -> dict[Cause, int | None]:
    """Count the records of each cause; without any number if one is small, since the total is public."""
    counts: Counter[Cause] = Counter()
    for reason, count in released.group_by("reason").len().iter_rows():
        counts[cause_of(reason)] += count
    has_small = any(count < smallest for count in counts.values())
    return {cause: None if has_small else counts[cause] for cause in sorted(counts)}


def _seconds_to_removal(released: pl.DataFrame, removed_at: datetime) -> dict[str, float]:
    seconds = released.select((pl.lit(removed_at) - pl.col("event_time")).dt.total_seconds()).to_series().drop_nulls()
    quantiles = {"median": 0.5, "p95": 0.95, "longest": 1.0}
    return {name: float(seconds.quantile(share, "nearest") or 0) for name, share in quantiles.items() if len(seconds)}


def _round_up_to_days(seconds: float) -> float:
    """Round up to whole days, since exact seconds would disclose when someone objected."""
    return -(-seconds // _DAY) * _DAY
