"""The partitions of a config as Dagster sees them."""

from datetime import datetime, time

import dagster as dg

from redaction.tables import PARTITION_KEY_FORMAT, Grain, PartitionSettings

_CRON = {Grain.day: "0 0 * * *", Grain.week: "0 0 * * 1", Grain.month: "0 0 1 * *"}


def partitions_definition(settings: PartitionSettings) -> dg.TimeWindowPartitionsDefinition:
    """Define days, weeks from Monday, or months, in UTC, from the start to the current one."""
    return dg.TimeWindowPartitionsDefinition(
        start=datetime.combine(settings.start, time()),
        fmt=PARTITION_KEY_FORMAT[settings.grain],
        cron_schedule=_CRON[settings.grain],
        timezone="UTC",
        end_offset=1,
    )


def all_partitions(definition: dg.PartitionsDefinition[str]) -> dict[str, str]:
    """Return the run tags that make one run cover every partition, from the first to the current one."""
    keys = definition.get_partition_keys()
    return {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}
