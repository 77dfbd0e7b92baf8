"""Grounds from region signals: where a member is or was, and what the region rules deny there."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import GROUNDS, make_grounds
from redaction.rights.grounds.region_rules import region_meanings
from redaction.rights.inputs import select_columns
from redaction.rights.instants import Instants, covers
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.settings import Use
from redaction.tables import TableName

_DAY = 86_400_000_000
_TIMES = ("valid_from", "valid_to", "observed_at")
SIGNAL_COLUMNS = ("subject_id", "signal", "value", *_TIMES)


class Signal(StrEnum):
    """Where a signal comes from. Those of `LOCATES` can establish a region; the others only add protection."""

    PROFILE = "profile"
    SIGNUP = "signup"
    RESIDENCE = "residence"
    BILLING = "billing"
    IP = "ip"
    PHONE = "phone"


LOCATES = (Signal.PROFILE, Signal.SIGNUP, Signal.RESIDENCE, Signal.BILLING)


@dataclass(frozen=True, slots=True)
class RegionGrounds:
    """What follows from the regions of members.

    denied: frames of `GROUNDS`.
    opt_in_required: for each use, rows of `GROUNDS` for the subjects whose region requires an opt-in.
    min_ages: rows of `GROUNDS` with `min_age` (years), for the subjects whose region raises the least age: content in
        their window is denied up to the birthday.
    """

    denied: list[pl.DataFrame]
    opt_in_required: dict[Use, pl.DataFrame]
    min_ages: pl.DataFrame


def read_signals(table: pl.LazyFrame) -> pl.LazyFrame:
    """Select the region signals, typed, or raise RightsError if one lacks its subject, who would lose protection."""
    signals = select_columns(table, TableName.region_signals, SIGNAL_COLUMNS)
    subject = pl.col("subject_id")
    lacks_subject = (subject.is_null() | (subject.str.strip_chars() == "")).any()
    if signals.select(lacks_subject).collect(engine="streaming").item():
        raise RightsError("region_signals: a signal lacks its subject_id; the table is partial, export it whole")
    return signals


def with_windows(signals: pl.DataFrame, instants: Instants) -> pl.DataFrame:
    """Add the intervals of signals as numbers.

    Args:
        signals: as `read_signals` returns them.
        instants: the build and the collection.

    Returns:
        The signals with `from` and `to` (microseconds), `valid` (false where the interval holds no instant, or ends by
        1970, which means no end) and `always`: the signal counts for all content, as it covers the collection or
        the build, is not valid, or begins in the future, where nothing is observed; others count for content created
        in their interval.
    """
    since, until = pl.col("from"), pl.col("to")
    future = (since > instants.now + _DAY).fill_null(value=False)
    return (
        signals.with_columns(
            pl.col("valid_from").cast(pl.Int64).alias("from"),
            pl.col("valid_to").cast(pl.Int64).alias("to"),
            pl.col("value").fill_null(""),
        )
        .with_columns((until.is_null() | ((until > 0) & (since < until).fill_null(value=True))).alias("valid"))
        .with_columns((instants.covered_by(since, until) | ~pl.col("valid") | future).alias("always"))
    )


def signal_key() -> pl.Expr:
    """Join the fields of a signal by U+001F, times in microseconds: the text whose sha256 names it."""
    times = [pl.col(column).cast(pl.Int64).cast(pl.String) for column in _TIMES]
    fields = [pl.col("subject_id"), pl.col("signal"), pl.col("value"), *times]
    return pl.concat_str([field.fill_null("") for field in fields], separator="\x1f")


def region_grounds(signals: pl.DataFrame, subjects: pl.DataFrame, rules: Rules) -> RegionGrounds:
    """Make the grounds that follow from region signals.

    Args:
        signals: as `with_windows` returns them, with `subject`.
        subjects: subject and `first`, the earliest creation of its content (microseconds).
        rules: for the region rules, the sets that they name, the earliest content dates and the instants.

    Returns:
        The denials, and where an opt-in is required.
    """
    values = signals["value"].unique().sort().to_list()
    meanings = region_meanings(rules.regions.read(values), rules)
    always = pl.col("always")
    stated = (
        signals.lazy()
        .join(meanings.lazy(), on="value", how="inner", suffix="_rule")
        .with_columns(
            pl.max_horizontal(pl.when(~always).then(pl.col("from")), "from_rule").alias("since"),
            pl.min_horizontal(pl.when(~always).then(pl.col("to")), "to_rule").alias("until"),
            signal_key().alias("evidence"),
        )
        .filter((pl.col("since") < pl.col("until")).fill_null(value=True))
        .select(*GROUNDS.names(), "min_age", "use")
        .unique()
        .collect()
    )
    aged, opt_in = pl.col("min_age").is_not_null(), pl.col("code") == Reason.NOT_OPTED_IN.code
    denied = stated.filter(~aged, ~opt_in).select(GROUNDS.names())
    required = {
        use: stated.filter(opt_in, pl.col("use") == number).select(GROUNDS.names())
        for number, use in enumerate(rules.settings.uses)
    }
    return RegionGrounds(
        [denied, *_uncovered(signals, subjects, rules.instants)],
        required,
        stated.filter(aged).select(*GROUNDS.names(), "min_age"),
    )


def _uncovered(signals: pl.DataFrame, subjects: pl.DataFrame, instants: Instants) -> list[pl.DataFrame]:
    """Make grounds for the times at which no signal that can locate a member covers it."""
    locating = signals.lazy().filter(pl.col("signal").is_in(list(LOCATES)) & pl.col("valid"))
    since, until = pl.col("from"), pl.col("to")
    needed = {"build": instants.as_of, "collection": instants.collected}
    covered = locating.group_by("subject").agg(
        covers(since, until, instant).any().alias(name) for name, instant in needed.items()
    )
    located = subjects.lazy().join(covered, on="subject", how="left").collect()
    missing = {name: located.filter(~pl.col(name).fill_null(value=False)) for name in needed}
    rule = "region_signals/coverage_at_"
    denied = [make_grounds(frame, Reason.REGION_UNKNOWN, rule + name) for name, frame in missing.items()]
    return [*denied, _gaps(locating, located)]


def _gaps(locating: pl.LazyFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """Make grounds for the times before a member's first signal and between two."""
    # The members who are not located at the build and the collection are denied anyway, and nothing of the others is
    # after their last signal. Gaps that end before the first content are left out.
    open_start, open_end = -(2**63), 2**63 - 1
    located = subjects.lazy().filter("build", "collection").select("subject", "first")
    gaps = (
        locating.select("subject", pl.col("from").fill_null(open_start), pl.col("to").fill_null(open_end))
        .join(located, on="subject", how="inner")
        .sort("subject", "from", "to")
        .with_columns(pl.col("to").cum_max().shift(1).over("subject").alias("covered_until"))
        .filter(pl.col("from") > pl.col("covered_until").fill_null(open_start))
        .filter(pl.col("from") > pl.col("first"))
        .collect()
    )
    window = (pl.col("covered_until"), pl.col("from"))
    return make_grounds(gaps, Reason.REGION_UNKNOWN, "region_signals/coverage_at_creation", window=window)
