"""The `discreet` command. A command's module is loaded when the command runs, so that `--help` answers at once.

Exit codes: 0 done; 1 a mistake of the user, or a refusal; 2 a wrong command line; 70 a defect of the program; 130
interrupted.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import click
import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from redaction.errors import DiscreetError, ProgramError

_MISTAKE: Final = 1
_DEFECT: Final = 70
_INTERRUPTED: Final = 130

_COMMANDS = {
    "init": ("init", "Write a config and a key for your files."),
    "check": ("check", "Check a run before any work, and show what it would keep."),
    "build": ("build", "Build a release: decide, detect, redact, audit, publish."),
    "verify": ("verify", "Check hashes, counts and schema of a release, offline."),
    "explain": ("explain", "Show why a record was kept or dropped."),
    "trace": ("trace", "List the releases that hold a subject, and why others do not."),
    "diff": ("trace", "Compare two releases: what differs, and why."),
    "takedown": ("takedown", "Remove what the ledger no longer allows, in a new release."),
    "register": ("takedown", "Register a copy or product of a release, so that takedowns name it."),
    "acknowledge": ("takedown", "Record what the holder of a copy or product did about a takedown."),
    "notices": ("takedown", "Check and list the takedown notices of a corpus."),
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
    _app()


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
