"""The corpus: staged, audited, and published by one atomic step, or not at all."""

from collections.abc import Iterator

import dagster as dg

from pipelines.checks import GATES, gates
from pipelines.guard import guarded
from pipelines.metadata import reasons_table
from pipelines.resources import Run
from redaction.builds import Announcer, publish_release, stage_release


@dg.asset(
    deps=["redacted_posts", "redacted_profiles"],
    automation_condition=dg.AutomationCondition.eager(),
    group_name="release",
    kinds={"parquet", "huggingface"},
    check_specs=[GATES],
    description="The release: redacted rows, manifest and card, published whole or not at all.",
)
def corpus(
    context: dg.AssetExecutionContext, run: dg.ResourceParam[Run]
) -> Iterator[dg.MaterializeResult[object] | dg.AssetCheckResult]:
    """Stages, audits, then publishes; a failed gate stops before anything can be seen."""
    build = guarded(run.build)
    announcer = Announcer(build, context.run.run_id)
    guarded(announcer.begun)
    staged = guarded(stage_release, build, context.run.run_id)
    verdict = gates(staged)
    if not verdict.passed:
        yield verdict
        staged.staging.discard()
        guarded(announcer.refused)
        raise dg.Failure(f"not published: {staged.failure}", allow_retries=False)
    folder = guarded(publish_release, staged)
    guarded(announcer.published, staged.manifest)
    yield dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(folder)),
            "version": build.plan.version,
            "dagster/row_count": staged.manifest.rows,
            "reasons": reasons_table(staged.reasons),
        },
        data_version=dg.DataVersion(staged.manifest.digest),
        check_results=[verdict],
    )
