"""The kept records, redacted: posts by stretch of time, profiles beside them."""

import dagster as dg

from pipelines.automation import AFTER_DECISIONS
from pipelines.guard import guarded
from pipelines.metadata import schema_metadata
from pipelines.partitions import partitions_definition
from pipelines.resources import Run
from redaction.builds import PartitionReport, RedactionSession
from redaction.state.private_tables import REDACTED
from redaction.tables import PartitionSettings


def redacted_posts_asset(settings: PartitionSettings) -> dg.AssetsDefinition:
    """The asset of redacted posts, with the grain that the config asks for."""

    @dg.asset(
        deps=["decisions"],
        automation_condition=AFTER_DECISIONS,
        partitions_def=partitions_definition(settings),
        group_name="redaction",
        kinds={"presidio", "spacy"},
        metadata={"dagster/column_schema": schema_metadata(REDACTED.schema)},
        description="The posts of one stretch of time that may be used, with personal data replaced.",
    )
    def redacted_posts(context: dg.AssetExecutionContext, run: dg.ResourceParam[Run]) -> dg.MaterializeResult[object]:
        with RedactionSession(guarded(run.build)) as session:
            return _result(guarded(session.redact_posts, context.partition_key))

    return redacted_posts


@dg.asset(
    deps=["decisions"],
    automation_condition=AFTER_DECISIONS,
    group_name="redaction",
    kinds={"presidio", "spacy"},
    metadata={"dagster/column_schema": schema_metadata(REDACTED.schema)},
    description="The profile texts that may be used, with personal data replaced.",
)
def redacted_profiles(run: dg.ResourceParam[Run]) -> dg.MaterializeResult[object]:
    """Redacts the kept profiles."""
    with RedactionSession(guarded(run.build)) as session:
        return _result(guarded(session.redact_profiles))


def _result(report: PartitionReport) -> dg.MaterializeResult[object]:
    return dg.MaterializeResult(
        metadata={
            "dagster/partition_row_count": report.rows,
            "records": report.records,
            "words": report.words,
            "texts_detected": report.detected,
            "cpu_seconds": report.cpu_seconds,
            "detector": report.detector[:12],
        }
    )
