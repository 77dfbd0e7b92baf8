"""The grain of a config as a Dagster partitions definition."""

from datetime import datetime, time

import dagster as dg

from redaction.tables import PARTITION_KEY_FORMAT, Grain, PartitionSettings

_CRON = {Grain.day: "0 0 * * *", Grain.week: "0 0 * * 1", Grain.month: "0 0 1 * *"}


def partitions_definition(settings: PartitionSettings) -> dg.TimeWindowPartitionsDefinition:
    """Days, weeks from Monday, or months, in UTC, from the start to the one that is running now."""
    return dg.TimeWindowPartitionsDefinition(
        start=datetime.combine(settings.start, time()),
        fmt=PARTITION_KEY_FORMAT[settings.grain],
        cron_schedule=_CRON[settings.grain],
        timezone="UTC",
        end_offset=1,
    )
