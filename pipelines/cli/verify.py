"""`discreet verify`: has anything in this release changed, and is it still current?"""

from typing import Annotated

import typer
from rich.console import Console

from pipelines.cli.places import ReleaseText, release_place
from redaction.release.takedown import verify_beside_notices


def verify(
    release: ReleaseText,
    public_key: Annotated[
        str | None, typer.Option(help="The key that must have signed takedowns: 64 hex digits.", show_default=False)
    ] = None,
    current: Annotated[
        bool, typer.Option("--current", help="Fail where a takedown has superseded the release, too.")
    ] = False,
) -> None:
    """Check a release offline, and whether a takedown superseded it. Exit code 1 if anything differs."""
    report = verify_beside_notices(release_place(release), public_key)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for problem in report.problems:
        console.print(problem)
    if report.problems:
        raise typer.Exit(1)
    mark = report.superseded
    console.print(f"{release}: whole; {report.files} files, {report.rows} rows")
    if mark is not None:
        done = "withdrawn, its rows are gone" if mark.withdrawn else "superseded"
        console.print(f"{release}: {done}; takedown {mark.takedown}, use {mark.replacement}")
        raise typer.Exit(int(current))
