"""The blocking checks: what each asset must prove before anything downstream may run.

The values of a check and its threshold are metadata, so Dagster stores their history and plots them.
"""

import dagster as dg

from redaction.builds import InputsReport, RightsReport
from redaction.release import GateResult
from redaction.release.gates import gates_of_build
from redaction.release.settings import GateSettings

ROWS_ARE_WELL_FORMED = dg.AssetCheckSpec(
    "rows_are_well_formed",
    asset="source_tables",
    blocking=True,
    description="The share of quarantined rows is within the config's limit, for posts and for profiles.",
)
EVERY_RECORD_IS_DECIDED = dg.AssetCheckSpec(
    "every_record_is_decided",
    asset="decisions",
    blocking=True,
    description="Each well-formed record has exactly one decision and one reason.",
)


def rows_are_well_formed(report: InputsReport, limit: float) -> dg.AssetCheckResult:
    """Fail if a source has a larger share of quarantined rows than `limit` (0 to 1)."""
    shares = report.quarantined_shares
    worst = max(shares.values(), default=0.0)
    sentence = f"{worst:.2%} of the rows of a source are quarantined, allowed are {limit:.2%}{_largest(report)}"
    more = {f"{source}_share": share for source, share in shares.items()}
    return _result(ROWS_ARE_WELL_FORMED.name, worst <= limit, worst, limit, sentence, **more)


def _largest(report: InputsReport) -> str:
    rows = report.quarantined.sort("rows", "reason", descending=[True, False]).select("rows", "reason").iter_rows()
    reasons = ", ".join(f"{number} {reason}" for number, reason in rows)
    return f": {reasons}; correct them, or raise inputs.max_quarantined" if reasons else ""


def every_record_is_decided(report: RightsReport) -> dg.AssetCheckResult:
    """Fail if the numbers of records and of decisions differ."""
    decided, records = report.decided, report.records
    sentence = f"{decided} decisions for {records} records"
    return _result(EVERY_RECORD_IS_DECIDED.name, decided == records, decided, records, sentence)


def gate_checks(settings: GateSettings) -> list[dg.AssetCheckSpec]:
    """Declare one check of the staged release for each gate that the settings run."""
    return [
        dg.AssetCheckSpec(gate.value, asset="staged_release", blocking=True, description=gate.meaning)
        for gate in gates_of_build(settings)
    ]


def gate_result(gate: GateResult) -> dg.AssetCheckResult:
    """Report the result of one gate."""
    return _result(gate.name, gate.passed, gate.value, gate.threshold, gate.sentence)


def _result(
    name: str, passed: bool, value: float, threshold: float, sentence: str, **more: float
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=passed,
        check_name=name,
        description=sentence,
        metadata={"value": value, "threshold": threshold, "result": sentence, **more},
    )
