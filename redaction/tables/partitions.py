"""Assign records to partitions by time. A partition is the unit in which a corpus is redacted."""

from datetime import date
from enum import StrEnum
from typing import Self

import polars as pl
from pydantic import model_validator

from redaction.base_model import FrozenModel


class Grain(StrEnum):
    """The length of a partition. Days, weeks (from Monday) and months are in UTC."""

    day = "day"
    week = "week"
    month = "month"


_EVERY = {Grain.day: "1d", Grain.week: "1w", Grain.month: "1mo"}
PARTITION_KEY_FORMAT = {Grain.day: "%Y-%m-%d", Grain.week: "%Y-%m-%d", Grain.month: "%Y-%m"}


class PartitionSettings(FrozenModel):
    """The grain, and the first day of the first partition, which also holds all older records."""

    grain: Grain = Grain.month
    """The length of a partition, in UTC; weeks start on Monday."""
    start: date
    """The first day of the first partition, which also holds what is older."""

    @model_validator(mode="after")
    def _starts_on_a_boundary(self) -> Self:
        if self.grain is Grain.week and self.start.isoweekday() != 1:
            raise ValueError(f"start {self.start} is no Monday; weeks start on Mondays")
        if self.grain is Grain.month and self.start.day != 1:
            raise ValueError(f"start {self.start} is not the first of a month; give {self.start.replace(day=1)}")
        return self


def partition_key(time: pl.Expr, settings: PartitionSettings) -> pl.Expr:
    """Return the keys of UTC times without nulls: `2024-05` (month) or `2024-05-27` (day, or Monday of the week)."""
    start = pl.lit(settings.start).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    clamped = pl.max_horizontal(time, start)
    return clamped.dt.truncate(_EVERY[settings.grain]).dt.strftime(PARTITION_KEY_FORMAT[settings.grain])
