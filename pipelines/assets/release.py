"""The release: staged and audited by one asset, published by the next, in one atomic step or not at all."""

from datetime import timedelta

import dagster as dg
import polars as pl

from pipelines.automation import AFTER_CHECKS
from pipelines.checks import gate_checks, gate_result
from pipelines.failures import without_values
from pipelines.metadata import column_schema, release_metadata, report_links
from pipelines.resources import CorpusResource
from redaction.builds import announce, publish_release, resume_release, stage_release
from redaction.release.files.corpus_schema import CORPUS_COLUMNS, CORPUS_SCHEMA
from redaction.release.settings import GateSettings

_COLUMNS = column_schema(pl.DataFrame(CORPUS_SCHEMA.empty_table()).schema, CORPUS_COLUMNS)


def staged_release_asset(settings: GateSettings) -> dg.AssetsDefinition:
    """Define the asset of the staged release, with one check for each gate that the config runs."""

    @dg.asset(
        deps=["redacted_posts", "redacted_profiles"],
        automation_condition=dg.AutomationCondition.eager(),
        group_name="release",
        kinds={"parquet"},
        check_specs=gate_checks(settings),
        metadata=_COLUMNS,
        description="The release before anyone can see it: rows, manifest and card, and the audit of these bytes.",
    )
    @without_values
    def staged_release(
        context: dg.AssetExecutionContext, corpus_resource: CorpusResource
    ) -> dg.MaterializeResult[None]:
        """Stage and audit the release. What fails a gate is removed at once."""
        with corpus_resource.open_build(context) as build:
            run_id = context.run.run_id
            announce(build, run_id, "START")
            staged = stage_release(build, run_id)
            metadata = release_metadata(staged, staged.staging.folder)
            if staged.manifest.failed_gates:
                staged.staging.discard()
                announce(build, run_id, "FAIL")
            return dg.MaterializeResult(
                metadata=metadata,
                data_version=dg.DataVersion(build.plan.digest),
                check_results=[gate_result(gate) for gate in staged.manifest.gates],
            )

    return staged_release


@dg.asset(
    deps=["staged_release"],
    automation_condition=AFTER_CHECKS,
    group_name="release",
    kinds={"parquet", "huggingface"},
    metadata=_COLUMNS,
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=7), warn_window=timedelta(days=2)),
    description="The release: redacted rows, manifest and card, published whole or not at all.",
)
@without_values
def corpus(context: dg.AssetExecutionContext, corpus_resource: CorpusResource) -> dg.MaterializeResult[None]:
    """Publish what was staged last, if nothing has replaced or withdrawn it since."""
    with corpus_resource.open_build(context) as build:
        staged = resume_release(build, _staging_run(context))
        folder = publish_release(staged)
        announce(build, staged.staging.run_id, "COMPLETE", staged.manifest)
        return dg.MaterializeResult(
            metadata={
                **report_links(staged.manifest.corpus, staged.manifest.version, folder),
                **release_metadata(staged, folder),
            },
            data_version=dg.DataVersion(staged.manifest.digest),
        )


def _staging_run(context: dg.AssetExecutionContext) -> str:
    """Find the run that materialized `staged_release` last: this one, or an earlier one."""
    staged = dg.AssetKey([*context.asset_key.path[:-1], "staged_release"])
    event = context.instance.get_latest_materialization_event(staged)
    return event.run_id if event else context.run.run_id
