"""`discreet answer`: the package that a member can be given."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.shared.done import PackagesReport
from pipelines.cli.terminal import say, say_command, say_json
from redaction.builds import instant_of
from redaction.config import load_config
from redaction.operations.requests import LANGUAGES, answer_member
from redaction.operations.requests.answer import Written

Language = Annotated[str, typer.Option(help=f"The language of the letter: {', '.join(LANGUAGES)}.")]


def packages_report(written: Written, folder: Path | None = None) -> PackagesReport:
    """Report what was written: one package with its verdict, or how many are in a folder."""
    only = written.packages == 1
    return PackagesReport(
        packages=written.packages,
        certificates=written.certificates,
        written=str(written.last if only or folder is None else folder),
        verdict=written.answer.verdict.value if only else None,
        readable=written.answer.readable if only else None,
    )


def answer(
    config: ConfigFile,
    subject_id: Annotated[str, typer.Argument(help="The member, by id.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write into.", show_default=False)],
    language: Language = "en",
    as_of: Annotated[str | None, typer.Option(help="Rights as of then; now, if absent.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the package that a member can be given, as a folder and a zip. It is for that member alone.

    It holds a letter in plain words, the redacted texts that can be read in releases, every decision with rule and
    time, removals, and the member's choices as consent receipts. Its name says nothing about the member.
    """
    written = answer_member(load_config(config), subject_id, instant_of(as_of), output, language)
    if as_json:
        say_json(packages_report(written))
        return
    say(f"verdict: {written.answer.verdict.value.replace('_', ' ')}, {written.answer.readable:,} records readable")
    say_command(written.last)
