"""Takes records back: tombstones first, then a successor, then a signed notice.

In that order a takedown that was cut off can just be run again: what is tombstoned cannot come back, and what no
notice tells yet is told by the next.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from redaction.release.files.local_copy import local_copy
from redaction.release.identity.signing import Signer
from redaction.release.identity.version import Version
from redaction.release.registry import Registry, Release
from redaction.release.settings import ReleaseSettings
from redaction.release.staging import Staging, block_publishing
from redaction.release.takedown.descendants import known_descendants
from redaction.release.takedown.locate import locate
from redaction.release.takedown.notice import (
    FIRST,
    AffectedRelease,
    Location,
    TakedownError,
    TakedownNotice,
    TouchedShard,
    announced_ids,
    read_chain,
    write_notice,
)
from redaction.release.takedown.statuses import Cause, cause_of
from redaction.release.takedown.successor import MoreGates, Removal, publish_successor
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
"""Records that may no longer be used: `reason` from the rights room, `event_time` of the event, null if none."""


@dataclass(frozen=True, slots=True)
class TakedownRequest:
    """What a takedown works with. `tombstones` is the private file, in the private folder; `run_id` names the
    staging. `as_of` is the instant at which rights were evaluated, as the successor tells it.
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
    more_gates: MoreGates | None = None

    def __repr__(self) -> str:
        """Without the key."""
        return f"TakedownRequest({self.corpus})"

    def refuse_earlier(self) -> None:
        """Raises TakedownError where a release knows the rights of a later instant: what came since is no breach."""
        known = max(Registry(self.output, self.corpus).releases(), key=lambda r: r.manifest.as_of, default=None)
        if known is not None and known.manifest.as_of > self.as_of:
            raise TakedownError(
                f"{self.corpus}: release {known.version} has the rights as of {known.manifest.as_of.isoformat()}, "
                f"later than {self.as_of.isoformat()}; give that instant with --as-of, or a later one"
            )


@dataclass(frozen=True, slots=True)
class TakedownResult:
    """What a takedown did. `purge` holds `source`, `source_id` of the records whose traces in `state` must go.

    `seconds_to_removal` is exact, and so private: of few records it would tell when someone objected.
    """

    notice: TakedownNotice
    notice_path: StoragePath
    successor: StoragePath | None
    removed: int
    purge: pl.DataFrame
    seconds_to_removal: dict[str, float]


def take_down(order: TakedownRequest, withdrawn: pl.DataFrame) -> TakedownResult | None:
    """Removes withdrawn records (a WITHDRAWN frame) from the newest release, and gives notice for all others.

    `withdrawn` may hold records that were never released; they are passed over. With `since`, older releases are
    not looked at. None where no release holds a record that earlier notices have not told already.

    Raises:
        ReleaseError: a manifest, a notice or a staging that cannot be trusted, an instant before that of a release, or
            a release that was published meanwhile; nothing is then published.
    """
    order.refuse_earlier()
    registry = Registry(order.output, order.corpus)
    looked_at = registry.versions()
    held = [r for r in map(registry.release, looked_at) if not r.withdrawn]
    releases = [r for r in held if order.since is None or r.version >= order.since]
    signer = Signer(order.master, order.corpus)
    chain = read_chain(registry.folder, signer.public_key)
    cases = [case for release in releases if (case := _case(release, withdrawn, order.master, chain)).located.height]
    if not cases:
        return None
    takedown_id = f"{len(chain) + 1:06}"
    purge = pl.concat([case.located.select("source", "source_id") for case in cases]).unique()
    with block_publishing(order.output, order.corpus, order.tombstones.parent):
        if registry.versions() != looked_at:
            raise TakedownError(f"{registry.folder}: a release was published meanwhile; run the takedown again")
        stones = Tombstones.load(order.tombstones, order.master, order.corpus)
        stones.with_records(purge, takedown_id).save(order.tombstones)
    newest = releases[-1]
    if cases[-1].release is newest:
        successor = _succeed(order, cases[-1], takedown_id)
        cases[-1] = replace(cases[-1], successor=registry.release(successor.name))
    else:
        successor = None
    concerned = withdrawn.unique(["source", "source_id"]).join(purge, on=["source", "source_id"], how="semi")
    waits = _waits(concerned, order.removed_at)
    notice = TakedownNotice(
        corpus=order.corpus,
        number=len(chain) + 1,
        previous=chain[-1].digest if chain else FIRST,
        effective_at=order.removed_at,
        deadline=order.removed_at + order.deadline,
        causes=_causes(concerned, order.settings.card.smallest_count),
        releases=tuple(_affected(case) for case in cases),
        replacement=successor.name if successor else str(newest.version),
        descendants=known_descendants(registry.folder, {str(case.release.version) for case in cases}),
        seconds_to_removal={name: _whole_days(wait) for name, wait in waits.items()},
        public_key=signer.public_key,
    ).signed(signer)
    path = write_notice(registry.folder, notice)
    return TakedownResult(notice, path, successor, purge.height, purge.sort("source", "source_id"), waits)


@dataclass(frozen=True, slots=True)
class _Case:
    """One release, the rows that must go and no notice has told yet, and what stands in its place."""

    release: Release
    located: pl.DataFrame
    successor: Release | None = None


def _case(release: Release, withdrawn: pl.DataFrame, master: bytes, chain: tuple[TakedownNotice, ...]) -> _Case:
    told = announced_ids(chain, str(release.version))
    located = locate(release, withdrawn, master)
    return _Case(release, located.filter(~pl.col("record_id").is_in(sorted(told))))


def _succeed(order: TakedownRequest, case: _Case, takedown_id: str) -> StoragePath:
    private = order.tombstones.parent
    with local_copy(case.release, private) as release:
        report = verify(release.folder)
        if not report.ok:
            raise TakedownError(f"{case.release.folder}: was changed after its release; restore {report.problems[0]}")
        removal = Removal(release, case.located, order.as_of, takedown_id)
        with Staging.create(order.output, order.corpus, order.run_id, private) as staging:
            return publish_successor(staging, removal, order.settings, order.more_gates)


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


def _causes(concerned: pl.DataFrame, smallest: int) -> dict[Cause, int | None]:
    """How many records each cause took; no number at all where one of them took few, since all together are known."""
    counts: Counter[Cause] = Counter()
    for reason, count in concerned.group_by("reason").len().iter_rows():
        counts[cause_of(reason)] += count
    few = any(count < smallest for count in counts.values())
    return {cause: None if few else counts[cause] for cause in sorted(counts)}


def _waits(concerned: pl.DataFrame, removed_at: datetime) -> dict[str, float]:
    waits = concerned.select((pl.lit(removed_at) - pl.col("event_time")).dt.total_seconds()).to_series().drop_nulls()
    shares = {"median": 0.5, "p95": 0.95, "longest": 1.0}
    return {name: float(waits.quantile(share, "nearest") or 0) for name, share in shares.items() if len(waits)}


def _whole_days(seconds: float) -> float:
    """Rounded up to days: a public notice must not tell to the second when someone objected."""
    return -(-seconds // _DAY) * _DAY
