"""`discreet diff`: what differs between two releases, and why?"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ReleaseText, release_path
from pipelines.cli.terminal import say_json, say_lines
from redaction.config import load_config
from redaction.operations import compare_releases
from redaction.release import release_at


def diff(
    before: ReleaseText,
    after: ReleaseText,
    config: Annotated[
        Path | None,
        typer.Option(help="The config of their builds, for the reasons; needed where they have keys of their own."),
    ] = None,
    as_json: AsJson = False,
    each: Annotated[
        bool, typer.Option("--records", help="List every record that differs, by its id in each release.")
    ] = False,
) -> None:
    """Compare two releases: what differs, and why. In counts by reason, or by record.

    With --config the reasons are those of the private decisions, and the numbers exact: the answer is then private.
    """
    old, new = (release_at(release_path(text)) for text in (before, after))
    report = compare_releases(old, new, load_config(config) if config else None, each=each)
    if as_json:
        say_json(report)
    else:
        say_lines(report.to_text())
