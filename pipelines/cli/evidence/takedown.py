"""`discreet takedown`: remove what the ledger no longer allows, in a new release."""

from typing import Annotated
from uuid import uuid4

import typer

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.terminal import can_ask, say, say_command, say_json
from redaction.builds import instant_of
from redaction.config import ConfigError, load_config
from redaction.operations import preview_takedown, settle_superseded, withdraw
from redaction.operations.takedown_answer import NOTHING, TakedownAnswer, TakedownPreview
from redaction.state import CorpusPaths


def takedown(
    config: ConfigFile,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be removed, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    remove: Annotated[
        bool, typer.Option("--withdraw", help="Remove the rows of every superseded release from the output.")
    ] = False,
    since: Annotated[str | None, typer.Option(help="Search this release and later ones only.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Rights as of then; now, if absent.")] = None,
    most_absent: Annotated[
        float, typer.Option(min=0, max=1, help="The share of released records that may be absent, or unknown.")
    ] = 0.2,
    as_json: AsJson = False,
) -> None:
    """Remove what the ledger no longer allows, in a new release. Writes a signed notice, and tombstones.

    Asks before it removes anything. Releases that held such a record are marked as superseded; their rows stay, unless
    --withdraw says otherwise.
    """
    _refuse_unasked(allowed=dry_run or yes, asks=can_ask() and not as_json)
    settings = load_config(config)
    instant = instant_of(as_of)
    if dry_run:
        _print_preview(preview_takedown(settings, instant, since, most_absent), remove_rows=remove, as_json=as_json)
        return
    previews: list[TakedownPreview] = []

    def approve(preview: TakedownPreview) -> None:
        previews.append(preview)
        if not yes:
            _ask(preview, remove_rows=remove)

    outcome = withdraw(settings, instant, uuid4().hex, since, most_absent, approve)
    settled = settle_superseded(settings, remove_rows=remove)
    answer = TakedownAnswer.of(previews[0], outcome, settled, str(CorpusPaths.of(settings).releases))
    if as_json:
        say_json(answer)
        return
    *lines, last = answer.lines()
    for line in lines:
        say(line, indent=2)
    say_command(last)


def _refuse_unasked(*, allowed: bool, asks: bool) -> None:
    """Raise ConfigError where records would be removed without anybody's answer."""
    if not allowed and not asks:
        raise ConfigError(
            "takedown: removes records for good, and cannot ask here; add --yes, or --dry-run to see what it would do"
        )


def _print_preview(preview: TakedownPreview, *, remove_rows: bool, as_json: bool) -> None:
    if as_json:
        say_json(TakedownAnswer(preview=preview, changed=False))
        return
    for line in preview.lines(remove_rows=remove_rows):
        say(line, indent=2)
    say(NOTHING if preview.is_empty and not preview.expired else "dry run: nothing was changed")


def _ask(preview: TakedownPreview, *, remove_rows: bool) -> None:
    """Show what would be removed and ask; raise ConfigError if the answer is no."""
    if preview.is_empty and not preview.expired and not (remove_rows and preview.superseded):
        return
    for line in preview.lines(remove_rows=remove_rows):
        say(line, indent=2)
    if not typer.confirm("Remove them? What was removed never returns."):
        raise ConfigError("takedown: the answer was no; nothing was changed")
