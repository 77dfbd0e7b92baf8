"""Render a report as text or JSON. The content of texts appears only on request."""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from redaction.evaluation.documents import LabeledText
from redaction.evaluation.measure import Interval, Measure, Report
from redaction.evaluation.thresholds import ThresholdReport


def render(
    report: Report, thresholds: ThresholdReport | None = None, show_text: Sequence[LabeledText] | None = None
) -> str:
    """Render the report as plain text.

    Args:
        report: The figures.
        thresholds: The checks to append.
        show_text: The labeled texts, to quote the examples of misses from. Without them no text is shown.

    Returns:
        Tables, without a trailing newline.
    """
    percent = round(report.confidence * 100)
    lines = [
        f"{report.overall.documents} texts; intervals hold {percent} % of bootstrap resamples over texts",
        f"over-redaction  {_figure(report.overall.over)}  of {report.overall.characters} other characters",
        "",
        *_table(["type", "labelled", "leak", "recall", "precision", "F"], map(_cells, report.by_type)),
    ]
    for which, table in report.by_slice.items():
        rows = [[f"{value}: {m.entity_type}", *_cells(m)[1:4]] for value, found in table.items() for m in found]
        lines += ["", *_table([f"by {which}", "labelled", "leak", "recall"], rows)]
    if report.misses:
        rows = [[f"{g.entity_type}, {g.miss_class}", str(g.count), str(g.characters)] for g in report.misses]
        lines += ["", *_table(["missed", "times", "characters"], rows)]
    if show_text is not None:
        lines += ["", *_quotes(report, show_text)]
    if thresholds is not None:
        lines += ["", *_threshold_lines(thresholds)]
    return "\n".join(lines)


def to_json(report: Report, thresholds: ThresholdReport | None = None) -> str:
    """Return the report, and the checks of thresholds if given, as one JSON object without any text."""
    content: dict[str, Any] = _as_dict(report)
    if thresholds is not None:
        content["gate"] = {
            "passed": thresholds.passed,
            "thresholds": [
                {
                    "figure": check.figure,
                    "threshold": check.threshold,
                    "measured": None if math.isnan(check.measured) else round(check.measured, 6),
                    "passed": check.passed,
                }
                for check in thresholds.checks
            ],
        }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _as_dict(report: Report) -> dict[str, Any]:
    """Return the report as JSON values: NaN becomes None; examples are ids and offsets, never text."""
    return {
        "overall": {
            "documents": report.overall.documents,
            "characters": report.overall.characters,
            "over": _plain(report.overall.over),
        },
        "confidence": report.confidence,
        "types": [_row(m) for m in report.by_type],
        "slices": {
            str(which): {value: [_row(m) for m in rows] for value, rows in table.items()}
            for which, table in report.by_slice.items()
        },
        "misses": [
            {
                "type": g.entity_type,
                "class": str(g.miss_class),
                "count": g.count,
                "characters": g.characters,
                "examples": [list(e) for e in g.examples],
            }
            for g in report.misses
        ],
    }


def _row(measure: Measure) -> dict[str, Any]:
    return {
        "type": measure.entity_type,
        "labelled": measure.labelled,
        "detected": measure.detected,
        "leak": _plain(measure.leak),
        "recall": _plain(measure.recall),
        "precision": _plain(measure.precision),
        "f_beta": _plain(measure.f_beta),
    }


def _plain(interval: Interval) -> dict[str, float | None]:
    values = {"value": interval.value, "low": interval.low, "high": interval.high}
    return {name: None if math.isnan(v) else round(v, 6) for name, v in values.items()}


def _cells(measure: Measure) -> list[str]:
    figures = (measure.leak, measure.recall, measure.precision, measure.f_beta)
    return [measure.entity_type, str(measure.labelled), *map(_figure, figures)]


def _figure(interval: Interval) -> str:
    if math.isnan(interval.value):
        return "–"
    return f"{interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [list(heads), *map(list, rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _quotes(report: Report, documents: Sequence[LabeledText]) -> list[str]:
    texts = {d.document_id: d.text for d in documents}
    return [
        f"{g.entity_type}, {g.miss_class}: {texts[document][start:end]!r} ({document})"
        for g in report.misses
        for document, start, end in g.examples
    ]


def _threshold_lines(thresholds: ThresholdReport) -> list[str]:
    rows = [
        [
            check.figure,
            f"{check.threshold:g}",
            "not measured" if math.isnan(check.measured) else f"{check.measured:.4f}",
            _word(check.passed),
        ]
        for check in thresholds.checks
    ]
    return [*_table(["gate", "threshold", "measured", ""], rows), f"gate: {_word(thresholds.passed)}"]


def _word(passed: bool) -> str:
    return "passed" if passed else "FAILED"
