"""Shows a report to people and to programs. Content of texts appears only where it is asked for."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from redaction.evaluation.documents import LabeledText
from redaction.evaluation.measure import Interval, Measure, Report, as_dict
from redaction.evaluation.thresholds import ThresholdReport


def render(
    report: Report, thresholds: ThresholdReport | None = None, show_text: Sequence[LabeledText] | None = None
) -> str:
    """Lay the report out as plain text.

    `show_text` takes the labelled texts themselves; given, the examples of misses are quoted from them.
    Without it no character of any text is shown.
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
    """Give the report, and the gate's verdict if there is one, as one JSON object; it holds no text."""
    content: dict[str, Any] = as_dict(report)
    if thresholds is not None:
        content["gate"] = {
            "passed": thresholds.passed,
            "thresholds": [
                {
                    "figure": j.figure,
                    "threshold": j.threshold,
                    "measured": None if math.isnan(j.measured) else round(j.measured, 6),
                    "passed": j.passed,
                }
                for j in thresholds.checks
            ],
        }
    return json.dumps(content, ensure_ascii=False, indent=2)


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
            j.figure,
            f"{j.threshold:g}",
            "not measured" if math.isnan(j.measured) else f"{j.measured:.4f}",
            _word(j.passed),
        ]
        for j in thresholds.checks
    ]
    return [*_table(["gate", "threshold", "measured", ""], rows), f"gate: {_word(thresholds.passed)}"]


def _word(passed: bool) -> str:
    return "passed" if passed else "FAILED"
