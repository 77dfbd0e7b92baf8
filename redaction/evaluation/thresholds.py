"""Compare a report with thresholds. A figure that was not measured does not pass."""

import math
from dataclasses import dataclass

from redaction.evaluation.measure import Interval, Report
from redaction.evaluation.settings import Bound, ThresholdSettings


@dataclass(frozen=True, slots=True)
class ThresholdCheck:
    """One threshold, the measured figure (NaN where no such type was labeled), and whether it passed."""

    figure: str
    threshold: float
    measured: float
    passed: bool


@dataclass(frozen=True, slots=True)
class ThresholdReport:
    """The checks of all thresholds."""

    checks: tuple[ThresholdCheck, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed; True without any threshold."""
        return all(check.passed for check in self.checks)


def check_thresholds(report: Report, settings: ThresholdSettings) -> ThresholdReport:
    """Compare the report's figures, or the unfavorable ends of their intervals, with the thresholds."""
    checks: list[ThresholdCheck] = []
    for entity_type, most in sorted(settings.max_leak.items()):
        measure = report.for_type(entity_type)
        checks.append(_at_most(f"leak of {entity_type}", measure.leak if measure else None, most, settings.bound))
    for entity_type, least in sorted(settings.min_recall.items()):
        measure = report.for_type(entity_type)
        checks.append(_at_least(f"recall of {entity_type}", measure.recall if measure else None, least, settings.bound))
    if settings.max_over is not None:
        checks.append(_at_most("over-redaction", report.overall.over, settings.max_over, settings.bound))
    return ThresholdReport(tuple(checks))


def _at_most(figure: str, interval: Interval | None, threshold: float, bound: Bound) -> ThresholdCheck:
    measured = math.nan if interval is None else interval.high if bound is Bound.UPPER else interval.value
    return ThresholdCheck(figure, threshold, measured, measured <= threshold)


def _at_least(figure: str, interval: Interval | None, threshold: float, bound: Bound) -> ThresholdCheck:
    measured = math.nan if interval is None else interval.low if bound is Bound.UPPER else interval.value
    return ThresholdCheck(figure, threshold, measured, measured >= threshold)
