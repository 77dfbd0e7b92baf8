"""`discreet trace` and `discreet diff`: where is a subject, and what differs between two releases?"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import ConfigFile, ReleaseText, release_path
from redaction.builds import instant_of
from redaction.config import ConfigError, load_config
from redaction.operations import compare_releases, trace_subject
from redaction.release import release_at


def trace(
    config: ConfigFile,
    subject_id: Annotated[str, typer.Argument(help="The subject, by id.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_of: Annotated[str | None, typer.Option(help="Rights as of then; now, if absent.")] = None,
) -> None:
    """List the releases that hold a subject, and why others do not. The answer names shards, and is private."""
    settings = load_config(config)
    report = trace_subject(settings, subject_id, instant_of(as_of))
    typer.echo(report.to_json() if as_json else report.to_text(), nl=as_json)
    if report.unknown:
        raise ConfigError("unknown: no record of this id is known; trace takes the id of a member, not of a post")


def diff(
    before: ReleaseText,
    after: ReleaseText,
    config: Annotated[
        Path | None,
        typer.Option(help="The config of their builds, for the reasons; needed where they have keys of their own."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    each: Annotated[
        bool, typer.Option("--records", help="List every record that differs, by its id in each release.")
    ] = False,
) -> None:
    """Compare two releases: what differs, and why. In counts by reason, or by record.

    With --config the reasons are those of the private decisions, and the numbers exact: the answer is then private.
    """
    old, new = (release_at(release_path(text)) for text in (before, after))
    report = compare_releases(old, new, load_config(config) if config else None, each=each)
    typer.echo(report.model_dump_json(indent=2) if as_json else report.to_text(), nl=as_json)
