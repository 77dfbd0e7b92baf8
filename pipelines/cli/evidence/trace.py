"""`discreet trace`: in which releases is a subject, and is it gone?"""

import shlex
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.terminal import say, say_command, say_json
from redaction.builds import instant_of
from redaction.config import ConfigError, load_settings
from redaction.operations import trace_subject
from redaction.release.history.trace_report import TraceReport, Verdict
from redaction.wording import counted, listed


def trace(
    config: ConfigFile,
    subject_id: Annotated[str, typer.Argument(help="The subject, by id.", show_default=False)],
    every: Annotated[bool, typer.Option("--all", help="List each record, and where it is in each release.")] = False,
    as_json: AsJson = False,
    as_of: Annotated[str | None, typer.Option(help="Rights as of then; now, if absent.")] = None,
) -> None:
    """List the releases that hold a subject, and why others do not. The answer names shards, and is private."""
    settings = load_settings(config)
    report = trace_subject(settings, subject_id, instant_of(as_of))
    if as_json:
        say_json(report)
    else:
        _print(report, f"discreet takedown {shlex.quote(str(config))} --withdraw", every=every)
    if report.unread:
        problem = (
            f"trace: {listed(report.unread)} could not be read, so the answer is by the rest; correct it, and repeat"
        )
        raise ConfigError(problem)
    if report.verdict is Verdict.UNKNOWN:
        raise ConfigError("unknown: nothing has this id; check it: trace takes the id of a member, not of a post")


def _print(report: TraceReport, command: str, *, every: bool) -> None:
    whole = [report.subject_id, *(record.source_id for record in report.records)]
    say(report.answer, whole=whole, style="bold")
    if report.must_go and not report.rights_unknown:
        say_command(f"Next: {command}")
    if report.open_answers:
        due = min(answer.due for answer in report.open_answers)
        number = len(report.open_answers)
        say(f"{counted(number, 'descendant')} {'has' if number == 1 else 'have'} not answered. Due {due:%Y-%m-%d}.")
    for line in report.lines(every=every):
        say(line, whole=whole, indent=2)
    if every:
        for answer in report.open_answers:
            say(f"not acknowledged: {answer.takedown} {answer.descendant_id} {answer.kind} at {answer.uri}", indent=2)
    elif report.records:
        say("--all lists each record.")
