"""`discreet policy`: read a policy, and see what another one would change, before anyone adopts it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.table import Table

from pipelines.cli.shared.lazy_group import examples
from pipelines.cli.shared.reports import PolicyDiffReport, PolicyReport, rows_of
from pipelines.cli.terminal import console, say, say_json, visible
from redaction.builds import instant_of
from redaction.config import load_config, load_policy
from redaction.operations import compare_policies
from redaction.rights import policy_notes, policy_table, source_drift

policy = typer.Typer(
    no_args_is_help=True,
    suggest_commands=False,  # Click suggests by itself
    help="Check a policy, or compare two.",
)


_CHECKS = (
    "discreet policy check linkedin-2024-09",
    "discreet policy check mine/policy.yaml --source notice=saved/notice.md",
)


@policy.command(epilog=examples(*_CHECKS))
def check(
    file: Annotated[Path, typer.Argument(help="A policy's YAML file, or the id of a shipped one.", show_default=False)],
    source: Annotated[
        list[str] | None,
        typer.Option(help="NAME=FILE: compare the saved document FILE with the digest of the source NAME; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the policy as one JSON object.")] = False,
) -> None:
    """Validate a policy and print it as a table. Exits with 1 if a saved source differs from the one that was read."""
    loaded = load_policy(file)
    notes = policy_notes(loaded, now := datetime.now(UTC), now.date())
    drifted = [each for given in source or () if (each := source_drift(loaded, *_named_file(given))) is not None]
    if as_json:
        settings = dict(policy_table(loaded))
        say_json(PolicyReport(policy=loaded.policy_id, settings=settings, notes=notes, drifted=tuple(drifted)))
    else:
        table = Table("key", "value", title=visible(loaded.policy_id))
        for key, value in policy_table(loaded):
            table.add_row(visible(key), visible(value))
        console().print(table)
        for note in (*notes, *drifted):
            console().print(visible(note))
    if drifted:
        raise typer.Exit(1)


def _named_file(given: str) -> tuple[str, Path]:
    name, _, path = given.partition("=")
    if not path:
        raise typer.BadParameter(f"{given}: give NAME=FILE, the source's name in the policy and the saved document")
    return name, Path(path)


@policy.command(epilog=examples("discreet policy diff linkedin-2024-09 opt-in --config mine.yaml"))
def diff(
    before: Annotated[Path, typer.Argument(help="The policy in force.", show_default=False)],
    after: Annotated[Path, typer.Argument(help="The policy to compare it with.", show_default=False)],
    config: Annotated[Path, typer.Option("--config", help="The run whose inputs are judged.")],
    as_of: Annotated[str | None, typer.Option(help="The instant for the first policy; the config's if absent.")] = None,
    as_of_after: Annotated[str | None, typer.Option(help="The instant for the second; the first's if absent.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as one JSON object.")] = False,
) -> None:
    """Show, in counts by reason, what another policy or another instant would change."""
    settings = load_config(config)
    first = instant_of(as_of) if as_of or not settings.as_of else settings.as_of
    second: datetime = instant_of(as_of_after) if as_of_after else first
    comparison = compare_policies(settings, str(before), str(after), (first, second))
    if as_json:
        report = PolicyDiffReport(
            before=str(before),
            after=str(after),
            as_of=first.isoformat(),
            as_of_after=second.isoformat(),
            counts=rows_of(comparison.counts),
            moves=rows_of(comparison.moves),
        )
        say_json(report)
        return
    say(comparison.sentence(str(before), str(after)))
    console().print(_counts("records by reason", comparison.counts))
    console().print(_counts("moves", comparison.moves))


def _counts(title: str, frame: pl.DataFrame) -> Table:
    table = Table(*frame.columns, title=title)
    for row in frame.iter_rows():
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    return table
