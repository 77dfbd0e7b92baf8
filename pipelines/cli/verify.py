"""`discreet verify`: has anything in this release changed, and is it still current?"""

from typing import Annotated

import typer
from rich.console import Console

from pipelines.cli.arguments import ReleaseText, release_path
from pipelines.cli.terminal import counted
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
    """Check hashes, counts and schema of a release, offline. Exit code 1 and a line for each problem if any differs."""
    report = verify_beside_notices(release_path(release), public_key)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for problem in report.problems:
        console.print(problem)
    if report.problems:
        raise typer.Exit(1)
    mark = report.superseded
    console.print(f"{release}: whole; {counted(report.files, 'file')}, {counted(report.rows, 'row')}")
    if mark is not None:
        done = "withdrawn, its rows were removed" if mark.withdrawn else "superseded"
        console.print(f"{release}: {done}; takedown {mark.takedown}, use {mark.replacement}")
        raise typer.Exit(int(current))
