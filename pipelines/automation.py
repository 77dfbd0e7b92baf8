"""When things run by themselves: a build is opened every night, and the rest follows from it."""

import dagster as dg

OPENING = dg.define_asset_job(
    "open_build",
    selection=dg.AssetSelection.assets("source_tables", "decisions"),
    description="Reads the inputs and decides every record's rights as of now; the rest follows by automation.",
)

NIGHTLY = dg.ScheduleDefinition(
    name="nightly",
    job=OPENING,
    cron_schedule="0 3 * * *",
    execution_timezone="UTC",
    description="Opens a build at three in the morning, UTC. Off until switched on.",
)

AFTER_DECISIONS = dg.AutomationCondition.eager().without(dg.AutomationCondition.in_latest_time_window())
"""Every partition, not the latest alone: a new decision may concern any of them."""

FOLLOWING = dg.AutomationConditionSensorDefinition(
    name="following",
    target=dg.AssetSelection.assets("redacted_posts", "redacted_profiles", "corpus"),
    description="Redacts every partition after a new decision, and releases when all are done. Off until switched on.",
)
