"""The inputs, read once: columns checked, posts indexed without their texts, malformed rows quarantined."""

import dagster as dg

from pipelines.checks import ROWS_ARE_WELL_FORMED, rows_are_well_formed
from pipelines.failures import without_values
from pipelines.metadata import reasons_table
from pipelines.resources import CorpusResource, tag_run
from redaction.builds import open_inputs, prepare


class BuildConfig(dg.Config):
    """What a launch may set. The default of `as_of` is the config's, then now; of `version` the next minor one."""

    as_of: str | None = None
    version: str | None = None


@dg.asset(
    group_name="tables",
    kinds={"parquet", "polars"},
    check_specs=[ROWS_ARE_WELL_FORMED],
    description="Opens a build: checks every input, indexes the posts without their texts, quarantines malformed rows.",
)
@without_values
def source_tables(
    context: dg.AssetExecutionContext, config: BuildConfig, corpus_resource: CorpusResource
) -> dg.MaterializeResult[None]:
    """Open the plan that every later asset follows."""
    settings = corpus_resource.config
    with corpus_resource.lock():
        report = prepare(settings, open_inputs(settings), as_of=config.as_of, version=config.version)
    tag_run(context, report.plan.corpus, report.plan.version)
    return dg.MaterializeResult(
        metadata={
            "version": report.plan.version,
            "as_of": report.plan.as_of.isoformat(),
            "quarantined": reasons_table(report.quarantined),
            **{f"{name}_rows": number for name, number in report.rows.items()},
            **{f"{name}_hidden_files": files.hidden for name, files in report.plan.unread.items() if files.hidden},
            **{
                f"{name}_excluded_files": files.excluded for name, files in report.plan.unread.items() if files.excluded
            },
        },
        data_version=dg.DataVersion(report.plan.digest),
        check_results=[rows_are_well_formed(report, settings.inputs.max_quarantined)],
    )
