"""The `discreet` command. A command's module is loaded when the command runs, so that `--help` answers at once."""

import sys
from importlib import import_module

import click
import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from redaction.errors import DiscreetError

_COMMANDS = {
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
        _app()
    except DiscreetError as error:
        typer.echo(f"discreet: {error}", err=True)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - a message or a traceback may hold a text
        typer.echo(f"discreet: stopped by {type(error).__name__}; this is a bug", err=True)
        sys.exit(70)
