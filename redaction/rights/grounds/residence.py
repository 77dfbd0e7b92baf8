"""Grounds from region signals: where a member is or was, and what the region rules deny there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import ANY_KIND, GROUNDS, make_grounds
from redaction.rights.inputs import select_columns
from redaction.rights.instants import Instants, covers, midnight, to_micros
from redaction.rights.policy.policy import DEFAULT_REGION, Effect
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.tables import TableName

_TIMES = ("valid_from", "valid_to", "observed_at")

Window = tuple[int | None, int | None]
"""[since, until) in microseconds since 1970 UTC; None is open."""

FOREVER: Window = (None, None)


class Signal(StrEnum):
    """Where a signal comes from. Those of `LOCATES` can establish a region; the others only add protection."""

    PROFILE = "profile"
    SIGNUP = "signup"
    RESIDENCE = "residence"
    BILLING = "billing"
    IP = "ip"
    PHONE = "phone"


LOCATES = (Signal.PROFILE, Signal.SIGNUP, Signal.RESIDENCE, Signal.BILLING)

_MEANINGS = pl.Schema({"value": pl.String, "code": pl.UInt8, "rule": pl.String, "from": pl.Int64, "to": pl.Int64})


@dataclass(frozen=True, slots=True)
class RegionGrounds:
    """Frames of `GROUNDS` that deny, and rows of it for the subjects whose region requires an opt-in."""

    denied: list[pl.DataFrame]
    opt_in_required: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule for one row of codes, and the window of creation times for which both are in force."""

    name: str
    codes: frozenset[str]
    window: Window
    effect: Effect


def read_signals(table: pl.LazyFrame) -> pl.LazyFrame:
    """Select the region signals, typed, or raise RightsError if one lacks its subject, who would lose protection."""
    signals = select_columns(table, TableName.region_signals, ("subject_id", "signal", "value", *_TIMES))
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
        the build, or is not valid; others count for content created in their interval.
    """
    since, until = pl.col("from"), pl.col("to")
    return (
        signals.with_columns(
            pl.col("valid_from").cast(pl.Int64).alias("from"),
            pl.col("valid_to").cast(pl.Int64).alias("to"),
            pl.col("value").fill_null(""),
        )
        .with_columns((until.is_null() | ((until > 0) & (since < until).fill_null(value=True))).alias("valid"))
        .with_columns((instants.covered_by(since, until) | ~pl.col("valid")).alias("always"))
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
    meanings = _meanings(rules.regions.read(values), rules)
    always = pl.col("always")
    stated = (
        signals.lazy()
        .join(meanings.lazy(), on="value", how="inner", suffix="_rule")
        .with_columns(
            pl.max_horizontal(pl.when(~always).then(pl.col("from")), "from_rule").alias("since"),
            pl.min_horizontal(pl.when(~always).then(pl.col("to")), "to_rule").alias("until"),
            pl.lit(ANY_KIND, dtype=pl.Int16).alias("kind"),
            signal_key().alias("evidence"),
        )
        .filter((pl.col("since") < pl.col("until")).fill_null(value=True))
        .select(GROUNDS.names())
        .unique()
        .collect()
    )
    opt_in = stated["code"] == Reason.NOT_OPTED_IN.code
    return RegionGrounds(
        [stated.filter(~opt_in), *_uncovered(signals, subjects, rules.instants)], stated.filter(opt_in)
    )


def _meanings(readings: Mapping[str, tuple[str, ...]], rules: Rules) -> pl.DataFrame:
    """List what each distinct value means under the policy, for content created in [from, to)."""
    region_rules = _region_rules(rules)
    edges = sorted({edge for rule in region_rules for edge in rule.window if edge is not None})
    segments = list(zip([None, *edges], [*edges, None], strict=True))
    dated_sets = {
        name: frozenset(code for row in rules.regions.sets[name].rows for code in row.codes)
        for name in rules.dates
        if name != DEFAULT_REGION
    }
    rows: list[tuple[str, int, str, int | None, int | None]] = []
    for value, codes in readings.items():
        for segment in segments:
            rows += [(value, reason.code, rule, *segment) for reason, rule in _meaning(codes, region_rules, segment)]
        for name, members in dated_sets.items():
            if members & set(codes):
                until = to_micros(midnight(rules.dates[name]))
                code = Reason.BEFORE_EARLIEST_CONTENT.code
                rows.append((value, code, f"earliest_content_date/{name}", None, until))
    return pl.DataFrame(rows, schema=_MEANINGS, orient="row")


def _meaning(codes: tuple[str, ...], rules: Iterable[_Rule], segment: Window) -> Iterable[tuple[Reason, str]]:
    """Yield the reasons and rules that a value with these readings gives for content created in a segment of time."""
    if not codes:
        yield Reason.REGION_AMBIGUOUS, "region_signals/unreadable"
        return
    active = [rule for rule in rules if _inside(segment, rule.window)]
    exempt = [rule for rule in active if rule.effect is Effect.EXEMPT and rule.codes & set(codes)]
    covered = set(codes) & {code for rule in exempt for code in rule.codes}
    if covered == set(codes):
        yield Reason.REGION_EXEMPT, min(rule.name for rule in exempt)
    elif covered:
        yield Reason.REGION_AMBIGUOUS, "region_signals/ambiguous"
    opt_in = [rule.name for rule in active if rule.effect is Effect.OPT_IN and rule.codes & set(codes)]
    if opt_in:
        yield Reason.NOT_OPTED_IN, min(opt_in)


def _inside(segment: Window, window: Window) -> bool:
    (start, end), (since, until) = segment, window
    after = since is None or (start is not None and start >= since)
    return after and (until is None or (end is not None and end <= until))


def _region_rules(rules: Rules) -> list[_Rule]:
    """List the rules that can apply, each with the creation times for which it does."""
    region_rules = []
    for rule in rules.policy.region_rules:
        for row in rules.regions.sets[rule.set].rows:
            in_force = (_in_force(dated.since, dated.until, rules.instants) for dated in (rule, row))
            window = _intersection(*in_force)
            if window is not None:
                region_rules.append(_Rule(f"region_rules/{rule.set}", frozenset(row.codes), window, rule.effect))
    return region_rules


def _in_force(since: date | None, until: date | None, instants: Instants) -> Window:
    """Return the creation times for which dates are in force: all, if they cover the collection or the build."""
    start = to_micros(midnight(since)) if since else None
    end = to_micros(midnight(until)) if until else None
    for instant in (instants.as_of, instants.collected):
        if (start is None or start <= instant) and (end is None or instant < end):
            return FOREVER
    return (start, end)


def _intersection(one: Window, other: Window) -> Window | None:
    starts = [edge for edge in (one[0], other[0]) if edge is not None]
    ends = [edge for edge in (one[1], other[1]) if edge is not None]
    start, end = max(starts, default=None), min(ends, default=None)
    empty = start is not None and end is not None and start >= end
    return None if empty else (start, end)


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
