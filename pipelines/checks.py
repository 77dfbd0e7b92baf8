"""The blocking checks: what each asset must prove before anything downstream may run.

The values of a check and its threshold are metadata, so Dagster stores their history and plots them.
"""

import dagster as dg

from redaction.builds import InputsReport, RightsReport
from redaction.release import GateResult
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
    return _result(
        ROWS_ARE_WELL_FORMED.name,
        worst <= limit,
        (worst, limit),
        f"{worst:.2%} of the rows of a source are quarantined, allowed are {limit:.2%}",
        **{f"{source}_share": share for source, share in shares.items()},
    )


def every_record_is_decided(report: RightsReport) -> dg.AssetCheckResult:
    """Fail if the numbers of records and of decisions differ."""
    return _result(
        EVERY_RECORD_IS_DECIDED.name,
        report.decided == report.records,
        (report.decided, report.records),
        f"{report.decided} decisions for {report.records} records",
    )


def gate_checks(settings: GateSettings) -> list[dg.AssetCheckSpec]:
    """Declare one check of the staged release for each gate that the settings run."""
    return [
        dg.AssetCheckSpec(
            name,
            asset="staged_release",
            blocking=True,
            description="A gate of the audit: measured on the staged bytes, before anything is published.",
        )
        for name in _gate_names(settings)
    ]


def gate_result(gate: GateResult) -> dg.AssetCheckResult:
    """Report the result of one gate."""
    detail = f" ({gate.detail})" if gate.detail else ""
    sentence = f"gate {gate.name} measured {gate.value:g}, allowed is {gate.threshold:g}{detail}"
    return _result(gate.name, gate.passed, (gate.value, gate.threshold), sentence)


def _result(
    name: str, passed: bool, measured: tuple[float, float], sentence: str, **more: float
) -> dg.AssetCheckResult:
    value, threshold = measured
    return dg.AssetCheckResult(
        passed=passed,
        check_name=name,
        description=sentence,
        metadata={"value": value, "threshold": threshold, "result": sentence, **more},
    )


def _gate_names(settings: GateSettings) -> list[str]:
    """Every gate of `redaction.release.gates`; recall only where a least recall is set."""
    return [
        *(f"known_{kind}" for kind in type(settings.known_values).model_fields),
        *(f"shape_{shape}" for shape in type(settings.shapes).model_fields),
        "canaries",
        "k_anonymity",
        "schema",
        "rows_without_right",
        "kept_without_row",
        "conservation",
        "card_claims",
        *(["recall"] if settings.min_recall is not None else []),
        "judged_again",
        "set_aside",
        "small_counts",
    ]
