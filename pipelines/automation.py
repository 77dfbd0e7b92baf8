"""What runs by itself: a whole build every night, and what a new decision requires."""

import dagster as dg

from pipelines.partitions import all_partitions

BUILD = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.all(),
    description="A whole build in one run, over a range of partitions: inputs, decisions, redaction, release.",
)

OPEN_BUILD = dg.define_asset_job(
    "open_build",
    selection=dg.AssetSelection.groups("tables", "rights"),
    description="Reads the inputs and decides every record's rights as of now; redact_after_decisions does the rest.",
)

AFTER_DECISIONS = dg.AutomationCondition.eager().without(dg.AutomationCondition.in_latest_time_window())
"""Every partition, not only the latest: a new decision may concern any of them."""

AFTER_CHECKS = dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()

REDACT_AFTER_DECISIONS = dg.AutomationConditionSensorDefinition(
    name="redact_after_decisions",
    target=dg.AssetSelection.groups("redaction", "release"),
    description="Redacts after a new decision, and releases when all is redacted. Off until switched on.",
)


def nightly(partitions: dg.PartitionsDefinition[str]) -> dg.ScheduleDefinition:
    """Schedule one run of `build` a night, over all partitions. The ones without posts to redact cost nothing."""
    return dg.ScheduleDefinition(
        name="nightly",
        job=BUILD,
        cron_schedule="0 3 * * *",
        execution_timezone="UTC",
        execution_fn=lambda _: dg.RunRequest(tags=all_partitions(partitions)),
        description="A whole build at three in the morning, UTC. Off until switched on.",
    )
