"""Puts a release together from what the partitions hold, accounts for every record, and stages it for the audit."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction.builds.audit import TEXT, audit_release, read_before_staging
from redaction.builds.context import Build
from redaction.builds.dispositions import DECISIONS, Fates, final_decisions, source_counts
from redaction.builds.inputs import load_rules
from redaction.builds.redact_partition import (
    PROFILES_PARTITION,
    ROWS,
    PartitionReport,
    read_report,
    remove_other_findings,
)
from redaction.builds.redaction_queue import partitions_to_redact
from redaction.builds.republish import published_records
from redaction.execution.failures import ExecutionError
from redaction.release import BuildFacts, Digests, GateResult, Manifest, ShardWriter, Staging, draft_manifest, publish
from redaction.release.gates import TextScanner
from redaction.release.takedown import Signer
from redaction.state.parquet_writer import Written
from redaction.state.plan import InputCounts, PlanError, write_whole
from redaction.state.scratch import scratch
from redaction.storage import StoragePath, release_free_memory
from redaction.tables import Source

_BLOCK_ROWS = 10_000
_RIGHTS_TABLES = ("rights_events", "region_signals", "objections")


@dataclass(frozen=True, slots=True)
class StagedRelease:
    """A release that nobody can see yet, with the audit of its bytes, and the build that made it."""

    build: Build
    staging: Staging
    manifest: Manifest

    @property
    def gates(self) -> tuple[GateResult, ...]:
        """What the audit measured."""
        return self.manifest.gates

    @property
    def failure(self) -> str | None:
        """The first gate that failed, in words; None where all passed."""
        for gate in self.manifest.failed_gates:
            told = f"gate {gate.name} measured {gate.value:g}, allowed is {gate.threshold:g}"
            return f"{told} ({gate.detail})" if gate.detail else told
        return None

    @property
    def reasons(self) -> pl.DataFrame:
        """Records by source, outcome and reason."""
        rows = [
            (source, outcome, reason, number)
            for source, counts in self.manifest.sources.items()
            for outcome, reasons in (
                ("kept", {"": counts.kept}),
                ("dropped", counts.dropped),
                ("quarantined", counts.quarantined),
            )
            for reason, number in reasons.items()
        ]
        return pl.DataFrame(rows, schema=["source", "outcome", "reason", "records"], orient="row")


@dataclass(frozen=True, slots=True)
class _Material:
    """What a release is made of: the redacted partitions, who made them, and what became of every record."""

    folders: tuple[Path, ...]
    detector: str
    replacement: str
    fates: Fates


def stage_release(build: Build, run_id: str) -> StagedRelease:
    """Writes every file of the release where nobody sees it, and runs the gates on the bytes written.

    Texts are read before: records in which the audit finds something are set aside under a reason of their own, and
    only what is left is staged. A detector that misses here and there costs these records; one that is broken fails
    the gate on their number.

    Raises:
        PlanError: a partition has not been redacted for this plan, an input changed meanwhile, or the version is
            published with other records.
        ReleaseError: the figures do not add up, or another run has begun a later staging.
    """
    release_free_memory()
    build.check_inputs()
    reports = _reports(build)
    remove_other_findings(build.paths, [report.partition for _, report in reports])
    folders = tuple(folder for folder, _ in reports)
    posts = [report.partition for _, report in reports if report.source == Source.posts.value]
    material = _Material(folders, *_makers(reports), Fates.read(build.folder, posts, PROFILES_PARTITION))
    named = ((str(folder.relative_to(build.folder.path)), folder / ROWS) for folder in folders)
    reader, found = read_before_staging(build, ((n, rows) for n, path in named for rows in _blocks([path], TEXT)))
    return _staged(build, material, run_id, reader, found)


def publish_release(staged: StagedRelease) -> StoragePath:
    """Makes the release visible by one step.

    Raises:
        PublishError: a gate failed.
        PlanError: a takedown took records back since the build was opened.
    """
    return publish(staged.staging, staged.manifest, staged.build.check_tombstones)


def _staged(build: Build, material: _Material, run_id: str, reader: TextScanner, set_aside: pl.Series) -> StagedRelease:
    config, plan, folder = build.config, build.plan, build.folder
    facts = _facts(build, material, _write_decisions(build, material.fates, set_aside))
    write_whole(folder.sources, json.dumps({s: c.model_dump() for s, c in facts.sources.items()}, indent=2))
    staging = Staging.create(config.corpora, config.corpus, run_id, config.private)
    gone = set_aside.implode()
    with ShardWriter(staging.folder, config.release.rows_per_shard) as writer:
        for rows in _blocks([folder / ROWS for folder in material.folders]):
            writer.write(
                rows.filter(~pl.col("record_id").is_in(gone)).with_columns(
                    policy=pl.lit(facts.policy), detector=pl.lit(material.detector), release=pl.lit(plan.version)
                )
            )
    manifest = draft_manifest(staging, facts, config.release.card, config.release.lineage)
    release_free_memory()
    audit = audit_release(build, staging.folder, manifest, reader, set_aside.len())
    return StagedRelease(build, staging, manifest.with_gates(audit.results))


def _write_decisions(build: Build, fates: Fates, set_aside: pl.Series) -> pl.DataFrame:
    """Writes what became of every row, and counts it: source, decision, reason, records."""
    plan, folder = build.plan, build.folder
    published, kept = published_records(build.paths, plan), set[str]()
    counted = [
        pl.DataFrame(schema={"source": pl.String, "decision": pl.String, "reason": pl.String, "records": pl.UInt32})
    ]
    with scratch(build.paths.state) as temporary:
        draft = temporary / "decisions.new"
        with Written(draft, pl.DataFrame(schema=DECISIONS)) as file:
            for block in final_decisions(folder, fates, build.key, set_aside):
                file.add(block)
                counted.append(block.group_by("source", "decision", "reason").len("records"))
                if published is not None:
                    kept.update(block["record_id"].drop_nulls())
        if published is not None and kept != published:
            raise PlanError(f"{plan.corpus} {plan.version}: is published with other records; choose another version")
        draft.replace(folder.decisions)
    return pl.concat(counted).group_by("source", "decision", "reason").agg(pl.col("records").sum())


def _facts(build: Build, material: _Material, counted: pl.DataFrame) -> BuildFacts:
    plan = build.plan
    policy, regions = load_rules(build.config)
    counts = InputCounts.model_validate_json(build.folder.counts.read_text("utf-8"))
    before = build.paths.registry.before(plan.version)
    return BuildFacts(
        corpus=plan.corpus,
        version=plan.version,
        as_of=plan.as_of,
        policy=policy.policy_id,
        sources=source_counts(counted, counts.rows),
        digests=Digests(
            policy=policy.digest,
            regions=regions.digest,
            ledger=_combined({name: plan.inputs[name] for name in _RIGHTS_TABLES}),
            config=plan.config,
            model=material.detector,
            recognizers=material.detector,
            operators=material.replacement,
            code=plan.code,
            inputs=plan.inputs_digest,
        ),
        predecessor=before.reference if before else None,
        takedown_key=Signer(build.master, plan.corpus).public_key,
    )


def _reports(build: Build) -> list[tuple[Path, PartitionReport]]:
    wanted = [("posts", key) for key, _ in partitions_to_redact(build.folder)]
    found = []
    for source, key in [*wanted, ("profiles", PROFILES_PARTITION)]:
        folder = build.folder.partition(source, key)
        report = read_report(folder)
        if report is None or report.plan != build.plan.digest:
            told = f"{source} {key}: not redacted for build {build.plan.version}"
            raise PlanError(f"{told}; materialize it, then corpus again")
        found.append((folder, report))
    return found


def _makers(reports: list[tuple[Path, PartitionReport]]) -> tuple[str, str]:
    made = {(r.detector, r.replacement) for _, r in reports if r.detector}
    if not made:
        raise ExecutionError("no record may be used, so there is nothing to release; see discreet explain")
    if len(made) > 1:
        raise PlanError("the partitions were redacted by different detectors; run discreet build again")
    return made.pop()


def _blocks(paths: list[Path], columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
    """Redacted rows in blocks of a fixed size, each sorted by record id, so that the input's order is not told."""
    for path in paths:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            waiting: list[pl.DataFrame] = []
            height = 0
            for batch in file.iter_batches(_BLOCK_ROWS, columns=columns, use_threads=False):
                waiting.append(pl.DataFrame(pl.from_arrow(batch)))
                height += batch.num_rows
                while height >= _BLOCK_ROWS:
                    whole = pl.concat(waiting)
                    yield whole.head(_BLOCK_ROWS).sort("record_id", "field")
                    waiting, height = [whole.slice(_BLOCK_ROWS)], height - _BLOCK_ROWS
            if height:
                yield pl.concat(waiting).sort("record_id", "field")


def _combined(digests: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()
