"""Holds a report against thresholds; what was not measured does not pass."""

from __future__ import annotations

import math
from dataclasses import dataclass

from redaction.evaluation.measure import Interval, Report
from redaction.evaluation.settings import Bound, ThresholdSettings


@dataclass(frozen=True, slots=True)
class ThresholdCheck:
    """One threshold: what it asks, what was measured (NaN: nothing of the kind was labelled) and whether
    it holds.
    """

    figure: str
    threshold: float
    measured: float
    passed: bool


@dataclass(frozen=True, slots=True)
class ThresholdReport:
    """All thresholds; the gate opens only if each one holds."""

    checks: tuple[ThresholdCheck, ...]

    @property
    def passed(self) -> bool:
        """Tell whether every threshold holds; with none set, there is nothing to hold."""
        return all(j.passed for j in self.checks)


def check_thresholds(report: Report, settings: ThresholdSettings) -> ThresholdReport:
    """Hold the report's figures, or the bad ends of their intervals, against the thresholds."""
    made: list[ThresholdCheck] = []
    for entity_type, most in sorted(settings.max_leak.items()):
        measure = report.of(entity_type)
        made.append(_at_most(f"leak of {entity_type}", measure.leak if measure else None, most, settings.bound))
    for entity_type, least in sorted(settings.min_recall.items()):
        measure = report.of(entity_type)
        made.append(_at_least(f"recall of {entity_type}", measure.recall if measure else None, least, settings.bound))
    if settings.max_over is not None:
        made.append(_at_most("over-redaction", report.overall.over, settings.max_over, settings.bound))
    return ThresholdReport(tuple(made))


def _at_most(figure: str, interval: Interval | None, threshold: float, bound: Bound) -> ThresholdCheck:
    measured = math.nan if interval is None else interval.high if bound is Bound.UPPER else interval.value
    return ThresholdCheck(figure, threshold, measured, measured <= threshold)


def _at_least(figure: str, interval: Interval | None, threshold: float, bound: Bound) -> ThresholdCheck:
    measured = math.nan if interval is None else interval.low if bound is Bound.UPPER else interval.value
    return ThresholdCheck(figure, threshold, measured, measured >= threshold)
