"""Gathers what a staged release is held against, and runs its gates."""

from pathlib import Path

import polars as pl

from redaction.execution.build import Build
from redaction.execution.decide import judge
from redaction.release import Evidence, GateResult, Manifest, run_gates
from redaction.tables import TableName

_IDENTITY = ["user_id", "full_name", "given_name", "family_name", "handle", "vanity_url", "emails", "phones"]


def audit_release(build: Build, folder: Path, manifest: Manifest) -> tuple[GateResult, ...]:
    """Holds the staged bytes against the profile table, the decisions, and the rules asked once more.

    Where something was found, by file, record and kind, is kept in the build's private folder.
    """
    place = build.place
    evidence = Evidence(
        profiles=build.inputs.rows(TableName.profiles, _IDENTITY).rows,
        decisions=pl.read_parquet(place.decisions),
        key=build.key,
        extra=(_judged_again(build),),
    )
    audit = run_gates(folder, manifest, evidence, build.config.release.gates)
    audit.hits.write_parquet(place.folder / "audit.parquet", compression="zstd")
    return audit.results


def _judged_again(build: Build) -> GateResult:
    """Of the records that the build keeps, how many the rules would not keep, asked afresh."""
    kept = pl.read_parquet(build.place.decisions).filter(pl.col("decision") == "keep")
    denied = judge(build).records.filter(pl.col("decision") != "keep")
    wrong = kept.join(denied, on=["source", "source_id"], how="semi").height
    return GateResult(name="judged_again", passed=wrong == 0, value=wrong, threshold=0)
