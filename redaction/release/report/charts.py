"""The charts of the run report, as inline SVG by Matplotlib.

Colors are those of the page: each is written as a placeholder color and then replaced with a CSS variable, so that one
drawing serves light and dark pages. The same data gives the same bytes.
"""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from redaction.release.report.facts import Quality

_INK, _MUTED, _GRID = "#010101", "#020202", "#030303"
_SERIES: Final = tuple(f"#0{number}0{number}04" for number in range(1, 9))
_VARIABLES: Final = {
    _INK: "var(--ink)",
    _MUTED: "var(--muted)",
    _GRID: "var(--grid)",
    **{color: f"var(--series-{number})" for number, color in enumerate(_SERIES, 1)},
}
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "discreet",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": _INK,
    "xtick.color": _MUTED,
    "ytick.color": _MUTED,
    "legend.frameon": False,
}
_WIDTH: Final = 8.4
MOST_SERIES: Final = len(_SERIES)


def funnel(source: str, steps: Sequence[tuple[str, int]]) -> str:
    """Draw how the records of a source become fewer, group by group.

    Args:
        source: The name of the source, for the axis.
        steps: The number of records that are read, then what each group leaves out, then the number kept.

    Returns:
        An `<svg>` element.
    """
    with mpl.rc_context(_STYLE):
        figure, axes = _figure(0.45 * len(steps) + 0.9)
        left = steps[0][1]
        for row, (_, count) in enumerate(steps):
            is_total = row in (0, len(steps) - 1)
            start = 0 if is_total else left - count
            axes.barh(row, count, left=start, color=_SERIES[0] if is_total else _SERIES[1], height=0.66)
            axes.annotate(
                f"{count:,}", (start + count, row), xytext=(4, 0), textcoords="offset points", va="center", color=_INK
            )
            left = left if is_total else start
        axes.set_yticks(range(len(steps)), [name for name, _ in steps])
        axes.invert_yaxis()
        axes.set_xlim(0, steps[0][1] * 1.14 or 1)
        axes.set_xlabel(f"{source}: records")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axes.xaxis.set_major_formatter("{x:,.0f}")
        return _svg(figure)


def by_month(months: Sequence[str], series: Mapping[str, Sequence[float]], label: str) -> str:
    """Draw stacked bars by month.

    Args:
        months: The months, `YYYY-MM`, in order.
        series: At most `MOST_SERIES` names, each with one value a month.
        label: What is counted, for the axis.

    Returns:
        An `<svg>` element.
    """
    with mpl.rc_context(_STYLE):
        figure, axes = _figure(3.4)
        below = [0.0] * len(months)
        for color, (name, values) in zip(_SERIES, series.items(), strict=False):
            axes.bar(range(len(months)), values, bottom=below, color=color, label=name, width=0.8)
            below = [one + other for one, other in zip(below, values, strict=True)]
        step = max(1, len(months) // 12)
        axes.set_xticks(range(0, len(months), step), months[::step], rotation=45, ha="right")
        axes.set_ylabel(label)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), labelcolor=_INK)
        return _svg(figure)


def leak(quality: Quality) -> str:
    """Draw the leak of each entity type, in percent, with its interval.

    Returns:
        An `<svg>` element.
    """
    types = quality.types
    with mpl.rc_context(_STYLE):
        figure, axes = _figure(0.32 * len(types) + 0.9)
        values = [100 * each.leak for each in types]
        below = [100 * max(0.0, each.leak - each.low) for each in types]
        above = [100 * max(0.0, each.high - each.leak) for each in types]
        axes.errorbar(values, range(len(types)), xerr=(below, above), fmt="o", color=_SERIES[0], capsize=3)
        axes.set_yticks(range(len(types)), [each.entity_type for each in types])
        axes.invert_yaxis()
        axes.set_xlim(left=-0.012 * axes.get_xlim()[1])  # a whole point is seen at 0
        axes.set_xlabel("characters that stayed readable, %")
        return _svg(figure)


def _figure(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    return figure, axes


def _svg(figure: Figure) -> str:
    """Return the `<svg>` element, without its size in points, hidden from screen readers: a table has the numbers."""
    buffer = io.StringIO()
    # The bytes are those of `figure.savefig`, which draws everything twice.
    FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' width="[\d.]+pt" height="[\d.]+pt"', ' aria-hidden="true" focusable="false"', svg, count=1)
    svg = svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "").replace("xlink:href", "href")
    svg = svg.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    for color, variable in _VARIABLES.items():
        svg = svg.replace(color, variable)
    return svg
