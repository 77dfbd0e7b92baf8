"""The records to keep, redacted: posts by partition, and profiles."""

import dagster as dg

from pipelines.automation import AFTER_DECISIONS
from pipelines.failures import without_values
from pipelines.metadata import column_schema, partition_metadata
from pipelines.partitions import partitions_definition
from pipelines.resources import CorpusResource
from redaction.builds import RedactionSession, partitions_to_redact
from redaction.release.files.corpus_schema import CORPUS_COLUMNS
from redaction.state.private_tables import REDACTED
from redaction.tables import PartitionSettings


def redacted_posts_asset(settings: PartitionSettings) -> dg.AssetsDefinition:
    """Define the asset of redacted posts, partitioned as the config says."""

    @dg.asset(
        deps=["decisions"],
        automation_condition=AFTER_DECISIONS,
        partitions_def=partitions_definition(settings),
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="redaction",
        kinds={"presidio", "spacy"},
        metadata=column_schema(REDACTED.schema, CORPUS_COLUMNS),
        description="The posts of a partition that may be used, with personal data replaced.",
    )
    @without_values
    def redacted_posts(
        context: dg.AssetExecutionContext, corpus_resource: CorpusResource
    ) -> dg.MaterializeResult[None]:
        """Redact the posts of all partitions of the run. A partition without posts to keep needs no work."""
        with corpus_resource.open_build(context) as build, RedactionSession(build) as session:
            to_redact = dict(partitions_to_redact(build.folder))
            for partition in context.partition_keys:
                counts = partition_metadata(session.redact_posts(partition)) if partition in to_redact else _NOTHING
                context.add_asset_metadata(counts, partition_key=partition)
            return dg.MaterializeResult(data_version=dg.DataVersion(build.plan.digest))

    return redacted_posts


@dg.asset(
    deps=["decisions"],
    automation_condition=AFTER_DECISIONS,
    group_name="redaction",
    kinds={"presidio", "spacy"},
    metadata=column_schema(REDACTED.schema, CORPUS_COLUMNS),
    description="The profile texts that may be used, with personal data replaced.",
)
@without_values
def redacted_profiles(context: dg.AssetExecutionContext, corpus_resource: CorpusResource) -> dg.MaterializeResult[None]:
    """Redact the profiles to keep."""
    with corpus_resource.open_build(context) as build, RedactionSession(build) as session:
        counts = partition_metadata(session.redact_profiles())
        return dg.MaterializeResult(metadata=counts, data_version=dg.DataVersion(build.plan.digest))


_NOTHING = {"dagster/partition_row_count": 0, "records": 0, "texts": 0, "spans": 0}
