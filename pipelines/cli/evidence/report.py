"""`discreet report`: what a release holds, what it left out, and how good it is, on one page to read and to sign."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ReleaseText, release_path
from pipelines.cli.shared.done import FileReport
from pipelines.cli.terminal import say, say_command, say_json
from redaction.errors import DiscreetError
from redaction.operations.report import present_report
from redaction.release.files.corpus_schema import REPORT
from redaction.storage import StoragePath, write_atomic


class ReportError(DiscreetError):
    """A report that is not written as asked."""


def report(
    release: ReleaseText,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The HTML file to write.", show_default=False)
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    private: Annotated[
        Path | None,
        typer.Option(
            metavar="CONFIG",
            help="Add texts before and after, by the config of the corpus, and write into its private state.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a release as one HTML page, with its present state. It is current, superseded or withdrawn.

    Every release has its report within it, as it was published (report.html). This command draws it again. The private
    report quotes raw texts; the next build or takedown removes it.

    Raises:
        ReportError: A private report is to be written elsewhere.
    """
    if private and output:
        raise ReportError("--output: a private report is written into the state only; leave one of the two options out")
    path = _private(private, release_path(release)) if private else output or Path(REPORT)
    if not private:
        write_atomic(path, present_report(release_path(release)).encode())
    if show and not webbrowser.open(path.resolve().as_uri()):
        say("no browser was found; open the file yourself", error=True)
    if as_json:
        say_json(FileReport(file=str(path)))
    else:
        say_command(path)


def _private(config: Path, folder: StoragePath) -> Path:
    from redaction.config import load_config  # noqa: PLC0415 - needed only here
    from redaction.operations.private_report import write_private_report  # noqa: PLC0415 - needed only here

    return write_private_report(load_config(config), folder)
