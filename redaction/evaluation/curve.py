"""The curve of leak against over-redaction that a detector's one number moves along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redaction.evaluation.documents import LabelledText, SpanLike
from redaction.evaluation.measure import Interval, evaluate
from redaction.evaluation.settings import EvaluationSettings

DetectAt = Callable[[Sequence[LabelledText], float], Sequence[Sequence[SpanLike]]]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One setting of the number and the figures it gives; `leak` by entity type."""

    caution: float
    leak: dict[str, Interval]
    over: Interval


def trace_curve(
    documents: Sequence[LabelledText],
    detect: DetectAt,
    cautions: Sequence[float],
    settings: EvaluationSettings,
) -> tuple[CurvePoint, ...]:
    """Measure the same texts at every setting in `cautions`."""
    points = []
    for caution in cautions:
        report = evaluate(documents, detect(documents, caution), settings)
        points.append(CurvePoint(caution, {m.entity_type: m.leak for m in report.by_type}, report.overall.over))
    return tuple(points)
