"""`discreet register`, `acknowledge`, `notices`: who holds a copy, what they did, and the chain of notices."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ReleaseText, release_path
from pipelines.cli.shared.done import AcknowledgedReport, DescendantReport
from pipelines.cli.terminal import say, say_json
from redaction.config import ConfigError
from redaction.release.takedown import (
    Acknowledgement,
    Descendant,
    DescendantKind,
    Response,
    read_chain,
    unanswered,
)
from redaction.release.takedown import acknowledge as record_answer
from redaction.release.takedown import register as record_descendant
from redaction.storage import StorageError, is_file, list_names
from redaction.wording import counted


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
            say_json(notice, indent=None)
            continue
        affected = ", ".join(
            f"{a.version} ({counted(len({r.record_id for r in a.records}), 'record')})" for a in notice.releases
        )
        say(f"{notice.takedown_id} of {notice.effective_at:%Y-%m-%d}, until {notice.deadline:%Y-%m-%d}")
        what = "expired: " if notice.scope == "releases" else "removed from "
        use = notice.replacement or "no release"
        say(f"  {what}{affected}; use {use}; signed by {notice.public_key}")
    if as_json:
        return
    for takedown_id, descendant in unanswered(corpus, chain):
        say(f"not acknowledged: {takedown_id} {descendant.descendant_id} {descendant.kind} at {descendant.uri}")
    say(f"{counted(len(chain), 'notice')}, an unbroken chain" if chain else "no notice")


def register(
    release: ReleaseText,
    kind: Annotated[DescendantKind, typer.Option("--as", help="What was made from the release.")],
    uri: Annotated[str, typer.Option("--at", help="Where it is.")],
    parent: Annotated[str | None, typer.Option(help="The id of the descendant that it was made from.")] = None,
    as_json: AsJson = False,
) -> None:
    """Register a copy or product of a release, so that takedowns name it. Prints its id."""
    folder = release_path(release)
    descendant = Descendant(version=folder.name, kind=kind, uri=uri, registered_at=datetime.now(UTC), parent=parent)
    made = record_descendant(folder.parent, descendant)
    if as_json:
        say_json(DescendantReport(descendant=made))
    else:
        say(made)


def acknowledge(
    release: ReleaseText,
    takedown_id: Annotated[str, typer.Argument(help="The takedown, as 000001.", show_default=False)],
    descendant: Annotated[str, typer.Argument(help="The descendant's id.", show_default=False)],
    response: Annotated[Response, typer.Option(help="What was done.")],
    as_json: AsJson = False,
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
    if as_json:
        say_json(AcknowledgedReport(takedown=takedown_id, descendant=descendant, response=response.value))
    else:
        say(f"{takedown_id} {descendant}: {response}")
