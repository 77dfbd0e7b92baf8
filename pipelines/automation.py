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

FOLLOWING = dg.AutomationConditionSensorDefinition(
    name="following",
    target=dg.AssetSelection.groups("redaction", "release"),
    description="Redacts every partition after a new decision, and releases when all are done. Off until switched on.",
)
