"""The inputs, read once: columns checked, posts indexed without their texts, bad rows counted."""

from collections.abc import Iterator

import dagster as dg

from pipelines.checks import ROWS_READ, rows_read
from pipelines.guard import guarded
from pipelines.metadata import reasons_table
from pipelines.resources import Run
from redaction.builds import prepare


class BuildConfig(dg.Config):
    """What may be said at launch; what is not said is taken from the config, or chosen."""

    as_of: str | None = None
    version: str | None = None


@dg.asset(
    group_name="tables",
    kinds={"parquet", "polars"},
    check_specs=[ROWS_READ],
    description="Opens a build: checks every input, indexes the posts without their texts, sets bad rows aside.",
)
def source_tables(config: BuildConfig, run: dg.ResourceParam[Run]) -> Iterator[dg.MaterializeResult[object]]:
    """Opens the plan that every later asset holds to."""
    inputs = guarded(run.inputs)
    report = guarded(prepare, run.config, inputs, as_of=config.as_of, version=config.version)
    yield dg.MaterializeResult(
        metadata={
            "version": report.plan.version,
            "as_of": report.plan.as_of.isoformat(),
            "quarantined": reasons_table(report.quarantined),
            **{f"{name}_rows": number for name, number in report.rows.items()},
        },
        data_version=dg.DataVersion(report.plan.digest),
        check_results=[rows_read(report, run.config.inputs.max_quarantined)],
    )
