"""`discreet report`: what a release holds, what it left out, and how good it is, on one page to read and to sign."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import ReleaseText, release_path
from pipelines.cli.terminal import say, say_command
from redaction.operations.report import present_report
from redaction.release.files.corpus_schema import REPORT
from redaction.storage import write_atomic


def report(
    release: ReleaseText,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The HTML file to write.", show_default=False)
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Write the report of a release as one HTML page, with its present state: current, superseded or withdrawn.

    Every release has its report within it, as it was published (report.html). This command draws it again.
    """
    html = present_report(release_path(release))
    path = output or Path(REPORT)
    write_atomic(path, html.encode())
    if show and not webbrowser.open(path.resolve().as_uri()):
        say("no browser was found; open the file yourself", error=True)
    say_command(path)
