"""What the values of region signals mean under the region rules of a policy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from redaction.rights.grounds.grounds import ANY_KIND
from redaction.rights.instants import Instants, midnight, to_micros
from redaction.rights.policy.policy import DEFAULT_REGION, Effect, RegionRule
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason

Window = tuple[int | None, int | None]
"""[since, until) in microseconds since 1970 UTC; None is open."""

FOREVER: Window = (None, None)


MEANINGS = pl.Schema(
    {
        "value": pl.String,
        "code": pl.UInt8,
        "rule": pl.String,
        "kind": pl.Int16,
        "min_age": pl.Int32,
        "use": pl.Int16,
        "from": pl.Int64,
        "to": pl.Int64,
    }
)
ANY_USE = -1


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule for one row of codes, and the window of creation times for which both are in force."""

    rule: RegionRule
    codes: frozenset[str]
    window: Window


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a value means: a reason, for a kind (`ANY_KIND`: all) and a use (`ANY_USE`: all of the run)."""

    reason: Reason
    rule: str
    kind: int = ANY_KIND
    min_age: int | None = None
    use: int = ANY_USE


def region_meanings(readings: Mapping[str, tuple[str, ...]], rules: Rules) -> pl.DataFrame:
    """List what each distinct value means under the policy, for content created in [from, to)."""
    region_rules = _region_rules(rules)
    edges = sorted({edge for rule in region_rules for edge in rule.window if edge is not None})
    segments = list(zip([None, *edges], [*edges, None], strict=True))
    dated_sets = {
        name: frozenset(code for row in rules.regions.sets[name].rows for code in row.codes)
        for name in rules.dates
        if name != DEFAULT_REGION
    }
    rows: list[tuple[str, int, str, int, int | None, int, int | None, int | None]] = []
    for value, codes in readings.items():
        for segment in segments:
            active = [rule for rule in region_rules if _inside(segment, rule.window) and rule.codes & set(codes)]
            for meaning in _read(codes, active, rules):
                rows.append(
                    (value, meaning.reason.code, meaning.rule, meaning.kind, meaning.min_age, meaning.use, *segment)
                )
        for name, members in dated_sets.items():
            if members & set(codes):
                until = to_micros(midnight(rules.dates[name]))
                code = Reason.BEFORE_EARLIEST_CONTENT.code
                rows.append((value, code, f"earliest_content_date/{name}", ANY_KIND, None, ANY_USE, None, until))
    return pl.DataFrame(rows, schema=MEANINGS, orient="row")


def _read(codes: tuple[str, ...], active: list[_Rule], rules: Rules) -> Iterator[_Meaning]:
    """Yield what a value with these readings means, where `active` rules over one of them are in force."""
    if not codes:
        yield _Meaning(Reason.REGION_AMBIGUOUS, "region_signals/unreadable")
        return
    uses = rules.settings.uses
    exempt = [each for each in active if each.rule.effect is Effect.EXEMPT and any(map(each.rule.concerns_use, uses))]
    yield from _exempt(codes, exempt, rules.kinds)
    for each in active:
        if each.rule.effect is Effect.MIN_AGE and any(map(each.rule.concerns_use, uses)):
            for kind in _kind_numbers(each.rule, rules.kinds):
                yield _Meaning(Reason.UNDER_AGE, each.rule.name, kind, each.rule.min_age)
        if each.rule.effect is Effect.OPT_IN:
            for number, use in enumerate(uses):
                if each.rule.concerns_use(use):
                    for kind in _kind_numbers(each.rule, rules.kinds):
                        yield _Meaning(Reason.NOT_OPTED_IN, each.rule.name, kind, use=number)


def _exempt(codes: tuple[str, ...], exempt: list[_Rule], kinds: list[str]) -> Iterator[_Meaning]:
    """Yield the reasons of the rules about all kinds, and for a kind that others are about, the reasons of them all."""
    general = [each for each in exempt if _concerns_all(each.rule)]
    yield from _exempt_kind(codes, general, ANY_KIND)
    for number, kind in enumerate(kinds):
        concerned = [each for each in exempt if each.rule.concerns_kind(kind)]
        if len(concerned) > len(general):
            yield from _exempt_kind(codes, concerned, number)


def _exempt_kind(codes: tuple[str, ...], exempt: list[_Rule], kind: int) -> Iterator[_Meaning]:
    covered = set(codes) & {code for each in exempt for code in each.codes}
    if covered == set(codes):
        yield _Meaning(Reason.REGION_EXEMPT, min(each.rule.name for each in exempt), kind)
    elif covered:
        yield _Meaning(Reason.REGION_AMBIGUOUS, "region_signals/ambiguous", kind)


def _concerns_all(rule: RegionRule) -> bool:
    return rule.kinds is None and rule.except_kinds is None


def _kind_numbers(rule: RegionRule, kinds: list[str]) -> list[int]:
    """List the numbers of the kinds that a rule concerns; `ANY_KIND` alone for all."""
    if _concerns_all(rule):
        return [ANY_KIND]
    return [number for number, kind in enumerate(kinds) if rule.concerns_kind(kind)]


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
                region_rules.append(_Rule(rule, frozenset(row.codes), window))
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
