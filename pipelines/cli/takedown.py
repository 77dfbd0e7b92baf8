"""`discreet takedown`, `register`, `acknowledge`: taking a release back, and everyone downstream told."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from pipelines.cli.places import ReleaseText, release_place
from redaction.config import ConfigError, load_config
from redaction.execution import instant_of, withdraw
from redaction.release.takedown import (
    Acknowledgement,
    Descendant,
    DescendantKind,
    Response,
    read_chain,
)
from redaction.release.takedown import acknowledge as record_answer
from redaction.release.takedown import register as record_descendant

ConfigFile = Annotated[Path, typer.Argument(help="The config of the run.", show_default=False)]


def takedown(
    config: ConfigFile,
    since: Annotated[str | None, typer.Option(help="Look at this release and later ones alone.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Rights as of then; now, if absent.")] = None,
    most_absent: Annotated[
        float, typer.Option(min=0, max=1, help="The share of released records that the inputs may have no more.")
    ] = 0.2,
) -> None:
    """Takes back what the ledger no longer allows: a new MAJOR version without it, a signed notice, tombstones."""
    settings = load_config(config)
    outcome = withdraw(settings, instant_of(as_of), uuid4().hex, since, most_absent)
    if outcome is None:
        typer.echo("nothing to take back: every released record may still be used")
        return
    notice = outcome.notice
    typer.echo(f"takedown {notice.takedown_id}: {outcome.removed} records, in {len(notice.releases)} releases")
    typer.echo(f"from event to removal, seconds: {json.dumps(notice.seconds_to_removal)}")
    for descendant in notice.descendants:
        typer.echo(f"to acknowledge: {descendant.descendant_id} {descendant.kind} at {descendant.uri}")
    typer.echo(f"notice: {outcome.notice_path}")
    typer.echo(str(outcome.successor) if outcome.successor else "the newest release held none of them, and stands")


def register(
    release: ReleaseText,
    kind: Annotated[DescendantKind, typer.Option("--as", help="What was made of the release.")],
    uri: Annotated[str, typer.Option("--at", help="Where it is.")],
    parent: Annotated[str | None, typer.Option(help="The id of the descendant that it was made of.")] = None,
) -> None:
    """Registers something made of a release, so that a takedown can name it. Prints its id."""
    folder = release_place(release)
    told = Descendant(version=folder.name, kind=kind, uri=uri, registered_at=datetime.now(UTC), parent=parent)
    typer.echo(record_descendant(folder.parent, told))


def acknowledge(
    release: ReleaseText,
    takedown_id: Annotated[str, typer.Argument(help="The takedown, as 000001.", show_default=False)],
    descendant: Annotated[str, typer.Argument(help="The descendant's id.", show_default=False)],
    response: Annotated[Response, typer.Option(help="What was done.")],
) -> None:
    """Records what the holder of a descendant did about a takedown."""
    folder = release_place(release).parent
    try:
        answer = Acknowledgement(
            takedown_id=takedown_id, descendant_id=descendant, response=response, acknowledged_at=datetime.now(UTC)
        )
    except ValueError:
        raise ConfigError(
            f"{takedown_id} {descendant}: a takedown has six digits, a descendant the 16 that register printed"
        ) from None
    record_answer(folder, read_chain(folder), answer)
    typer.echo(f"{takedown_id} {descendant}: {response}")
