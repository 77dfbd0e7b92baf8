"""Render a report as text or JSON. The content of texts appears only on request."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

from redaction.evaluation.documents import LabeledText
from redaction.evaluation.measure import Interval, Measure, Report
from redaction.evaluation.thresholds import ThresholdReport

_NAMES: Final = {"entity_type": "type", "miss_class": "class"}
"""Names in JSON that differ from those of the attributes."""


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
        *_table(["type", "labeled", "leak", "recall", "precision", "F"], map(_cells, report.by_type)),
    ]
    for which, table in report.by_slice.items():
        rows = [[f"{value}: {m.entity_type}", *_cells(m)[1:4]] for value, found in table.items() for m in found]
        lines += ["", *_table([f"by {which}", "labeled", "leak", "recall"], rows)]
    if report.misses:
        rows = [[f"{g.entity_type}, {g.miss_class}", str(g.count), str(g.characters)] for g in report.misses]
        lines += ["", *_table(["missed", "times", "characters"], rows)]
    if show_text is not None:
        lines += ["", *_quotes(report, show_text)]
    if thresholds is not None:
        lines += ["", *_threshold_lines(thresholds)]
    return "\n".join(lines)


def to_json(report: Report, thresholds: ThresholdReport | None = None) -> str:
    """Return the report, and the checks of thresholds if given, as one JSON object: ids and offsets, never text."""
    content: dict[str, Any] = {
        "overall": _plain(asdict(report.overall)),
        "confidence": report.confidence,
        "types": [_plain(asdict(m)) for m in report.by_type],
        "slices": {
            str(which): {value: [_plain(asdict(m)) for m in rows] for value, rows in table.items()}
            for which, table in report.by_slice.items()
        },
        "misses": [_plain(asdict(group)) for group in report.misses],
    }
    if thresholds is not None:
        checks = [asdict(check) | {"measured": _plain(check.measured)} for check in thresholds.checks]
        content["gate"] = {"passed": thresholds.passed, "thresholds": checks}
    return json.dumps(content, indent=2)


def _plain(value: Any) -> Any:
    """Shorten names, round figures, and turn NaN into None."""
    if isinstance(value, dict):
        return {_NAMES.get(name, name): _plain(each) for name, each in value.items()}
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value


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
