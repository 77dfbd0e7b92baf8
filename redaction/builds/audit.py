"""Collects the evidence for the gates of a release, and runs them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from redaction.builds.attack import Attacked
from redaction.builds.context import Build
from redaction.builds.decide import judge
from redaction.builds.outcomes.outcome_reasons import OutcomeReason
from redaction.config import Config
from redaction.evaluation import EvaluationSettings, detect_labeled, evaluate, read_labeled
from redaction.release import GateResult, Manifest
from redaction.release.errors import PublishError
from redaction.release.files.corpus_schema import REPORT
from redaction.release.gates import (
    Audit,
    Evidence,
    Gate,
    TextScanner,
    at_most,
    count_small_counts,
    run_gates,
    scan_ahead,
    set_aside_gate,
)
from redaction.rights import KEEP
from redaction.state.parquet_writer import Blocks, write_table
from redaction.state.private_tables import AUDIT_HITS, DECISIONS
from redaction.tables import TableName

_IDENTITY = ["user_id", "full_name", "given_name", "family_name", "handle", "vanity_url", "emails", "phones"]
_RECORD = ["source", "source_id"]
_DECIDED = ["source", "source_id", "decision", "reason"]
TEXT = ["record_id", "kind", "language", "field", "text"]
"""The columns that the audit reads before the staging."""


def scan_before_staging(build: Build, parts: Iterator[tuple[str, pl.DataFrame]]) -> tuple[TextScanner, pl.DataFrame]:
    """Scan rows (`TEXT`) before staging.

    Returns:
        A scanner that skips the clean rows, and the records with hits: `record_id`, `reason`, `kinds` (of the hits).
    """
    gates = build.config.release.gates
    profiles = build.inputs.rows(TableName.profiles, _IDENTITY).rows
    scanner = TextScanner.from_profiles(profiles, gates.dictionary, gates.canaries)
    whole_careers = not build.config.release.profiles.keeps_texts
    scanner, hits = scan_ahead(scanner, parts, gates.k, whole_careers=whole_careers)
    write_table(AUDIT_HITS, build.folder.file(AUDIT_HITS, number="0"), hits)
    kinds = pl.col("kind").unique().sort().str.join(", ").alias("kinds")
    found = hits.drop_nulls("record_id").group_by("record_id").agg(kinds).sort("record_id")
    is_rare = pl.col("kinds") == Gate.K_ANONYMITY.value
    rare, hit = (pl.lit(reason.value) for reason in (OutcomeReason.RARE_CAREER, OutcomeReason.FOUND_BY_AUDIT))
    return scanner, found.select("record_id", pl.when(is_rare).then(rare).otherwise(hit).alias("reason"), "kinds")


def audit_release(  # noqa: PLR0913, PLR0917 - each is independent of the others
    build: Build,
    folder: Path,
    manifest: Manifest,
    scanner: TextScanner,
    set_aside: pl.Series,
    attacked: Attacked | None,
    canaries: Mapping[str, str],
) -> Audit:
    """Compare the staged bytes with the profiles, the decisions, and the rules applied once more; store the hits.

    Returns:
        The results. `canaries` maps the record id of each canary to its text.
    """
    decisions, gates = Blocks(build.folder.file(DECISIONS), _DECIDED), build.config.release.gates
    keeps = sum(int((block["decision"] == KEEP).sum()) for block in decisions)
    smallest = build.config.release.card.smallest_count
    evidence = Evidence(
        scanner=scanner,
        decisions=decisions,
        key=build.key,
        canaries=canaries,
        attacked=attacked.digest_without(set_aside) if attacked else None,
        whole_careers=not build.config.release.profiles.keeps_texts,
        recall=None if gates.min_recall is None else _recall(build.config),
        extra=(
            _judged_again(build, decisions),
            set_aside_gate(set_aside.len(), keeps + set_aside.len(), gates, smallest),
            at_most(Gate.SMALL_COUNTS, count_small_counts(manifest.sources, smallest), detail=f"smallest {smallest}"),
            *(attacked.results(build) if attacked else ()),
        ),
    )
    audit = run_gates(folder, manifest, evidence, gates)
    write_table(AUDIT_HITS, build.folder.file(AUDIT_HITS, number="1"), audit.hits)
    return audit


def check_report(scanner: TextScanner, folder: Path) -> None:
    """Scan the report, which is written after the gates, like every other published byte.

    Raises:
        PublishError: A known value, a shape or a canary is in it.
    """
    path = folder / REPORT
    if path.is_file() and any(scanner.scan_value(path.read_text("utf-8"), REPORT)):
        raise PublishError(f"{REPORT}: the audit found a known value in it; nothing was published")


def _recall(config: Config) -> float | None:
    """Return the share of labeled spans, of the profile's types, that the detector overlaps with the same type.

    None where nothing is labeled, so that the gate fails.
    """
    settings = EvaluationSettings(resamples=0)
    paths = [config.root / path for path in config.release.gates.labelled]
    documents = [each for path in paths for each in read_labeled(path, settings.same_type)]
    if not documents:
        return None
    found = detect_labeled(documents, config.detection, next(iter(config.detection.languages)))
    wanted = config.detection.entities
    measured = [m for m in evaluate(documents, found, settings).by_type if wanted is None or m.entity_type in wanted]
    labeled = sum(m.labelled for m in measured)
    return sum(m.recall.value * m.labelled for m in measured) / labeled if labeled else None


def _judged_again(build: Build, decisions: Blocks) -> GateResult:
    """Count the kept records that the rules, applied once more, do not keep; both are in the order of the index."""
    wrong, held = 0, pl.DataFrame(schema=dict.fromkeys(_RECORD, pl.String))
    with judge(build) as judged:
        allowed = judged.allowed()
        for decided in decisions:
            kept = decided.filter(pl.col("decision") == KEEP).select(_RECORD)
            if kept.is_empty():
                continue
            source, last = kept.row(-1)
            while held.is_empty() or held.row(-1) < (source, last):
                following = next(allowed, None)
                if following is None:
                    break
                held = pl.concat([held, following])
            wrong += kept.join(held, on=_RECORD, how="anti").height
            held = held.filter(
                (pl.col("source") > source) | ((pl.col("source") == source) & (pl.col("source_id") > last))
            )
    return at_most(Gate.JUDGED_AGAIN, wrong)
