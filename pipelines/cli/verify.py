"""`discreet verify`: has anything in this release changed?"""

import typer
from rich.console import Console

from pipelines.cli.places import ReleaseText, release_place
from redaction.release import verify as verify_release


def verify(
    release: ReleaseText,
) -> None:
    """Checks hashes, counts and schema of a release, offline. Exit code 1 where anything differs."""
    report = verify_release(release_place(release))
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for problem in report.problems:
        console.print(problem)
    if report.problems:
        raise typer.Exit(1)
    console.print(f"{release}: whole; {report.files} files, {report.rows} rows")
