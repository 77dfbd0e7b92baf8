"""The charts of the run report, as inline SVG.

Colors are CSS variables of the page, so that one drawing serves light and dark pages. Lengths are in the units of the
view box, which is as wide as the page. The same data gives the same bytes.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import escape

from redaction.release.report.facts import Quality

_WIDTH: Final = 605.0
_MARGIN: Final = 6.0
_TEXT: Final = 11.0
"""The size of the font."""
_AXIS: Final = 46.0
"""The height of an axis below the drawing: ticks, their labels, and what is counted."""
_TICK: Final = 4.0
_STEPS: Final = (1, 2, 2.5, 5, 10)
_INK, _MUTED, _GRID = "var(--ink)", "var(--muted)", "var(--grid)"
_SERIES: Final = tuple(f"var(--series-{number})" for number in range(1, 9))
_MIDDLE: Final = 0.35 * _TEXT
"""How far the base line of a text is below its middle."""
MOST_SERIES: Final = len(_SERIES)


class _Scale(NamedTuple):
    """A linear scale: the value `low` is at the position `start`, the value `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the position of a value."""
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)


def funnel(source: str, steps: Sequence[tuple[str, int]]) -> str:
    """Draw how the records of a source become fewer, group by group.

    Args:
        source: The name of the source, for the axis.
        steps: The number of records that are read, then what each group leaves out, then the number kept.

    Returns:
        An `<svg>` element.
    """
    row = 32.0
    most = steps[0][1] * 1.14 or 1.0
    scale = _Scale(0, most, _width_of(name for name, _ in steps), _WIDTH - 2 * _MARGIN)
    parts = [_rows_axis([name for name, _ in steps], row, scale, f"{source}: records", whole=True)]
    left = steps[0][1]
    for number, (_, count) in enumerate(steps):
        is_total = number in {0, len(steps) - 1}
        start = 0 if is_total else left - count
        middle = _MARGIN + row * (number + 0.5)
        begin, end = scale.at(start), scale.at(start + count)
        bar = f"M{begin:.1f} {middle - row / 3:.1f}H{end:.1f}v{2 * row / 3:.1f}H{begin:.1f}z"
        parts += [_filled(bar, _SERIES[0 if is_total else 1]), _text(f"{count:,}", end + _TICK, middle + _MIDDLE, _INK)]
        left = left if is_total else start
    return _svg(row * len(steps), parts)


def by_month(months: Sequence[str], series: Mapping[str, Sequence[float]], label: str) -> str:
    """Draw stacked bars by month.

    Args:
        months: The months, `YYYY-MM`, in order.
        series: At most `MOST_SERIES` names, each with one value a month.
        label: What is counted, for the axis.

    Returns:
        An `<svg>` element.
    """
    height = 190.0
    top = max((sum(values) for values in zip(*series.values(), strict=True)), default=0) or 1.0
    ticks = _ticks(top * 1.05)
    left = _width_of(map(_number, ticks)) + 1.5 * _TEXT
    right = _WIDTH - _width_of(series) - 2 * _TEXT
    up = _Scale(0, top * 1.05, _MARGIN + height, _MARGIN)
    across = _Scale(0, len(months) or 1, left, right)
    parts = [
        _line(f"M{left:.1f} {_MARGIN}V{up.start:.1f}H{right:.1f}"),
        _line("".join(f"M{left:.1f} {up.at(tick):.1f}h-{_TICK:g}" for tick in ticks), _MUTED),
        *(_text(_number(tick), left - 1.5 * _TICK, up.at(tick) + _MIDDLE, _MUTED, "end") for tick in ticks),
        _text(label, _TEXT, _MARGIN + height / 2, _MUTED, "middle", turned=-90),
    ]
    shown = range(0, len(months), max(1, len(months) // 12))
    parts.append(_line("".join(f"M{across.at(each + 0.5):.1f} {up.start:.1f}v{_TICK:g}" for each in shown), _MUTED))
    parts += [
        _text(months[each], across.at(each + 0.5) + _MIDDLE, up.start + _TEXT, _MUTED, "end", turned=-45)
        for each in shown
    ]
    below = [0.0] * len(months)
    first = _MARGIN + (height - 1.6 * _TEXT * len(series)) / 2
    for number, (color, (name, values)) in enumerate(zip(_SERIES, series.items(), strict=False)):
        above = [one + other for one, other in zip(below, values, strict=True)]
        bars = "".join(
            _column(across.at(each + 0.1), across.at(each + 0.9), up.at(low), up.at(high))
            for each, (low, high) in enumerate(zip(below, above, strict=True))
            if high > low
        )
        y = first + 1.6 * _TEXT * number
        key = f"M{right + _TEXT:.1f} {y:.1f}h{1.4 * _TEXT:.1f}v{0.7 * _TEXT:.1f}h-{1.4 * _TEXT:.1f}z"
        parts += [_filled(bars + key, color), _text(name, right + 2.8 * _TEXT, y + 0.7 * _TEXT, _INK)]
        below = above
    return _svg(height, parts)


def leak(quality: Quality) -> str:
    """Draw the leak of each entity type, in percent, with its interval.

    Returns:
        An `<svg>` element.
    """
    types, row = quality.types, 23.0
    most = 100 * max((max(each.leak, each.high) for each in types), default=0) or 1.0
    scale = _Scale(-0.012 * most, 1.05 * most, _width_of(each.entity_type for each in types), _WIDTH - 2 * _MARGIN)
    names = [each.entity_type for each in types]
    parts = [_rows_axis(names, row, scale, "characters that stayed readable, %")]
    for number, each in enumerate(types):
        y = _MARGIN + row * (number + 0.5)
        low, value, high = (
            scale.at(100 * at) for at in (min(each.low, each.leak), each.leak, max(each.high, each.leak))
        )
        ends = "".join(f"M{x:.1f} {y - 3:.1f}v6" for x in (low, high))
        parts += [
            _line(f"M{low:.1f} {y:.1f}H{high:.1f}{ends}", _SERIES[0], width=1.5),
            f'<circle cx="{value:.1f}" cy="{y:.1f}" r="3" style="fill:{_SERIES[0]}"/>',
        ]
    return _svg(row * len(types), parts)


def _rows_axis(names: Sequence[str], row: float, scale: _Scale, label: str, *, whole: bool = False) -> str:
    """Draw an axis of values below rows with names on their left."""
    bottom = _MARGIN + row * len(names)
    middles = [_MARGIN + row * (number + 0.5) for number in range(len(names))]
    ticks = _ticks(scale.high, whole=whole)
    marks = [f"M{scale.start:.1f} {middle:.1f}h-{_TICK:g}" for middle in middles]
    marks += [f"M{scale.at(tick):.1f} {bottom:.1f}v{_TICK:g}" for tick in ticks]
    labels = [
        _text(name, scale.start - 1.5 * _TICK, middle + _MIDDLE, _MUTED, "end")
        for name, middle in zip(names, middles, strict=True)
    ]
    labels += [_text(_number(tick), scale.at(tick), bottom + _TICK + _TEXT, _MUTED, "middle") for tick in ticks]
    labels.append(_text(label, (scale.start + scale.end) / 2, bottom + _TICK + 2.5 * _TEXT, _MUTED, "middle"))
    axis = _line(f"M{scale.start:.1f} {_MARGIN}V{bottom:.1f}H{scale.end:.1f}")
    return "".join([axis, _line("".join(marks), _MUTED), *labels])


def _ticks(most: float, *, whole: bool = False) -> list[float]:
    """Return at most seven round numbers from 0 to `most`, at equal distances."""
    least = most / 6
    power = 10.0 ** math.floor(math.log10(least))
    distance = next(power * step for step in _STEPS if power * step >= least)
    distance = max(1.0, math.ceil(distance)) if whole else distance
    return [distance * number for number in range(math.floor(most / distance) + 1)]


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _width_of(texts: Iterable[str]) -> float:
    """Return the room that the widest of some labels takes, with a tick; capitals are wider."""
    wide = max((sum(0.74 if c.isupper() or c == "_" else 0.58 for c in text) for text in texts), default=0.0)
    return _MARGIN + wide * _TEXT + 1.5 * _TICK


def _text(text: str, x: float, y: float, color: str, anchor: str = "start", turned: int = 0) -> str:  # noqa: PLR0913, PLR0917
    """Draw a text at a point, turned around it by some degrees."""
    turn = f' transform="rotate({turned} {x:.1f} {y:.1f})"' if turned else ""
    style = f"fill:{color};text-anchor:{anchor}"
    return f'<text x="{x:.1f}" y="{y:.1f}" style="{style}"{turn}>{escape(text)}</text>'


def _column(left: float, right: float, low: float, high: float) -> str:
    return f"M{left:.1f} {low:.1f}V{high:.1f}H{right:.1f}V{low:.1f}z"


def _filled(path: str, color: str) -> str:
    return f'<path d="{path}" style="fill:{color}"/>'


def _line(path: str, color: str = _GRID, *, width: float = 0.8) -> str:
    return f'<path d="{path}" style="fill:none;stroke:{color};stroke-width:{width:g}"/>'


def _svg(height: float, parts: Sequence[str]) -> str:
    """Return the `<svg>` element, hidden from screen readers: a table has the numbers."""
    box = f"0 0 {_WIDTH:g} {_MARGIN + height + _AXIS:g}"
    style = f"font:{_TEXT:g}px sans-serif"
    return f'<svg viewBox="{box}" aria-hidden="true" focusable="false" style="{style}">{"".join(parts)}</svg>'
