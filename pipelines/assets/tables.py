"""The inputs, read once: columns checked, posts indexed without their texts, malformed rows quarantined."""

import dagster as dg

from pipelines.checks import ROWS_ARE_WELL_FORMED, rows_are_well_formed
from pipelines.failures import without_values
from pipelines.metadata import column_schema, inputs_metadata
from pipelines.resources import CorpusResource, tag_run
from redaction.builds import open_inputs, prepare
from redaction.state.private_tables import INDEX
from redaction.tables import TABLES, TableName

_OF_THE_INDEX = {
    "context_terms": "words of the policy that the group or page shows",
    "link_signals": "ids of the signals of others that the post links to, and what these say",
    "file": "number of the file in the order of the inputs",
    "row_group": "row group in the file",
    "row": "row in the row group",
    "partition": "the partition of the post's time",
}
_COLUMNS = {name: column.meaning for name, column in TABLES[TableName.posts].columns.items()} | _OF_THE_INDEX


class BuildConfig(dg.Config):
    """What a launch may set. The default of `as_of` is the config's, then now; of `version` the next one."""

    as_of: str | None = None
    version: str | None = None


@dg.asset(
    group_name="tables",
    kinds={"parquet", "polars"},
    check_specs=[ROWS_ARE_WELL_FORMED],
    metadata=column_schema(INDEX.schema, _COLUMNS),
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
        metadata=inputs_metadata(report),
        data_version=dg.DataVersion(report.plan.digest),
        check_results=[rows_are_well_formed(report, settings.inputs.max_quarantined)],
    )
