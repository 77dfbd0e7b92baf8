"""Finds everything that releases, decisions, takedowns and the ledger hold of some members, many at once.

The inputs are decided once and each release is read once, whatever the number of members. What is found is written to a
scratch folder in buckets of a few hundred members, and read one bucket at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import load_rules, open_inputs
from redaction.config import Config
from redaction.operations.requests.progress import ReleaseState
from redaction.operations.trace import ABSENT
from redaction.release.registry import Release, original_version
from redaction.release.takedown.locate import record_ids_in
from redaction.release.takedown.notice import announced_ids
from redaction.rights import Policy
from redaction.state.decisions import RECORD, decisions_of_builds
from redaction.state.keys import master_key
from redaction.storage import scan
from redaction.tables import TableName, canonical_ids

_BUCKET: Final = 500
"""Members whose rows are in memory at one time."""

DECISIONS: Final = pl.Schema(dict.fromkeys(["subject_id", *RECORD, "decision", "reason", "rule"], pl.String))

APPEARANCES: Final = pl.Schema(
    dict.fromkeys(
        ["subject_id", "release", *RECORD, "record_id", "kind", "field", "language", "month", "text"], pl.String
    )
)
"""One row per row of a release. Of a withdrawn release one per record, without field and text."""


@dataclass(frozen=True, slots=True, repr=False)
class MemberHoldings:
    """What is held of one member: decisions now, rows of releases, removals by takedown, and events of the ledger."""

    subject_id: str
    decisions: pl.DataFrame
    appearances: pl.DataFrame
    removed: pl.DataFrame
    events: pl.DataFrame

    @property
    def is_unknown(self) -> bool:
        """Whether nothing names the member."""
        return all(each.is_empty() for each in (self.decisions, self.appearances, self.removed, self.events))


@dataclass(frozen=True, slots=True, repr=False)
class Holdings:
    """What is held of some members, and the releases and rules that it is held under."""

    state: ReleaseState
    policy: Policy
    as_of: datetime
    buckets: tuple[pl.Series, ...]
    decisions: pl.DataFrame
    removed: pl.DataFrame
    events: pl.DataFrame
    folder: Path

    def members(self) -> Iterator[MemberHoldings]:
        """Yield each member, sorted by id."""
        for number, subjects in enumerate(self.buckets):
            files = sorted((self.folder / str(number)).glob("*.parquet"))
            rows = [pl.read_parquet(each, glob=False) for each in files]
            found = pl.concat([pl.DataFrame(schema=APPEARANCES), *rows])
            parts = [
                _by_subject(frame.filter(pl.col("subject_id").is_in(subjects.implode())))
                for frame in (self.decisions, found, self.removed, self.events)
            ]
            frames = (self.decisions, found, self.removed, self.events)
            empty = [frame.clear() for frame in frames]
            for subject in subjects:
                own = (part.get((subject,), none) for part, none in zip(parts, empty, strict=True))
                yield MemberHoldings(subject, *own)


@contextmanager
def gather(config: Config, subjects: pl.Series, as_of: datetime) -> Iterator[Holdings]:
    """Gather what is held of some members; rights are evaluated at `as_of`.

    Args:
        config: The config of the corpus.
        subjects: Their ids.
        as_of: The instant at which rights are evaluated.

    Yields:
        What is held, while its scratch folder exists.

    Raises:
        DiscreetError: An input, the ledger, a release or the state cannot be used.
    """
    state, master, inputs = ReleaseState.of(config), master_key(config), open_inputs(config)
    wanted = canonical_ids(subjects.drop_nulls()).drop_nulls().unique().sort().alias("subject_id")
    named = wanted.to_frame().lazy()
    with scratch_index(config, inputs) as index:
        now = (
            decide_inputs(config, inputs, index, as_of, master).records.lazy().join(named, on="subject_id", how="semi")
        )
        links = decisions_of_builds(state.paths).drop_nulls("record_id").join(named, on="subject_id", how="semi")
        decided, linked = pl.collect_all([now.select(DECISIONS.names()), links], engine="streaming")
        absent = linked.select("subject_id", *RECORD).unique().join(decided, on=RECORD, how="anti")
        absent = absent.with_columns(decision=pl.lit("drop"), reason=pl.lit(ABSENT), rule=pl.lit(None, pl.String))
        decisions = pl.concat([decided, absent.select(DECISIONS.names())]).sort("subject_id", *RECORD)
        buckets = tuple(wanted[start : start + _BUCKET] for start in range(0, len(wanted), _BUCKET))
        _write_appearances(state, decisions, linked, master, buckets, index.parent)
        ledger = inputs.rows(TableName.rights_events).rows
        yield Holdings(
            state=state,
            policy=load_rules(config)[0],
            as_of=as_of,
            buckets=buckets,
            decisions=decisions,
            removed=state.stones.removals(wanted),
            events=ledger.join(named.collect(), on="subject_id", how="semi").sort("event_time", "event_id"),
            folder=index.parent,
        )


def _by_subject(frame: pl.DataFrame) -> dict[tuple[object, ...], pl.DataFrame]:
    return frame.partition_by("subject_id", as_dict=True, maintain_order=True)


def _write_appearances(  # noqa: PLR0913, PLR0917 - each is independent of the others
    state: ReleaseState,
    records: pl.DataFrame,
    links: pl.DataFrame,
    master: bytes,
    buckets: tuple[pl.Series, ...],
    folder: Path,
) -> None:
    """Write the rows of the records in every release, one file per bucket and shard."""
    numbers = pl.DataFrame(
        {
            "subject_id": pl.concat([pl.Series([], dtype=pl.String), *buckets]),
            "bucket": [number for number, subjects in enumerate(buckets) for _ in subjects],
        },
        schema={"subject_id": pl.String, "bucket": pl.Int64},
    )
    for count, rows in enumerate(
        each for release in state.releases for each in _rows(state, release, records, links, master)
    ):
        for (number,), part in rows.join(numbers, on="subject_id", how="inner").group_by("bucket"):
            path = folder / str(number) / f"{count:06}.parquet"
            path.parent.mkdir(exist_ok=True)
            part.select(APPEARANCES.names()).cast(dict(APPEARANCES.items())).write_parquet(path)


def _rows(
    state: ReleaseState, release: Release, records: pl.DataFrame, links: pl.DataFrame, master: bytes
) -> Iterator[pl.DataFrame]:
    version = str(release.version)
    ids = record_ids_in(release, records, master).rename({"release": "keyed_by"})
    ids = ids.join(records.select("subject_id", *RECORD).unique(RECORD), on=RECORD, how="inner")
    if not release.withdrawn:
        for shard in release.manifest.shards:
            columns = ["record_id", "source", "kind", "field", "language", "month", "text", "release"]
            rows = scan([release.folder / shard.path]).select(columns).rename({"release": "keyed_by"})
            found = rows.join(ids.lazy(), on=["record_id", "source", "keyed_by"], how="inner")
            yield found.with_columns(release=pl.lit(version)).collect(engine="streaming")
        return
    announced = ids.filter(pl.col("record_id").is_in(sorted(announced_ids(state.chain, version))))
    built = links.filter(version=str(original_version(release)))
    kept = ids.join(built, on=RECORD, how="semi").filter(keyed_by=str(original_version(release)))
    held = pl.concat([announced, kept]).unique(RECORD, maintain_order=True)
    none = [pl.lit(None, pl.String).alias(name) for name in ("kind", "field", "language", "month", "text")]
    yield held.with_columns(*none, release=pl.lit(version))
