"""Every instant is in one partition of the grain."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.tables import (
    Grain,
    PartitionSettings,
)
from redaction.tables.partitions import partition_key


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), st.sampled_from(Grain))
def test_every_time_is_in_its_partition(moment: datetime, grain: Grain) -> None:
    settings = PartitionSettings(grain=grain, start=date(2024, 1, 1))
    frame = pl.DataFrame({"at": [moment.replace(tzinfo=UTC)]}, schema={"at": pl.Datetime("us", "UTC")})
    key = frame.select(partition_key(pl.col("at"), settings)).item()
    first = date.fromisoformat(key if len(key) > 7 else f"{key}-01")
    day = max(moment.date(), settings.start)
    days = {Grain.day: 1, Grain.week: 7, Grain.month: 31}[grain]
    assert 0 <= (day - first).days < days
    assert grain is not Grain.month or (first.year, first.month) == (day.year, day.month)
    assert grain is not Grain.week or first.isoweekday() == 1


def test_a_grain_starts_where_its_partitions_do() -> None:
    with pytest.raises(ValueError, match="no Monday"):
        PartitionSettings(grain=Grain.week, start=date(2024, 1, 3))
    with pytest.raises(ValueError, match="not the first of a month"):
        PartitionSettings(grain=Grain.month, start=date(2024, 1, 3))
