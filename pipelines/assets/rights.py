"""The decision on every record, with its reason."""

import dagster as dg

from pipelines.automation import BUILD
from pipelines.checks import EVERY_RECORD_IS_DECIDED, every_record_is_decided
from pipelines.failures import without_values
from pipelines.metadata import column_schema, decisions_metadata
from pipelines.resources import CorpusResource, tag_run
from redaction.builds import decide_rights, ready_workers
from redaction.state.private_tables import DECISIONS

_COLUMNS = {
    "source": "posts or profiles",
    "source_id": "id of the record in the inputs",
    "subject_id": "id of the member",
    "decision": "keep, drop or quarantine",
    "reason": "the reason that decided",
    "rule": "the rule that the reason comes from",
    "evidence_id": "id of the event, signal or record behind the reason",
    "record_id": "keyed id in the corpus, where the record is kept",
    "detail": "the excluded context, the unsupported language, or the kinds of what the audit found",
    "similarity": "how much of a near copy and its original is the same",
}


@dg.asset(
    deps=["source_tables"],
    group_name="rights",
    kinds={"polars"},
    check_specs=[EVERY_RECORD_IS_DECIDED],
    metadata=column_schema(DECISIONS.schema, _COLUMNS),
    description="May this record be used, and which rule says so? Decided anew for every build, before any text.",
)
@without_values
def decisions(context: dg.AssetExecutionContext, corpus_resource: CorpusResource) -> dg.MaterializeResult[None]:
    """Decide every well-formed record as of the plan's instant."""
    with corpus_resource.open_build(context) as build:
        if context.job_name == BUILD.name:
            ready_workers(build.config)  # They load their models while the rights are decided.
        report = decide_rights(build)
        tag_run(context, build.plan.corpus, report.version)
        return dg.MaterializeResult(
            metadata={
                "version": report.version,
                "as_of": build.plan.as_of.isoformat(),
                **decisions_metadata(report),
            },
            data_version=dg.DataVersion(build.plan.digest),
            check_results=[every_record_is_decided(report)],
        )
