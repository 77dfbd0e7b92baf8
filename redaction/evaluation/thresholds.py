"""Compare a report with thresholds. A figure that was not measured does not pass."""

import math
from dataclasses import dataclass

from redaction.evaluation.measure import Interval, Report
from redaction.evaluation.settings import Bound, ThresholdSettings

_NOT_MEASURED = Interval(math.nan, math.nan, math.nan)


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
    at_point, checks = settings.bound is Bound.POINT, []
    for entity_type, most in sorted(settings.max_leak.items()):
        measure = report.for_type(entity_type)
        leak = measure.leak if measure else _NOT_MEASURED
        measured = leak.value if at_point else leak.high
        checks.append(ThresholdCheck(f"leak of {entity_type}", most, measured, measured <= most))
    for entity_type, least in sorted(settings.min_recall.items()):
        measure = report.for_type(entity_type)
        recall = measure.recall if measure else _NOT_MEASURED
        measured = recall.value if at_point else recall.low
        checks.append(ThresholdCheck(f"recall of {entity_type}", least, measured, measured >= least))
    if settings.max_over is not None:
        measured = report.overall.over.value if at_point else report.overall.over.high
        checks.append(ThresholdCheck("over-redaction", settings.max_over, measured, measured <= settings.max_over))
    return ThresholdReport(tuple(checks))
