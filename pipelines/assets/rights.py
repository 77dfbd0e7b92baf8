"""The decision on every record, with its reason."""

from collections.abc import Iterator

import dagster as dg

from pipelines.checks import EVERY_RECORD_DECIDED, every_record_decided
from pipelines.guard import guarded
from pipelines.metadata import reasons_table
from pipelines.resources import Run
from redaction.builds import decide_rights


@dg.asset(
    deps=["source_tables"],
    group_name="rights",
    kinds={"polars"},
    check_specs=[EVERY_RECORD_DECIDED],
    description="May this record be used, and which rule says so? Decided anew for every build, before any text.",
)
def decisions(run: dg.ResourceParam[Run]) -> Iterator[dg.MaterializeResult[object]]:
    """Judges every well-formed record as of the plan's instant."""
    build = guarded(run.build)
    report = guarded(decide_rights, build)
    yield dg.MaterializeResult(
        metadata={
            "version": build.plan.version,
            "as_of": build.plan.as_of.isoformat(),
            "policy": report.policy,
            "reasons": reasons_table(report.reasons),
        },
        check_results=[every_record_decided(report)],
    )
