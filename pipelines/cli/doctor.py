"""`discreet doctor`: is everything in place for the next build?"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.shared.global_options import is_quiet
from pipelines.cli.terminal import say, say_json
from redaction.operations.doctor import Condition, State, examine
from redaction.wording import counted

_STYLES = {State.OK: "", State.WARNING: "yellow", State.PROBLEM: "red"}


def doctor(
    config: Annotated[
        Path | None, typer.Argument(help="The config of a corpus; without one, the installation alone.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
) -> None:
    """Check the installation, and what the next build of a corpus needs. Exit code 1 if something must be corrected."""
    report = examine(config)
    if as_json:
        say_json(report)
        raise typer.Exit(int(not report.ok))
    for condition in report.conditions:
        if condition.state is State.PROBLEM or not is_quiet():
            _print(condition)
    problems = sum(condition.state is State.PROBLEM for condition in report.conditions)
    if not is_quiet():
        say(f"{counted(problems, 'problem')} to correct" if problems else "Nothing must be corrected.")
    raise typer.Exit(int(not report.ok))


def _print(condition: Condition) -> None:
    fix = f"; {condition.correction}" if condition.correction else ""
    line = f"{condition.state:<8} {condition.name:<10} {condition.found}{fix}"
    # A quiet run, such as a nightly one, says on standard error what is wrong.
    say(line, indent=20, style=_STYLES[condition.state], error=is_quiet())
