"""Instants as microseconds since 1970-01-01 UTC, and the ones that a decision is made for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

TIME = pl.Datetime("us", "UTC")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Instants:
    """The instants of one run, in microseconds since 1970 UTC: the build (`as_of`), the collection, and the call."""

    as_of: int
    collected: int
    now: int

    def covered_by(self, since: pl.Expr, until: pl.Expr) -> pl.Expr:
        """Test whether [since, until) covers the build or the collection; null is open."""
        return covers(since, until, self.as_of) | covers(since, until, self.collected)


def covers(since: pl.Expr, until: pl.Expr, instant: int) -> pl.Expr:
    """Test whether [since, until) covers an instant; null is open."""
    return (since.is_null() | (since <= instant)) & (until.is_null() | (until > instant))


def to_micros(instant: datetime) -> int:
    """Convert an aware datetime to microseconds since 1970 UTC, exactly."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def from_micros(instant: int) -> datetime:
    """Convert microseconds since 1970 UTC to a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def midnight(day: date) -> datetime:
    """Return the first microsecond of a day, UTC."""
    return datetime.combine(day, time.min, tzinfo=UTC)
