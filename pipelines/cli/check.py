"""`discreet check`: everything that can be known before a build."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import polars as pl
import typer
from rich.table import Table

from pipelines.cli.findings import print_findings
from pipelines.cli.shared.global_options import is_quiet
from pipelines.cli.shared.reports import CheckReport, findings_report, rows_of
from pipelines.cli.terminal import console, say, say_command, say_json, visible
from redaction.builds import open_inputs, reasons_by_size
from redaction.builds.outcomes.reason_help import ReasonHelp
from redaction.config import Config, load_config
from redaction.errors import DiscreetError, findings_of
from redaction.operations import Expected, expect, find_problems, find_unreadable, first_rows
from redaction.rights import KEEP
from redaction.tables import TABLES, TablesError
from redaction.wording import counted

_LONGEST_VALUE = 60
_PLAIN = {"known_before": "known in an earlier release", "near_misses": "near misses"}


def check(
    config: Annotated[
        Path, typer.Argument(help="The YAML file of the run, or sample for the shipped one.", show_default=False)
    ],
    as_of: Annotated[
        str | None, typer.Option(help="Evaluate rights as of this instant, such as 2025-06-30T00:00:00Z.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="The version of the release, to be checked too.")] = None,
    show_rows: Annotated[
        bool, typer.Option("--show-rows", help="Show the first rows where the output is no terminal, too: raw text.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object, without rows.")] = False,
) -> None:
    """Check a run before any work, and show what it would keep. Publishes nothing; exit code 1 if anything is wrong."""
    problems = find_problems(config, as_of, version)
    if as_json:
        _report(config, problems, as_of)
    if problems:
        _stop(config, problems)
    settings = load_config(config)
    try:
        if show_rows or (sys.stdout.isatty() and not is_quiet()):
            _print_rows(settings)
        elif not is_quiet():
            say("The first rows are raw text, so they are shown on a terminal alone; --show-rows shows them here.")
        expected = expect(settings, as_of)
    except TablesError as error:
        _stop(config, find_unreadable(settings) or [error])
    except DiscreetError as error:
        _stop(config, [error])
    if not is_quiet():
        _print_expected(expected)
    if expected.findings:
        print_findings(expected.findings, str(config))
        raise typer.Exit(1)
    options = "".join(f" {name} {shlex.quote(v)}" for name, v in (("--as-of", as_of), ("--version", version)) if v)
    say_command(f"Nothing is wrong. Next: discreet build {shlex.quote(str(config))}{options}")


def _report(config: Path, problems: list[DiscreetError], as_of: str | None) -> NoReturn:
    expected = None
    try:
        expected = None if problems else expect(load_config(config), as_of)
    except TablesError as error:
        problems = list(find_unreadable(load_config(config))) or [error]
    except DiscreetError as error:
        problems = [error]
    findings = expected.findings if expected else findings_of(problems)
    report = CheckReport(
        config=str(config),
        ok=not findings,
        findings=findings_report(findings),
        counts=rows_of(expected.counts) if expected else (),
        reconciliation=rows_of(expected.reconciliation) if expected else (),
    )
    say_json(report)
    raise typer.Exit(int(not report.ok))


def _stop(config: Path, problems: list[DiscreetError]) -> None:
    print_findings(findings_of(problems), str(config))
    raise typer.Exit(1)


def _print_rows(config: Config) -> None:
    inputs = open_inputs(config)
    for name, files in inputs.files.items():
        if not files:
            continue
        rows = first_rows(inputs, name)
        title = f"{name}: {counted(len(files), 'file')}; the first rows as they are read"
        table = Table(title=title, title_justify="left")
        for column in ("column", *(f"row {number + 1}" for number in range(rows.height))):
            table.add_column(column, overflow="fold")
        for column in TABLES[name].schema:
            table.add_row(column, *(visible("" if v is None else v, _LONGEST_VALUE) for v in rows[column].to_list()))
        console().print(table)


def _print_expected(expected: Expected) -> None:
    counts = expected.counts.group_by("source").agg(
        pl.col("records").sum().alias("input"), pl.col("records").filter(pl.col("decision") == KEEP).sum().alias("kept")
    )
    sources = Table("source", "records", "kept by the rules", title="Expected, before any text is analyzed")
    for source, number, kept in counts.sort("source").iter_rows():
        sources.add_row(source, f"{number:,}", f"{kept:,}")
    console().print(sources)
    _print_reasons(expected.counts, counts["source"].sort().to_list())
    columns = (_PLAIN.get(name, name) for name in expected.reconciliation.columns)
    ids = Table(*columns, title="Ids that refer to another table", title_justify="left")
    for join, *numbers in expected.reconciliation.iter_rows():
        ids.add_row(join, *(f"{number:,}" for number in numbers))
    console().print(ids)


def _print_reasons(counts: pl.DataFrame, sources: list[str]) -> None:
    """Print one row for each reason, with its records of each source, the largest first."""
    by_reason: dict[str, tuple[ReasonHelp, dict[str, int]]] = {}
    for source, reason, number, helped in reasons_by_size(counts):
        by_reason.setdefault(reason, (helped, {}))[1][source] = number
    table = Table(title="Why the others are not used", title_justify="left")
    table.add_column("reason", no_wrap=True)
    for source in sources:
        table.add_column(source, justify="right", no_wrap=True)
    table.add_column("what it means, and what to correct if it should not be so", overflow="fold")
    for reason, (helped, records) in sorted(by_reason.items(), key=lambda each: -sum(each[1][1].values())):
        numbers = (f"{records[source]:,}" if source in records else "" for source in sources)
        table.add_row(reason, *numbers, f"{helped.meaning} {helped.mend[0].upper()}{helped.mend[1:]}.")
    console().print(table)
