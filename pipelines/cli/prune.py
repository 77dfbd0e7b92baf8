"""`discreet prune`: make room, without removing what a takedown or a trace needs."""

from typing import Annotated

import typer
from rich.table import Table

from pipelines.cli.arguments import ConfigFile
from pipelines.cli.shared.global_options import is_quiet
from pipelines.cli.terminal import can_ask, console, say, say_json, visible
from redaction.builds import instant_of
from redaction.config import load_config
from redaction.operations.prune import PruneReport, find_prunable
from redaction.operations.prune import prune as remove_old
from redaction.storage.sizes import readable_size


def prune(
    config: ConfigFile,
    keep: Annotated[int, typer.Option(help="How many of the newest releases stay in any case.", show_default=False)],
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove, without a question. Otherwise nothing is removed.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option(help="Rights as of then; now, if absent. A release with denied records stays.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as one JSON object, and ask nothing.")
    ] = False,
) -> None:
    """Remove old releases and private build folders. Lists them, and asks first; elsewhere --yes is needed.

    Never removed are the newest release, releases that a takedown named, those with registered copies, and those with
    records that may no longer be used.
    """
    settings, moment = load_config(config), instant_of(as_of)
    report = remove_old(settings, keep, moment) if yes else find_prunable(settings, keep, moment)
    if as_json:
        say_json(report)
        return
    if not is_quiet():
        _print(report)
    if yes:
        say(f"{readable_size(report.bytes)} removed")
    elif not report.bytes:
        say("Nothing can be removed.")
    elif not can_ask():
        say(f"Nothing was removed. With --yes, {readable_size(report.bytes)} are.")
    elif typer.confirm(f"Remove {readable_size(report.bytes)}?"):
        say(f"{readable_size(remove_old(settings, keep, moment).bytes)} removed")
    else:
        say("Nothing was removed.")


def _print(report: PruneReport) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("version", "what", ""):
        table.add_column(name, no_wrap=True)
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("why")
    for item in report.items:
        style = "yellow" if item.goes else ""
        what, goes = item.what.value, "goes" if item.goes else "stays"
        table.add_row(visible(item.version), what, goes, readable_size(item.bytes), visible(item.why), style=style)
    console().print(table)
