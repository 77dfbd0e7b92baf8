"""Where a member is or was, as far as signals tell, and what the region rules make of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import GROUNDS, grounds
from redaction.rights.policy.policy import DEFAULT_REGION, Effect, Policy, midnight
from redaction.rights.policy.regions import RegionSets
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.records.inputs import TIME, Dtype, Moments, micros, within

SIGNAL_REQUIRED: dict[str, Dtype] = {"subject_id": pl.String, "signal": pl.String, "value": pl.String}
SIGNAL_OPTIONAL: dict[str, Dtype] = {"valid_from": TIME, "valid_to": TIME, "observed_at": TIME}

Window = tuple[int | None, int | None]
FOREVER: Window = (None, None)


class Signal(StrEnum):
    """Where a signal comes from. Those of `LOCATES` can show a region; the others only add protection."""

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
    """Grounds for denial, and for asking an opt-in of the members of a region."""

    denied: list[pl.DataFrame]
    opt_in_wanted: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule over one row of codes, and the window of creation for which both count."""

    name: str
    codes: frozenset[str]
    window: Window
    effect: Effect


def refuse_unknown_sets(policy: Policy, regions: RegionSets, dates: Mapping[str, date]) -> None:
    """Stop a run whose policy or settings name a region set that is not there.

    Raises:
        RightsError: the set's name, and where it was named.
    """
    for rule in policy.region_rules:
        if rule.set not in regions.sets:
            raise RightsError(
                f"policy {policy.policy_id}: region_rules: the regions file has no set {rule.set}; add it"
            )
    for name in dates:
        if name != DEFAULT_REGION and name not in regions.sets:
            raise RightsError(
                f"earliest_content_date: no set {name} in the regions file; add it there or correct the name"
            )


def refuse_nobodys(signals: pl.LazyFrame) -> None:
    """Stop a run whose signals tell of nobody: whoever they were about would lose their protection.

    Raises:
        RightsError: a signal lacks its subject_id.
    """
    subject = pl.col("subject_id")
    nobody = (subject.is_null() | (subject.str.strip_chars() == "")).any()
    if signals.select(nobody).collect(engine="streaming").item():
        raise RightsError("region_signals: a signal lacks its subject_id; the table is partial, export it whole")


def counted_signals(signals: pl.DataFrame, moments: Moments) -> pl.DataFrame:
    """The signals known by then, with `from`, `to` (microseconds), `always`, `valid` and `evidence`.

    `always`: it covers the collection or the build, or its interval makes no sense, and so it counts for all
    content. Others count for content created in their interval.
    """
    if moments.known is not None:
        observed = pl.col("observed_at").cast(pl.Int64)
        signals = signals.filter(observed.is_null() | (observed <= moments.known))
    since, until = pl.col("from"), pl.col("to")
    return (
        signals.with_columns(
            pl.col("valid_from").cast(pl.Int64).alias("from"),
            pl.col("valid_to").cast(pl.Int64).alias("to"),
            pl.col("value").fill_null(""),
        )
        .with_columns((since <= until).fill_null(value=True).alias("valid"))
        .with_columns((moments.covers(since, until) | ~pl.col("valid")).alias("always"))
    )


def signal_key() -> pl.Expr:
    """The text whose sha256 names a signal: its fields, by unit separators, times in microseconds."""
    times = [pl.col(column).cast(pl.Int64).cast(pl.String) for column in SIGNAL_OPTIONAL]
    fields = [pl.col("subject_id"), pl.col("signal"), pl.col("value"), *times]
    return pl.concat_str([field.fill_null("") for field in fields], separator="\x1f")


def region_grounds(signals: pl.DataFrame, subjects: pl.DataFrame, rules: Rules) -> RegionGrounds:
    """What the signals deny.

    Args:
        signals: of `counted_signals`, with `subject`.
        subjects: subject and `first`, the earliest creation of its content (microseconds).
        rules: for the region rules, the sets they name, the earliest content dates and the moments.
    """
    values = signals["value"].unique().sort().to_list()
    meanings = _meanings(rules.regions.read(values), rules)
    met = signals.lazy().join(meanings.lazy(), on="value", how="inner", suffix="_rule")
    always = pl.col("always")
    met = met.with_columns(
        pl.max_horizontal(pl.when(~always).then(pl.col("from")), "from_rule").alias("from"),
        pl.min_horizontal(pl.when(~always).then(pl.col("to")), "to_rule").alias("to"),
        signal_key().alias("evidence"),
    ).filter((pl.col("from") < pl.col("to")).fill_null(value=True))
    stated = (
        met.select(
            "subject",
            pl.lit(-1, dtype=pl.Int16).alias("kind"),
            "code",
            pl.col("from").alias("since"),
            pl.col("to").alias("until"),
            "rule",
            "evidence",
        )
        .unique()
        .collect()
    )
    wants = stated["code"] == Reason.NOT_OPTED_IN.code
    return RegionGrounds(
        [stated.filter(~wants), *_uncovered(signals, subjects, rules.moments)],
        stated.filter(wants).select(GROUNDS.names()),
    )


def _meanings(readings: Mapping[str, tuple[str, ...]], run: Rules) -> pl.DataFrame:
    """What each distinct value means under the policy, for content created in [from, to)."""
    rules = _rules_in(run)
    edges = sorted({edge for rule in rules for edge in rule.window if edge is not None})
    segments = list(zip([None, *edges], [*edges, None], strict=True))
    early = {
        name: frozenset(code for row in run.regions.sets[name].rows for code in row.codes)
        for name in run.dates
        if name != DEFAULT_REGION
    }
    rows: list[tuple[str, int, str, int | None, int | None]] = []
    for value, codes in readings.items():
        for segment in segments:
            rows += [(value, reason.code, rule, *segment) for reason, rule in _meaning(codes, rules, segment)]
        for name, members in early.items():
            if members & set(codes):
                until = micros(midnight(run.dates[name]))
                code = Reason.BEFORE_EARLIEST_CONTENT.code
                rows.append((value, code, f"earliest_content_date/{name}", None, until))
    return pl.DataFrame(rows, schema=_MEANINGS, orient="row")


def _meaning(codes: tuple[str, ...], rules: Iterable[_Rule], segment: Window) -> Iterable[tuple[Reason, str]]:
    """What a value with these readings means for content created in a segment of time."""
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
    asking = [rule.name for rule in active if rule.effect is Effect.OPT_IN and rule.codes & set(codes)]
    if asking:
        yield Reason.NOT_OPTED_IN, min(asking)


def _inside(segment: Window, window: Window) -> bool:
    (start, end), (since, until) = segment, window
    after = since is None or (start is not None and start >= since)
    return after and (until is None or (end is not None and end <= until))


def _rules_in(run: Rules) -> list[_Rule]:
    """The rules that can count, each with the creation windows in which it does (all, if in force now)."""
    found = []
    for rule in run.policy.region_rules:
        for row in run.regions.sets[rule.set].rows:
            window = _both(_counts(rule.since, rule.until, run.moments), _counts(row.since, row.until, run.moments))
            if window is not None:
                name = f"region_rules/{rule.set}"
                found.append(_Rule(name, frozenset(row.codes), window, rule.effect))
    return found


def _counts(since: date | None, until: date | None, moments: Moments) -> Window:
    """The creation times for which a dated row counts: all, if it holds at the collection or build."""
    start = micros(midnight(since)) if since else None
    end = micros(midnight(until)) if until else None
    for moment in (moments.as_of, moments.collected):
        if (start is None or start <= moment) and (end is None or moment < end):
            return FOREVER
    return (start, end)


def _both(one: Window, other: Window) -> Window | None:
    starts = [edge for edge in (one[0], other[0]) if edge is not None]
    ends = [edge for edge in (one[1], other[1]) if edge is not None]
    start, end = max(starts, default=None), min(ends, default=None)
    empty = start is not None and end is not None and start >= end
    return None if empty else (start, end)


def _uncovered(signals: pl.DataFrame, subjects: pl.DataFrame, moments: Moments) -> list[pl.DataFrame]:
    """Grounds for the times at which no signal that can locate a member covers it."""
    locating = signals.lazy().filter(pl.col("signal").is_in(list(LOCATES)) & pl.col("valid"))
    since, until = pl.col("from"), pl.col("to")
    now = [("build", moments.as_of), ("collection", moments.collected)]
    at = locating.group_by("subject").agg(*[within(since, until, moment).any().alias(name) for name, moment in now])
    covered = subjects.lazy().join(at, on="subject", how="left").collect()
    found = [
        grounds(
            covered.filter(~pl.col(name).fill_null(value=False)),
            Reason.REGION_UNKNOWN,
            f"region_signals/coverage_at_{name}",
        )
        for name, _ in now
    ]
    return [*found, _gaps(locating, covered)]


def _gaps(locating: pl.LazyFrame, covered: pl.DataFrame) -> pl.DataFrame:
    """The times before a member's first signal and between two.

    Only of members who are located at the build and the collection: the others are denied anyway, and nothing
    of these lies after the last signal. Gaps that end before the member's first content are left out.
    """
    open_start, open_end = -(2**63), 2**63 - 1
    located = covered.lazy().filter("build", "collection").select("subject", "first")
    spans = (
        locating.select("subject", pl.col("from").fill_null(open_start), pl.col("to").fill_null(open_end))
        .join(located, on="subject", how="inner")
        .sort("subject", "from", "to")
        .with_columns(pl.col("to").cum_max().shift(1).over("subject").alias("reached"))
        .filter(pl.col("from") > pl.col("reached").fill_null(open_start))
        .filter(pl.col("from") > pl.col("first"))
        .collect()
    )
    return grounds(
        spans,
        Reason.REGION_UNKNOWN,
        "region_signals/coverage_at_creation",
        window=(pl.col("reached"), pl.col("from")),
    )
