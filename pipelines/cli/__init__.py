"""The `discreet` command. A command's module is loaded when the command runs, so that `--help` answers at once.

Exit codes: 0 done; 1 a mistake of the user, or a refusal; 2 a wrong command line; 70 a defect of the program; 130
interrupted; 141 the reader of the output, such as `head`, left.
"""

import os
import select
import sys
from importlib import import_module
from pathlib import Path
from typing import Final, TextIO

import click
import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from redaction.errors import DiscreetError, ProgramError

_MISTAKE: Final = 1
_DEFECT: Final = 70
_INTERRUPTED: Final = 130
_READER_LEFT: Final = 141

_COMMANDS = {
    "init": ("init", "Write a config and a key for your files."),
    "check": ("check", "Check a run before any work, and show what it would keep."),
    "build": ("build", "Build a release: decide, detect, redact, audit, publish."),
    "preview": ("preview", "Try settings on texts of your inputs, on a local page."),
    "verify": ("evidence.verify", "Check hashes, counts and schema of a release, offline."),
    "report": ("evidence.report", "Write the report of a release: one page to read and to sign."),
    "explain": ("evidence.explain", "Show why a record was kept or dropped."),
    "trace": ("evidence.trace", "List the releases that hold a subject, and why others do not."),
    "diff": ("evidence.diff", "Compare two releases: what differs, and why."),
    "takedown": ("evidence.takedown", "Remove what the ledger no longer allows, in a new release."),
    "register": ("evidence.notices", "Register a copy or product of a release, so that takedowns name it."),
    "acknowledge": ("evidence.notices", "Record what the holder of a copy or product did about a takedown."),
    "notices": ("evidence.notices", "Check and list the takedown notices of a corpus."),
    "redact": ("redact", "Redact plain text, or lines of JSON."),
    "evaluate": ("evaluate", "Measure leak, over-redaction, recall and precision on labeled text."),
    "new-key": ("key", "Write a new random key."),
    "ui": ("ui", "Open Dagster's web interface on a config."),
    "policy": ("policy", "Check a policy, or compare two."),
}
"""Each command, the module of this package that holds it, and its line in the list of commands."""


class _LazyGroup(TyperGroup):
    """Lists commands by `_COMMANDS`, and imports the one that runs."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Replace the listed command by the real one."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, _load(str(listed.name)) if listed else None, rest

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. Whatever it raises is one line on standard error, without a value, and an exit code."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            from pipelines.cli.terminal import inert  # noqa: PLC0415 - needed only here

            raise click.UsageError(inert(error.format_message()), error.ctx) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            line, code = "interrupted", _INTERRUPTED
        except ProgramError as error:
            line, code = _defect(error), _DEFECT
        except DiscreetError as error:
            line, code = str(error), _MISTAKE
            if len(error.findings) > 1:
                from pipelines.cli.findings import print_findings  # noqa: PLC0415 - needed only here

                print_findings(error.findings, line.partition(": ")[0])
        except BaseException as error:  # noqa: BLE001 - a message or a traceback may hold a text
            if _has_lost_its_reader(error):
                _discard_output()
                raise click.exceptions.Exit(_READER_LEFT) from None
            line, code = _defect(error), _DEFECT
        from pipelines.cli.terminal import say  # noqa: PLC0415 - needed only here

        say(f"discreet: {line}", error=True)
        raise click.exceptions.Exit(code)


def _load(name: str) -> click.Command:
    module = import_module(f"pipelines.cli.{_COMMANDS[name][0]}")
    command = getattr(module, name.replace("-", "_"))
    if isinstance(command, typer.Typer):
        return get_group(command)
    single = typer.Typer(add_completion=False)
    single.command(name)(command)
    return get_command(single)


_app = _LazyGroup(
    name="discreet",
    commands={name: click.Command(name, help=line) for name, (_, line) in _COMMANDS.items()},
    no_args_is_help=True,
    suggest_commands=False,  # Click suggests by itself
    help="Turn posts and profiles into a training corpus of what may be used, redacted and with evidence.",
)


def app() -> None:
    """Run the command line. A user's mistake is one line on standard error and exit code 1."""
    try:
        try:
            _app()
        finally:
            sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as error:
        if not _has_lost_its_reader(error):
            raise
        _discard_output()
        sys.exit(_READER_LEFT)


def _has_lost_its_reader(error: BaseException) -> bool:
    """Return whether a write failed since nobody reads the output."""
    if isinstance(error, BrokenPipeError):
        return any(map(_is_closed, (sys.stdout, sys.stderr)))
    # Rich and Click turn that error into SystemExit, after they have redirected the output.
    return isinstance(error, SystemExit) and isinstance(error.__context__, BrokenPipeError)


def _is_closed(stream: TextIO) -> bool:
    """Return whether a stream is a pipe that nobody reads: a broken pipe to another process is a defect."""
    try:
        poll = select.poll()
        poll.register(stream.fileno(), 0)
        return any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0))
    except (OSError, ValueError):
        return False


def _discard_output() -> None:
    """Let the streams that nobody reads lead nowhere, so that what is still buffered raises no further error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in filter(_is_closed, (sys.stdout, sys.stderr)):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _defect(error: BaseException) -> str:
    """Describe a defect of the program, and write its traceback, without values, into the logs of the corpus."""
    from redaction.execution.failures import program_error, write_trace  # noqa: PLC0415 - needed only here

    problem = error if isinstance(error, ProgramError) else program_error(error)
    log = problem.log or write_trace(problem.trace, _logs())
    return f"{problem}; its traceback, without values: {log}" if log else str(problem)


def _logs() -> Path | None:
    """Find the folder of the logs of the corpus whose config the command line names, if it names one."""
    from redaction.config import load_config  # noqa: PLC0415 - needed only here
    from redaction.state import CorpusPaths  # noqa: PLC0415

    for argument in sys.argv[1:]:
        if argument == "sample" or argument.endswith((".yaml", ".yml")):
            try:
                return CorpusPaths.of(load_config(argument)).logs
            except Exception:  # noqa: BLE001, S112 - not the config of a run, or what failed is its reading
                continue
    return None
