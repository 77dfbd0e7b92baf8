"""`discreet takedown`, `register`, `acknowledge`: remove records from releases, and notify holders."""

import json
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer

from pipelines.cli.arguments import ConfigFile, ReleaseText, release_path
from pipelines.cli.terminal import counted
from redaction.builds import instant_of
from redaction.config import ConfigError, load_config
from redaction.operations import settle_superseded, withdraw
from redaction.release.takedown import (
    Acknowledgement,
    Descendant,
    DescendantKind,
    Response,
    SupersededReleases,
    read_chain,
    unanswered,
)
from redaction.release.takedown import acknowledge as record_answer
from redaction.release.takedown import register as record_descendant
from redaction.storage import StorageError, is_file, list_names


def takedown(
    config: ConfigFile,
    since: Annotated[str | None, typer.Option(help="Search this release and later ones only.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Rights as of then; now, if absent.")] = None,
    most_absent: Annotated[
        float, typer.Option(min=0, max=1, help="The share of released records that may be absent, or unknown.")
    ] = 0.2,
    remove: Annotated[
        bool, typer.Option("--withdraw", help="Remove the rows of every superseded release from the output.")
    ] = False,
) -> None:
    """Remove what the ledger no longer allows, in a new release. Writes a signed notice, and tombstones.

    Releases that held such a record are marked as superseded; their rows stay, unless --withdraw says otherwise.
    """
    settings = load_config(config)
    outcome = withdraw(settings, instant_of(as_of), uuid4().hex, since, most_absent)
    settled = settle_superseded(settings, remove_rows=remove)
    if outcome is None:
        typer.echo("nothing to remove: every released record may still be used")
        _print_superseded(settled)
        return
    notice = outcome.notice
    records, releases = counted(outcome.removed, "record"), counted(len(notice.releases), "release")
    typer.echo(f"takedown {notice.takedown_id}: {records}, in {releases}")
    typer.echo(f"from event to removal, seconds: {json.dumps(outcome.seconds_to_removal)}")
    for descendant in notice.descendants:
        typer.echo(f"to acknowledge: {descendant.descendant_id} {descendant.kind} at {descendant.uri}")
    _print_superseded(settled)
    typer.echo(f"notice: {outcome.notice_path}, signed by {notice.public_key}")
    typer.echo(str(outcome.successor) if outcome.successor else "the newest release held none of them, and stays")


def _print_superseded(settled: SupersededReleases) -> None:
    for version in settled.withdrawn:
        typer.echo(f"withdrawn: {version}, its rows were removed from the output")
    for version in settled.remaining:
        typer.echo(f"superseded: {version}, which still holds withdrawn records; --withdraw removes its rows")


def notices(
    folder: Annotated[str, typer.Argument(help="A corpus or a release: its folder or URI.", show_default=False)],
    public_key: Annotated[str | None, typer.Option(help="The key that must have signed: 64 hex digits.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the notices as JSON, one a line.")] = False,
) -> None:
    """Check and list the takedown notices of a corpus. Each must be signed, and name the one before it."""
    path = release_path(folder)
    if not list_names(path):
        raise StorageError(f"{path}: is empty or missing; give the folder of a corpus or of a release")
    corpus = path.parent if is_file(path / "manifest.json") else path
    chain = read_chain(corpus, public_key)
    for notice in chain:
        if as_json:
            typer.echo(notice.model_dump_json())
            continue
        affected = ", ".join(
            f"{a.version} ({counted(len({r.record_id for r in a.records}), 'record')})" for a in notice.releases
        )
        typer.echo(f"{notice.takedown_id} of {notice.effective_at:%Y-%m-%d}, until {notice.deadline:%Y-%m-%d}")
        typer.echo(f"  removed from {affected}; use {notice.replacement}; signed by {notice.public_key}")
    if as_json:
        return
    for takedown_id, descendant in unanswered(corpus, chain):
        typer.echo(f"not acknowledged: {takedown_id} {descendant.descendant_id} {descendant.kind} at {descendant.uri}")
    typer.echo(f"{counted(len(chain), 'notice')}, an unbroken chain" if chain else "no notice")


def register(
    release: ReleaseText,
    kind: Annotated[DescendantKind, typer.Option("--as", help="What was made from the release.")],
    uri: Annotated[str, typer.Option("--at", help="Where it is.")],
    parent: Annotated[str | None, typer.Option(help="The id of the descendant that it was made from.")] = None,
) -> None:
    """Register a copy or product of a release, so that takedowns name it. Prints its id."""
    folder = release_path(release)
    descendant = Descendant(version=folder.name, kind=kind, uri=uri, registered_at=datetime.now(UTC), parent=parent)
    typer.echo(record_descendant(folder.parent, descendant))


def acknowledge(
    release: ReleaseText,
    takedown_id: Annotated[str, typer.Argument(help="The takedown, as 000001.", show_default=False)],
    descendant: Annotated[str, typer.Argument(help="The descendant's id.", show_default=False)],
    response: Annotated[Response, typer.Option(help="What was done.")],
) -> None:
    """Record what the holder of a copy or product did about a takedown."""
    folder = release_path(release).parent
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
