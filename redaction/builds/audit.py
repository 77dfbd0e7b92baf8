"""Gathers what a staged release is held against, and runs its gates."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import polars as pl

from redaction.builds.context import Build
from redaction.builds.decide import judge
from redaction.config import Config
from redaction.evaluation import EvaluationSettings, detect_labeled, evaluate, read_labeled
from redaction.release import GateResult, Manifest
from redaction.release.gates import (
    Audit,
    Evidence,
    TextScanner,
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
_DECIDED = ["source", "source_id", "decision", "reason"]
TEXT = ["record_id", "field", "text"]
"""What the audit reads of rows before they are staged."""


def scan_before_staging(build: Build, parts: Iterator[tuple[str, pl.DataFrame]]) -> tuple[TextScanner, pl.Series]:
    """Reads the rows (`TEXT`) that are about to be staged, each with the name of its file.

    Gives a reader that knows the texts in which nothing was found, and the ids of the records in which something was.
    Where that is, by file, record and kind, is kept in the build's private folder.
    """
    gates = build.config.release.gates
    profiles = build.inputs.rows(TableName.profiles, _IDENTITY).rows
    reader, hits = scan_ahead(TextScanner.from_profiles(profiles, gates.dictionary, gates.canaries), parts, gates.k)
    _keep_hits(build, hits, 0)
    return reader, hits["record_id"].drop_nulls().unique().sort()


def audit_release(build: Build, folder: Path, manifest: Manifest, reader: TextScanner, set_aside: int) -> Audit:
    """Holds the staged bytes against the profile table, the decisions, and the rules asked once more.

    `set_aside` is the number of records in which something was found before the staging. Where something still was,
    by file, record and kind, is kept in the build's private folder.
    """
    decisions, gates = Blocks(build.folder.file(DECISIONS), _DECIDED), build.config.release.gates
    kept = sum(int((block["decision"] == KEEP).sum()) for block in decisions)
    smallest = build.config.release.card.smallest_count
    evidence = Evidence(
        scanner=reader,
        decisions=decisions,
        key=build.key,
        recall=None if gates.min_recall is None else _recall(build.config),
        extra=(
            _judged_again(build, decisions),
            set_aside_gate(set_aside, kept + set_aside, gates, smallest),
            _small_counts(manifest, smallest),
        ),
    )
    audit = run_gates(folder, manifest, evidence, gates)
    _keep_hits(build, audit.hits, 1)
    return audit


def _keep_hits(build: Build, hits: pl.DataFrame, number: int) -> None:
    write_table(AUDIT_HITS, build.folder.file(AUDIT_HITS, number=str(number)), hits)


def _recall(config: Config) -> float | None:
    """The share of labelled spans, of the types that the profile looks for, that the detector touches with their
    own type. None where nothing is labelled, so that the gate fails."""
    settings = EvaluationSettings(resamples=0)
    paths = [config.root / path for path in config.release.gates.labelled]
    documents = [each for path in paths for each in read_labeled(path, settings.same_type)]
    if not documents:
        return None
    found = detect_labeled(documents, config.detection, next(iter(config.detection.languages)))
    wanted = config.detection.entities
    measured = [m for m in evaluate(documents, found, settings).by_type if wanted is None or m.entity_type in wanted]
    labelled = sum(m.labelled for m in measured)
    return sum(m.recall.value * m.labelled for m in measured) / labelled if labelled else None


def _small_counts(manifest: Manifest, smallest: int) -> GateResult:
    small = count_small_counts(manifest.sources, smallest)
    return GateResult(name="small_counts", passed=small == 0, value=small, threshold=0, detail=f"smallest {smallest}")


def _judged_again(build: Build, decisions: Blocks) -> GateResult:
    """Of the records that the build keeps, how many the rules, asked afresh, do not keep.

    Both come in the order of the index; what has no verdict in its block has none at all.
    """
    wrong = 0
    nothing = pl.DataFrame(schema={"source": pl.String, "source_id": pl.String, "decision": pl.String})
    for decided, allowed in zip_longest(decisions, judge(build).allowed(), fillvalue=nothing):
        kept = decided.filter(pl.col("decision") == KEEP)
        wrong += kept.join(allowed, on=["source", "source_id"], how="anti").height
    return GateResult(name="judged_again", passed=wrong == 0, value=wrong, threshold=0)
