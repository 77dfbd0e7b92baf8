"""Assembles a release from the redacted partitions, accounts for every record, and stages it for the audit."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction.builds.audit import TEXT, audit_release, scan_before_staging
from redaction.builds.context import Build
from redaction.builds.decide import count_reasons, sum_reasons
from redaction.builds.dispositions import Outcomes, final_decisions, source_counts
from redaction.builds.inputs import load_rules
from redaction.builds.redact_partition import (
    PROFILES_PARTITION,
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
from redaction.state.parquet_writer import TableWriter
from redaction.state.plan import InputCounts, PlanError, write_whole
from redaction.state.private_tables import DECISIONS, REDACTED
from redaction.state.scratch import scratch
from redaction.storage import StoragePath, release_free_memory
from redaction.tables import Source

_BLOCK_ROWS = 10_000
_RIGHTS_TABLES = ("rights_events", "region_signals", "objections")


@dataclass(frozen=True, slots=True)
class StagedRelease:
    """A release that is not visible yet, with the audit of its bytes and the build that made it."""

    build: Build
    staging: Staging
    manifest: Manifest

    @property
    def gates(self) -> tuple[GateResult, ...]:
        """What the audit measured."""
        return self.manifest.gates

    @property
    def failure(self) -> str | None:
        """A sentence about the first gate that failed; None where all passed."""
        for gate in self.manifest.failed_gates:
            measured = f"gate {gate.name} measured {gate.value:g}, allowed is {gate.threshold:g}"
            return f"{measured} ({gate.detail})" if gate.detail else measured
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
    """What a release is made of: the files of redacted rows, what made them, and the outcome of every record."""

    rows: tuple[Path, ...]
    detector: str
    replacement: str
    outcomes: Outcomes


def stage_release(build: Build, run_id: str) -> StagedRelease:
    """Write every file of the release to a staging folder, and run the gates on these bytes.

    The texts are audited before that: records in which the audit finds something are set aside under a reason of their
    own, and only the others are staged. A detector with a few misses costs these records; a broken one fails the gate
    on their number.

    Args:
        build: The build.
        run_id: A new id, which names the staging folder.

    Returns:
        The staged release, with the results of the gates.

    Raises:
        PlanError: A partition has not been redacted for this plan, an input changed meanwhile, or the version is
            published with other records.
        ReleaseError: The counts do not add up, or another run has begun a later staging.
    """
    release_free_memory()
    build.check_inputs()
    reports = _reports(build)
    remove_other_findings(build.paths, [report.partition for report in reports])
    posts = [report.partition for report in reports if report.source == Source.posts.value]
    rows = tuple(build.folder.file(REDACTED, source=each.source, partition=each.partition) for each in reports)
    outcomes = Outcomes.read(build.folder, posts, PROFILES_PARTITION)
    material = _Material(rows, *_detector_and_replacement(reports), outcomes)
    named = ((str(path.parent.relative_to(build.folder.path)), path) for path in rows)
    blocks = ((name, block) for name, path in named for block in _blocks([path], TEXT))
    scanner, set_aside = scan_before_staging(build, blocks)
    return _stage(build, material, run_id, scanner, set_aside)


def resume_release(build: Build, run_id: str) -> StagedRelease:
    """Open the release that a run staged and audited in an earlier step.

    Args:
        build: The open build.
        run_id: The run that staged it.

    Returns:
        The release with the results of its audit, ready to be published.

    Raises:
        StagingError: The run has staged nothing, or a later run has replaced it.
        ManifestError: Its audit did not finish.
        PlanError: It was staged for another build.
    """
    plan, paths = build.plan, build.paths
    staging = Staging.resume(paths.corpora, paths.corpus, run_id, paths.state)
    manifest = staging.read_manifest()
    made_from = manifest.digests.inputs, manifest.digests.config, manifest.digests.code
    if (manifest.version, manifest.as_of, *made_from) != (
        plan.version,
        plan.as_of,
        plan.inputs_digest,
        plan.config,
        plan.code,
    ):
        raise PlanError(
            f"{plan.corpus}: staged for another build than {plan.version}; materialize staged_release again"
        )
    return StagedRelease(build, staging, manifest)


def publish_release(staged: StagedRelease) -> StoragePath:
    """Make the release visible in one step.

    Args:
        staged: The staged release.

    Returns:
        Its folder.

    Raises:
        PublishError: A gate failed.
        PlanError: Records were withdrawn since the build was opened.
    """
    return publish(staged.staging, staged.manifest, staged.build.check_tombstones)


def _stage(build: Build, material: _Material, run_id: str, scanner: TextScanner, set_aside: pl.Series) -> StagedRelease:
    config, plan, paths = build.config, build.plan, build.paths
    facts = _facts(build, material, _write_decisions(build, material.outcomes, set_aside))
    write_whole(build.folder.sources, json.dumps({s: c.model_dump() for s, c in facts.sources.items()}, indent=2))
    staging = Staging.create(paths.corpora, paths.corpus, run_id, paths.state)
    with ShardWriter(staging.folder, config.release.rows_per_shard) as writer:
        for rows in _blocks(material.rows):
            writer.write(
                rows.filter(~pl.col("record_id").is_in(set_aside.implode())).with_columns(
                    policy=pl.lit(facts.policy), detector=pl.lit(material.detector), release=pl.lit(plan.version)
                )
            )
    manifest = draft_manifest(staging, facts, config.release.card, config.release.lineage)
    release_free_memory()
    audit = audit_release(build, staging.folder, manifest, scanner, set_aside.len())
    manifest = manifest.with_gates(audit.results)
    staging.save_manifest(manifest)
    return StagedRelease(build, staging, manifest)


def _write_decisions(build: Build, outcomes: Outcomes, set_aside: pl.Series) -> pl.DataFrame:
    """Write the final decision on every row, and count them: source, decision, reason, records."""
    plan, folder = build.plan, build.folder
    published, kept = published_records(build.paths, plan), set[str]()
    counted = []
    with scratch(build.paths.state) as temporary:
        draft = temporary / DECISIONS.pattern
        with TableWriter(DECISIONS, draft) as writer:
            for block in final_decisions(folder, outcomes, build.key, set_aside):
                writer.add(block)
                counted.append(count_reasons(block))
                if published is not None:
                    kept.update(block["record_id"].drop_nulls())
        if published is not None and kept != published:
            raise PlanError(f"{plan.corpus} {plan.version}: is published with other records; choose another version")
        draft.replace(folder.file(DECISIONS))
    return sum_reasons(counted)


def _facts(build: Build, material: _Material, counted: pl.DataFrame) -> BuildFacts:
    plan = build.plan
    policy, regions = load_rules(build.config)
    counts = InputCounts.model_validate_json(build.folder.counts.read_text("utf-8"))
    predecessor = build.paths.registry.before(plan.version)
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
        predecessor=predecessor.reference if predecessor else None,
        takedown_key=Signer(build.master, plan.corpus).public_key,
    )


def _reports(build: Build) -> list[PartitionReport]:
    wanted = [("posts", key) for key, _ in partitions_to_redact(build.folder)]
    reports = []
    for source, key in [*wanted, ("profiles", PROFILES_PARTITION)]:
        report = read_report(build.folder.partition(source, key))
        if report is None or report.plan != build.plan.digest:
            problem = f"{source} {key}: not redacted for build {build.plan.version}"
            raise PlanError(f"{problem}; materialize it, then corpus again")
        reports.append(report)
    return reports


def _detector_and_replacement(reports: list[PartitionReport]) -> tuple[str, str]:
    """Return the fingerprints of the detector and of the operators, which must be the same for all partitions."""
    made_by = {(r.detector, r.replacement) for r in reports if r.detector}
    if not made_by:
        raise ExecutionError("no record may be used, so there is nothing to release; see discreet explain")
    if len(made_by) > 1:
        raise PlanError("the partitions were redacted by different detectors; run discreet build again")
    return made_by.pop()


def _blocks(paths: Iterable[Path], columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
    """Yield redacted rows in blocks of a fixed size, each sorted by record id to hide the order of the inputs."""
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
