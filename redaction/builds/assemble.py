"""Assembles a release from the redacted partitions, accounts for every record, and stages it for the audit."""

import hashlib
import json
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction.builds.attack import attack_texts, count_leaks
from redaction.builds.audit import TEXT, audit_release, check_report, scan_before_staging
from redaction.builds.canaries import draw_list
from redaction.builds.context import Build
from redaction.builds.decide import count_reasons, sum_reasons
from redaction.builds.inputs import load_rules
from redaction.builds.mirror_table import mirror_newest
from redaction.builds.outcomes.dispositions import Outcomes, final_decisions, source_counts
from redaction.builds.outcomes.reason_help import nothing_kept
from redaction.builds.redact.redact_chunk import unload_models
from redaction.builds.redact.redact_partition import (
    PROFILES_PARTITION,
    PartitionReport,
    read_report,
    remove_other_findings,
)
from redaction.builds.redact.redaction_queue import partitions_to_redact
from redaction.builds.report.published_facts import report_facts
from redaction.builds.republish import published_records
from redaction.builds.review import retain_eligible
from redaction.builds.sign_off import remove_pending, require_sign_off
from redaction.execution.failures import ExecutionError
from redaction.execution.progress import track
from redaction.release import (
    BuildFacts,
    Digests,
    IdCounts,
    Manifest,
    ShardWriter,
    Staging,
    add_report,
    draft_release,
    publish,
)
from redaction.release.build_facts import Canaries
from redaction.release.canaries import Placement, summary_of
from redaction.release.takedown import Signer
from redaction.rights import KEEP, JoinCounts, Reconciliation
from redaction.state.action_log import Deed, bind_log, log_action
from redaction.state.agreement import check_agreement, note_agreement
from redaction.state.flush import flush
from redaction.state.parquet_writer import TableWriter
from redaction.state.plan import InputCounts, PlanError
from redaction.state.private_tables import DECISIONS, REDACTED
from redaction.state.scratch import scratch
from redaction.storage import StoragePath, release_free_memory, write_atomic
from redaction.tables import Source

_BLOCK_ROWS = 10_000
_MANY_TEXTS = 10_000
_PLAN_DIGEST = "plan"
_SOFTWARE = ("discreet", "polars", "presidio-analyzer", "presidio-anonymizer", "pyarrow", "spacy")
_RIGHTS_TABLES = ("rights_events", "region_signals", "objections", "signals_of_others")


@dataclass(frozen=True, slots=True)
class _MadeBy:
    """The fingerprints of the detector, of its models alone, and of the operators; "" where no text was analyzed."""

    detector: str = ""
    models: str = ""
    replacement: str = ""


@dataclass(frozen=True, slots=True)
class StagedRelease:
    """A release that is not visible yet, with the audit of its bytes and the build that made it."""

    build: Build
    staging: Staging
    manifest: Manifest

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


def stage_release(build: Build, run_id: str) -> StagedRelease:
    """Write every file of the release to a staging folder, and run the gates on these bytes.

    The texts are audited before that: records in which the audit finds something are set aside under a reason of their
    own, and only the others are staged. A detector with a few misses costs these records; a broken one fails the gate
    on their number.

    Args:
        build: The open build.
        run_id: A new id, which names the staging folder.

    Returns:
        The staged release, with the results of the gates.

    Raises:
        PlanError: A partition has not been redacted for this plan, an input changed meanwhile, or the version is
            published with other records.
        ReleaseError: The counts do not add up, or another run has begun a later staging.
        ExecutionError: No record is kept; the message counts the reasons.
    """
    build.check_inputs()
    build.check_rules()
    config, plan, paths, folder = build.config, build.plan, build.paths, build.folder
    reports = _reports(build)
    if sum(report.rows for report in reports) > _MANY_TEXTS:  # Loading the models again costs more after a small build.
        unload_models()
    release_free_memory()
    remove_other_findings(paths, [report.partition for report in reports])
    retain_eligible(build)
    redacted = [folder.file(REDACTED, source=each.source, partition=each.partition) for each in reports]
    outcomes = Outcomes.read(folder, [each.partition for each in reports if each.source == Source.posts.value])
    made_by = _made_by(reports)
    named = ((str(path.parent.relative_to(folder.path)), path) for path in redacted)
    blocks = ((name, block) for name, path in named for block in _blocks([path], TEXT))
    texts = sum(each.rows for each in reports)
    scanner, found = scan_before_staging(build, track(blocks, "texts", texts, lambda each: each[1].height))
    attacked = attack_texts(build, lambda: _blocks(redacted, TEXT))
    both = [found, attacked.set_aside] if attacked else [found]
    set_aside = pl.concat(both).unique("record_id", keep="first", maintain_order=True)
    counted = _write_decisions(build, outcomes, set_aside)
    if (counted["decision"] != KEEP).all():
        raise ExecutionError(*nothing_kept(counted))
    canaries = draw_list(build, scanner)
    facts = _facts(build, made_by, counted, summary_of(canaries))
    counts = {source: each.model_dump() for source, each in facts.sources.items()}
    write_atomic(folder.sources, json.dumps(counts, indent=2).encode())
    staging = Staging.create(paths.corpora, paths.corpus, run_id, paths.state)
    write_atomic(staging.root / _PLAN_DIGEST, plan.digest.encode())
    columns = {"policy": facts.policy, "detector": made_by.detector, "release": plan.version}
    posts = sum(each.rows for each in reports if each.source == Source.posts.value)
    placement = Placement(build.key, canaries, posts)
    with ShardWriter(staging.folder, config.release.rows_per_shard) as writer:
        for rows in track(_blocks(redacted), "texts", texts, lambda each: each.height):
            released = rows.filter(~pl.col("record_id").is_in(set_aside["record_id"].implode()))
            released = placement.add_to(released, rows.height)
            writer.write(released.with_columns(**{name: pl.lit(value) for name, value in columns.items()}))
    fewest = max(config.release.card.smallest_count, config.release.gates.linkage.least_records)
    leaks = count_leaks(build, lambda: _blocks(redacted, TEXT), set_aside["record_id"]) if attacked else ()
    run = report_facts(build, made_by.detector, attacked.facts(fewest) if attacked else None, leaks)
    placed = {each.record_id: each.text for each in canaries if each.record_id}
    draft = draft_release(staging, facts, config.release.card, config.release.lineage, run, list(placed))
    release_free_memory()
    audit = audit_release(build, staging.folder, draft.manifest, scanner, set_aside["record_id"], attacked, placed)
    manifest = add_report(staging, draft, audit.results)
    check_report(scanner, staging.folder)
    staging.save_manifest(manifest)
    return StagedRelease(build, staging, manifest)


def resume_release(build: Build, run_id: str) -> StagedRelease:
    """Open the release that the run `run_id` staged and audited in an earlier step.

    Returns:
        The release with the results of its audit, ready to be published.

    Raises:
        StagingError: The run has staged nothing, or a later run has replaced it.
        ManifestError: Its audit did not finish.
        PlanError: It was staged for another plan; records may have been withdrawn since.
    """
    plan, paths = build.plan, build.paths
    staging = Staging.resume(paths.corpora, paths.corpus, run_id, paths.state)
    manifest = staging.read_manifest()
    staged_for = staging.root / _PLAN_DIGEST
    same_plan = staged_for.is_file() and staged_for.read_text("ascii") == plan.digest
    if not same_plan or manifest.version != plan.version:
        raise PlanError(f"{plan.corpus}: staged for another plan; materialize staged_release again")
    return StagedRelease(build, staging, manifest)


def publish_release(staged: StagedRelease) -> StoragePath:
    """Make the release visible in one step.

    Returns:
        Its folder.

    Raises:
        PublishError: A gate failed.
        SignOffError: The config names roles that have not signed this manifest; it is stored for them to sign.
        TakedownError: State and output are not of the same time.
        PlanError: Records were withdrawn, or what protects people changed, since the build was opened.
        RightsError: The release was staged so long ago that its ledger is too old by now.
        TableError: The release is published, but the table that `release.table` names could not be written.
    """
    build = staged.build

    def check() -> None:
        check_agreement(build.paths, build.master)
        build.check_tombstones()
        flush(build.paths, build.folder)
        written = (staged.staging.root / _PLAN_DIGEST).stat().st_mtime
        build.check_ledger_age(datetime.now(UTC) - datetime.fromtimestamp(written, UTC))
        build.check_protecting()

    require_sign_off(build.paths, staged.staging.folder, staged.manifest)
    folder = publish(staged.staging, staged.manifest, check)
    note_agreement(build.paths, build.master)
    manifest = staged.manifest
    log_action(build.paths, build.master, Deed.RELEASED, version=manifest.version, manifest=manifest.digest)
    bind_log(build.paths, build.master)
    remove_pending(build.paths)
    mirror_newest(build.config)
    return folder


def _write_decisions(build: Build, outcomes: Outcomes, set_aside: pl.DataFrame) -> pl.DataFrame:
    """Write the final decision on every row, and count them: source, decision, reason, records."""
    plan, folder = build.plan, build.folder
    published, released = published_records(build.paths, plan), set[str]()
    counted = []
    with scratch(build.paths.state) as temporary:
        draft = temporary / DECISIONS.pattern
        with TableWriter(DECISIONS, draft) as writer:
            for block in final_decisions(folder, outcomes, build.key, set_aside):
                writer.add(block)
                counted.append(count_reasons(block))
                if published is not None:
                    released.update(block["record_id"].drop_nulls())
        if published is not None and released != published:
            raise PlanError(f"{plan.corpus} {plan.version}: is published with other records; choose another version")
        draft.replace(folder.file(DECISIONS))
    return sum_reasons(counted)


def _facts(build: Build, made_by: _MadeBy, counted: pl.DataFrame, canaries: Canaries | None) -> BuildFacts:
    plan = build.plan
    policy, regions = load_rules(build.config)
    counts = InputCounts.model_validate_json(build.folder.counts.read_text("utf-8"))
    reconciliation = Reconciliation.from_json(build.folder.reconciliation.read_text("utf-8"))
    predecessor = build.paths.registry.before(plan.version)
    ledger = {name: plan.inputs[name] for name in _RIGHTS_TABLES}
    governance = build.config.release.governance
    return BuildFacts(
        corpus=plan.corpus,
        version=plan.version,
        as_of=plan.as_of,
        policy=policy.policy_id,
        sources=source_counts(counted, counts.rows),
        digests=Digests(
            policy=policy.digest,
            regions=regions.digest,
            ledger=hashlib.sha256(json.dumps(ledger, sort_keys=True).encode()).hexdigest(),
            config=plan.config,
            model=made_by.models,
            recognizers=made_by.detector,
            operators=made_by.replacement,
            code=plan.code,
            inputs=plan.inputs_digest,
        ),
        software={"python": platform.python_version(), **{name: version(name) for name in _SOFTWARE}},
        predecessor=predecessor.reference if predecessor else None,
        snapshots=plan.snapshots,
        unread_files=plan.unread,
        expires_at=plan.as_of + timedelta(days=days) if (days := governance.retention_days) else None,
        sign_off=governance.sign_off,
        takedown_key=Signer(build.master, plan.corpus).public_key,
        canaries=canaries,
        reconciliation={counts.join.value: _id_counts(counts) for counts in reconciliation.joins},
    )


def _id_counts(counts: JoinCounts) -> IdCounts:
    return IdCounts(ids=counts.ids, known=counts.known, known_before=counts.known_before, unknown=counts.unknown)


def _reports(build: Build) -> list[PartitionReport]:
    wanted = [("posts", key) for key, _ in partitions_to_redact(build.folder)]
    reports = []
    for source, key in [*wanted, ("profiles", PROFILES_PARTITION)]:
        report = read_report(build.folder.partition(source, key))
        if report is None or report.plan != build.plan.digest:
            problem = f"{source} {key}: not redacted for build {build.plan.version}"
            raise PlanError(f"{problem}; materialize it, then staged_release")
        reports.append(report)
    return reports


def _made_by(reports: list[PartitionReport]) -> _MadeBy:
    """Return the fingerprints of the detector, its models and the operators, the same for all partitions."""
    made_by = {_MadeBy(r.detector, r.models, r.replacement) for r in reports if r.detector}
    if not made_by:
        return _MadeBy()
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
