"""The next MAJOR release: the same rows without the removed ones. Only shards that contained one are rewritten."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from redaction.release.build_facts import BuildFacts
from redaction.release.files.corpus_schema import DATA
from redaction.release.files.shards import write_shard
from redaction.release.gates import Gate, at_most
from redaction.release.gates.record_checks import count_schema_violations
from redaction.release.manifest import GateResult, Manifest
from redaction.release.publish import publish
from redaction.release.registry import Release
from redaction.release.report import FACTS, ChangeCounts, Changes, ReasonText, RunFacts, rounded
from redaction.release.settings import ReleaseSettings
from redaction.release.staging import Staging, add_report, draft_release
from redaction.storage import StoragePath, download, is_file, scan

TAKEN_DOWN = "taken_down"
"""The reason under which the manifest of a successor counts the removed records."""


@dataclass(frozen=True, slots=True)
class Removal:
    """The release, the rows to remove (as LOCATED), and the instant and takedown that the successor states.

    `canaries` are the record ids of the canaries in the release, which all stay.
    """

    release: Release
    located: pl.DataFrame
    as_of: datetime
    takedown_id: str
    canaries: tuple[str, ...] = ()


def publish_successor(staging: Staging, removal: Removal, settings: ReleaseSettings) -> StoragePath:
    """Stage, audit and publish the successor; its gates prove that no removed row is left, and no other was changed."""
    _stage_rows(staging.folder, removal)
    run = _run_facts(removal, settings)
    draft = draft_release(staging, _facts(removal), settings.card, settings.lineage, run, removal.canaries)
    manifest = add_report(staging, draft, _gates(staging.folder, removal, draft.manifest))
    return publish(staging, manifest)


def _stage_rows(folder: Path, removal: Removal) -> None:
    (folder / DATA).mkdir(parents=True)
    touched = set(removal.located["path"])
    for path in (shard.path for shard in removal.release.manifest.shards):
        source = removal.release.folder / path
        if path in touched:
            write_shard(folder / path, _remove_rows(source, removal.located.filter(path=path)))
        else:
            download(source, folder / path)


def _remove_rows(shard: StoragePath, located: pl.DataFrame) -> pl.DataFrame:
    rows = scan([shard]).collect().with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    return rows.join(located, on="row", how="anti", maintain_order="left").drop("row")


def _facts(removal: Removal) -> BuildFacts:
    old = removal.release.manifest
    removed = dict(removal.located.group_by("source").agg(pl.col("record_id").n_unique()).iter_rows())
    facts = {name: getattr(old, name) for name in BuildFacts.model_fields}
    changed = {
        "version": str(removal.release.version.bump_major()),
        "as_of": removal.as_of,
        "sources": {
            source: counts.drop_kept(removed.get(source, 0), TAKEN_DOWN) for source, counts in old.sources.items()
        },
        "predecessor": removal.release.reference,
        "keyed_by": tuple(sorted({old.version, *old.keyed_by})),
        "takedown": removal.takedown_id,
        "sign_off": {},  # a takedown only removes, and must not wait
    }
    return BuildFacts(**facts | changed)


def _run_facts(removal: Removal, settings: ReleaseSettings) -> RunFacts:
    """Return the facts of the release before, with what this takedown changes."""
    old, step = removal.release, settings.card.smallest_count
    facts = RunFacts.read(old.folder) if is_file(old.folder / FACTS) else RunFacts(rounded_to=step)
    removed = dict(removal.located.group_by("source").agg(pl.col("record_id").n_unique()).iter_rows())
    counts = tuple(
        ChangeCounts(
            source=source,
            added=0,
            removed=rounded(removed.get(source, 0), step),
            same=rounded(each.kept - removed.get(source, 0), step),
        )
        for source, each in sorted(old.manifest.sources.items())
    )
    reasons = facts.reasons | {TAKEN_DOWN: ReasonText(group="Withdrawn", meaning="A takedown withdrew it.")}
    changes = Changes(before=old.manifest.version, counts=counts)
    return facts.model_copy(update={"changes": changes, "reasons": reasons, "months": ()})


def _gates(folder: Path, removal: Removal, manifest: Manifest) -> list[GateResult]:
    shards = sorted((folder / DATA).glob("*.parquet"))
    after = pl.scan_parquet(shards, glob=False)
    removed = removal.located.lazy().select("record_id").unique()
    left = after.join(removed, on="record_id", how="semi").select(pl.len()).collect().item()
    expected = _fingerprint(removal.release.scan().join(removed, on="record_id", how="anti"))
    return [
        at_most(Gate.TAKEN_DOWN_LEFT, left),
        at_most(Gate.ROWS_CHANGED, int(_fingerprint(after) != expected)),
        at_most(Gate.SCHEMA, count_schema_violations(shards, (manifest.version, *manifest.keyed_by))),
    ]


def _fingerprint(rows: pl.LazyFrame) -> tuple[int, int]:
    """Compute the number of rows and the sum of their hashes, which do not depend on their order."""
    hashed = rows.select(pl.struct("record_id", "field", "text", "month", "policy", "detector").hash())
    return hashed.select(pl.len(), pl.all().sum().name.suffix("_sum")).collect(engine="streaming").row(0)
