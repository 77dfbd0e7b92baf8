"""The group of commands: it lists them all, loads the one that runs, and turns whatever it raises into one line."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

import click
import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group, get_install_completion_arguments

from pipelines.cli.shared.broken_pipe import discard_output, has_lost_its_reader
from pipelines.cli.shared.exit_codes import ExitCode
from pipelines.cli.shared.global_options import global_options, is_debug
from redaction.errors import DiscreetError, ProgramError, ResourceError


@dataclass(frozen=True, slots=True)
class ListedCommand:
    """One command: its heading in the list, the module that holds it, its line in the list, and examples."""

    panel: str
    module: str
    line: str
    examples: tuple[str, ...] = ()


class LazyGroup(TyperGroup):
    """Lists commands, and imports the module of the one that runs."""

    def __init__(self, name: str, listed: Mapping[str, ListedCommand], help_text: str) -> None:
        """Take the commands in the order in which they are listed."""
        super().__init__(
            name=name,
            commands={each: _stub(each, command) for each, command in listed.items()},
            params=[_version_option(), *global_options(), *get_install_completion_arguments()],
            no_args_is_help=True,
            suggest_commands=False,  # Click suggests by itself
            help=help_text,
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        self._listed = listed

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Replace the listed command by the real one."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, self.load(str(listed.name)) if listed else None, rest

    def load(self, name: str) -> click.Command:
        """Import a command."""
        listed = self._listed[name]
        command = getattr(import_module(listed.module), name.replace("-", "_"))
        if isinstance(command, typer.Typer):
            loaded: click.Command = get_group(command)
        else:
            single = typer.Typer(add_completion=False)
            single.command(name)(command)
            loaded = get_command(single)
        if listed.examples:
            loaded.epilog = examples(*listed.examples)
        return _with_global_options(loaded)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. Whatever it raises is one line on standard error, without a value, and an exit code."""
        problem: BaseException
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            from pipelines.cli.terminal import inert  # noqa: PLC0415 - needed only here

            raise click.UsageError(inert(error.format_message()), error.ctx) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt as error:
            line, code, problem = (
                _interrupted(ctx),
                ExitCode.INTERRUPTED,
                error,
            )
        except DiscreetError as error:
            line, code, problem = str(error), ExitCode.MISTAKE, error
            if isinstance(error, ProgramError):
                line, code = _defect(error), ExitCode.DEFECT
            elif isinstance(error, ResourceError):
                line, code = f"{error}{_unfinished(ctx)}", ExitCode.REFUSED
            elif len(error.findings) > 1:
                from pipelines.cli.findings import print_findings  # noqa: PLC0415 - needed only here

                print_findings(error.findings, line.partition(": ")[0])
        except BaseException as error:  # noqa: BLE001 - a message or a traceback may hold a text
            from redaction.execution.failures import failure_of  # noqa: PLC0415 - needed only here

            if has_lost_its_reader(error):
                discard_output()
                raise click.exceptions.Exit(ExitCode.READER_LEFT) from None
            line, code, problem = str(refused := failure_of(error)), ExitCode.REFUSED, error
            if isinstance(refused, ProgramError):
                line, code = _defect(refused), ExitCode.DEFECT
            line += _unfinished(ctx) if code is ExitCode.REFUSED else ""
        from pipelines.cli.terminal import say_lines  # noqa: PLC0415 - needed only here

        if is_debug():
            say_lines(_trace(problem).rstrip(), error=True)
        say_lines(f"discreet: {line}", error=True)
        raise click.exceptions.Exit(code)


def examples(*lines: str) -> str:
    """Write examples for the end of a command's help."""
    return "\n\n".join(["Examples:", *lines])


def _stub(name: str, listed: ListedCommand) -> click.Command:
    return TyperCommand(name, help=listed.line, rich_help_panel=listed.panel)


def _with_global_options(command: click.Command) -> click.Command:
    """Add the options of all commands, and leave out of the help what its docstring has for readers of the code."""
    command.params += global_options()
    command.help = (command.help or "").partition("\n\nRaises:")[0]
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _with_global_options(each)
    return command


def _version_option() -> click.Parameter:
    def show(context: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            from redaction import __version__  # noqa: PLC0415 - needed only here

            typer.echo(f"discreet {__version__}")
            context.exit()

    return click.Option(
        ["--version"], is_flag=True, expose_value=False, is_eager=True, help="Print the version.", callback=show
    )


_UNFINISHED: Final = {"build": "; nothing was published", "takedown": "; what was begun is not complete"}
_AGAIN: Final = {"build": "; run the command again", "takedown": "; run the command again, which ends it"}
"""What follows where a command was stopped on its way, and what to do."""


def _unfinished(context: click.Context) -> str:
    return _UNFINISHED.get(context.invoked_subcommand or "", "")


def _interrupted(context: click.Context) -> str:
    return f"interrupted{_unfinished(context)}{_AGAIN.get(context.invoked_subcommand or '', '')}"


def _defect(problem: ProgramError) -> str:
    """Describe a defect of the program, and write its traceback, without values, into the logs of the corpus."""
    from redaction.execution.failures import write_trace  # noqa: PLC0415 - needed only here

    log = problem.log or write_trace(problem.trace, _logs())
    return f"{problem}; its traceback, without values: {log}" if log else str(problem)


def _trace(error: BaseException) -> str:
    """Return the traceback of an error without values; that of a step in Dagster is in its log."""
    from redaction.execution.failures import trace_of  # noqa: PLC0415 - needed only here

    if isinstance(error, ProgramError) and error.log is not None and error.log.is_file():
        return error.log.read_text("utf-8")
    return trace_of(error)


def _logs() -> Path | None:
    """Find the folder of the logs of the corpus whose config the command line names, if it names one."""
    from redaction.config import load_config  # noqa: PLC0415 - needed only here
    from redaction.state import CorpusPaths  # noqa: PLC0415 - needed only here

    for argument in sys.argv[1:]:
        if argument == "sample" or argument.endswith((".yaml", ".yml")):
            try:
                return CorpusPaths.of(load_config(argument)).logs
            except Exception:  # noqa: BLE001, S112 - not the config of a run, or what failed is its reading
                continue
    return None
