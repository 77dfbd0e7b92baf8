"""The blocking checks: what each asset must prove before anything downstream may run."""

import dagster as dg

from redaction.builds import InputsReport, RightsReport, StagedRelease

ROWS_READ = dg.AssetCheckSpec(
    "rows_are_well_formed",
    asset="source_tables",
    blocking=True,
    description="The share of rows set aside is within the config's limit, for posts and for profiles.",
)
EVERY_RECORD_DECIDED = dg.AssetCheckSpec(
    "every_record_is_decided",
    asset="decisions",
    blocking=True,
    description="Each well-formed record has exactly one decision and one reason.",
)
GATES = dg.AssetCheckSpec(
    "gates",
    asset="corpus",
    blocking=True,
    description="The audit of the staged bytes, done before anything is published.",
)


def rows_read(report: InputsReport, limit: float) -> dg.AssetCheckResult:
    """Fails where more rows were set aside than the config allows."""
    shares = report.quarantined_shares
    worst = max(shares.values(), default=0.0)
    return dg.AssetCheckResult(
        passed=worst <= limit,
        check_name=ROWS_READ.name,
        metadata={f"{source}_share": share for source, share in shares.items()} | {"limit": limit},
    )


def every_record_decided(report: RightsReport) -> dg.AssetCheckResult:
    """Fails where records and decisions differ in number."""
    return dg.AssetCheckResult(
        passed=report.decided == report.records,
        check_name=EVERY_RECORD_DECIDED.name,
        metadata={"records": report.records, "decided": report.decided},
    )


def gates(staged: StagedRelease) -> dg.AssetCheckResult:
    """Fails where any gate of the release failed."""
    return dg.AssetCheckResult(
        passed=staged.failure is None,
        check_name=GATES.name,
        metadata={gate.name: "passed" if gate.passed else "failed" for gate in staged.gates},
    )
