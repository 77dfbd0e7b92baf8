"""The last screen of a build: what was kept and left out, what was replaced, what was proved, and what to do next.

It shows exact counts: the owner's terminal is as private as the state that they come from.
"""

import os
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.cli.terminal import visible
from redaction.builds.report import BuildReport
from redaction.release import SourceCounts
from redaction.release.manifest import NOT_MEASURED
from redaction.release.report import Quality

_MOST_COLUMNS: Final = 120
_MOST_GROUPS: Final = 6
"""More groups are shown as one, so that the whole screen has 24 lines."""

_KEPT: Final = "green"
_MOST_TYPES: Final = 5
_MOST_LEAKS: Final = 2
_FEW_LABELS: Final = 10
"""The leak of a type with fewer labels is chance."""


def print_screen(report: BuildReport, config: Path) -> None:
    """Print the screen on standard output."""
    console = Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, _MOST_COLUMNS)
    console.print(_screen(report, config, console))


def print_reasons(report: BuildReport) -> None:
    """Print every reason with its number, by source, the largest first."""
    table = Table(title="All reasons", title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("source", "outcome", "reason"):
        table.add_column(name, no_wrap=True)
    table.add_column("records", justify="right", no_wrap=True)
    for source, counts in report.sources.items():
        table.add_row(source, "input", "", "" if counts.input is None else f"{counts.input:,}")
        table.add_row(source, "kept", "", f"{counts.kept:,}")
        for outcome, reasons in (("dropped", counts.dropped), ("quarantined", counts.quarantined)):
            for reason, number in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
                table.add_row(source, outcome, reason, f"{number:,}")
    Console(highlight=False, markup=False, emoji=False).print(table)


def _screen(report: BuildReport, config: Path, console: Console) -> RenderableType:
    head = Table.grid(expand=True)
    head.add_column(no_wrap=True)
    head.add_column(justify="right", no_wrap=True)
    as_of = f"{report.as_of:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    head.add_row(
        Text(f"{report.corpus} {report.version}", style="bold"), Text(f"{report.policy}, as of {as_of}", style="dim")
    )
    return Group(head, Text(), _counts(report, console), Text(), _facts(report), Text(), _next_steps(report, config))


def _counts(report: BuildReport, console: Console) -> Table:
    table = Table(box=None, pad_edge=False, expand=True, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True, min_width=16)
    for source in report.sources:
        table.add_column(source, justify="right", no_wrap=True, min_width=9)
        table.add_column("", justify="right", no_wrap=True, min_width=7)
    table.add_column("", no_wrap=True, ratio=1)
    inputs = {source: _input(counts) for source, counts in report.sources.items()}
    room = max(8, console.width - 20 - 19 * len(inputs))
    block = "█" if console.encoding.lower().startswith("utf") else "#"

    def row(name: str, records: Mapping[str, int], style: str) -> None:
        cells: list[RenderableType] = [Text(name, style=style)]
        for source, whole in inputs.items():
            number = records.get(source, 0)
            shown = number or style == _KEPT
            cells += [f"{number:,}" if shown else "", f"{number / whole:.1%}" if shown and whole else ""]
        share = sum(records.values()) / max(1, sum(inputs.values()))
        table.add_row(*cells, Text(block * round(share * room), style=style))

    row("kept", {source: counts.kept for source, counts in report.sources.items()}, _KEPT)
    groups = report.left_out
    shown = len(groups) if len(groups) <= _MOST_GROUPS + 1 else _MOST_GROUPS  # One more fits where the sum would be.
    for group in groups[:shown]:
        row(group.group.value, group.records, "yellow")
    if rest := groups[shown:]:
        sums = {source: sum(group.records.get(source, 0) for group in rest) for source in inputs}
        row(f"{len(rest)} more (--full)", sums, "yellow")
    return table


def _facts(report: BuildReport) -> Table:
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    facts.add_row("replaced", f"{sum(report.spans.values()):,} spans{_largest(report.spans)}")
    results = Counter(gate.result for gate in report.gates)
    failed = ", ".join(gate.name for gate in report.gates if not gate.passed)
    counts = ", ".join(f"{results[name]} {name}" for name in ("passed", NOT_MEASURED, "failed") if results[name])
    facts.add_row("gates", f"{counts}: {failed}" if failed else counts)
    for leak in map(_leak, report.quality):
        facts.add_row("leak", leak)
    if not report.quality:
        facts.add_row("leak", "not measured: discreet evaluate FILE, or release.gates.labelled")
    for note in report.policy_notes:
        facts.add_row("policy", visible(note))
    if report.seconds:
        seconds = sum(report.seconds.values())
        words = f", {report.words:,} words, {report.words / seconds:,.0f} words/s" if report.words else ""
        facts.add_row("time", f"{seconds:,.1f} s{words}")
    return facts


def _next_steps(report: BuildReport, config: Path) -> Table:
    steps = Table.grid(padding=(0, 2, 0, 0))
    steps.add_column(style="dim", no_wrap=True)
    steps.add_column(no_wrap=True, overflow="ignore")
    name, release = shlex.quote(str(config)), shlex.quote(_short(report.release))
    commands = (f"discreet explain {name} ID", f"discreet verify {release}", f"discreet report {release} --open")
    for heading, command in zip(("next", "", ""), commands, strict=True):
        steps.add_row(heading, command)
    return steps


def _leak(quality: Quality) -> str:
    """Write how much of a labeled set was not found, and of which types most."""
    labeled = sum(each.labeled for each in quality.types)
    missed = sum(each.leak * each.labeled for each in quality.types) / max(1, labeled)
    worst = [each for each in quality.types if each.leak and each.labeled >= _FEW_LABELS][:_MOST_LEAKS]
    most = _join(f"{each.entity_type} {each.leak:.1%}" for each in worst)
    return f"{missed:.1%} of {labeled:,} labeled spans in {quality.labeled_set}" + (f"; most: {most}" if most else "")


def _largest(spans: Mapping[str, int]) -> str:
    named = _join(f"{name} {number:,}" for name, number in list(spans.items())[:_MOST_TYPES])
    rest = len(spans) - _MOST_TYPES
    return f": {named}" + (f", {rest} more types" if rest > 0 else "") if spans else ""


def _join(parts: Iterable[str]) -> str:
    # A type and its number stay on one line.
    return ", ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)


def _input(counts: SourceCounts) -> int:
    if counts.input is not None:
        return counts.input
    return counts.kept + sum(counts.dropped.values()) + sum(counts.quarantined.values())


def _short(path: str) -> str:
    """Write a path as it is found from the current directory, where that is shorter."""
    relative = os.path.relpath(path) if Path(path).is_absolute() else path
    return min(relative, path, key=len)
