"""The `discreet` command."""

import sys

import typer
from rich.console import Console

from pipelines.cli.build import build
from pipelines.cli.evaluate import evaluate
from pipelines.cli.explain import explain
from pipelines.cli.key import new_key
from pipelines.cli.policy import policy
from pipelines.cli.redact import redact
from pipelines.cli.takedown import acknowledge, notices, register, takedown
from pipelines.cli.trace import diff, trace
from pipelines.cli.ui import ui
from pipelines.cli.verify import verify
from redaction.errors import DiscreetError

_app = typer.Typer(
    name="discreet",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Posts and profiles in; a filtered, redacted training corpus out, with the proof beside it.",
)
for _command in (
    build,
    verify,
    explain,
    trace,
    diff,
    takedown,
    register,
    acknowledge,
    notices,
    redact,
    evaluate,
    new_key,
    ui,
):
    _app.command()(_command)


_app.add_typer(policy, name="policy")


def app() -> None:
    """Runs the command line. A mistake of the user's is one line on standard error and exit code 1."""
    try:
        _app()
    except DiscreetError as error:
        Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(f"discreet: {error}")
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - a message or a traceback may hold a text
        Console(stderr=True, markup=False).print(f"discreet: stopped by {type(error).__name__}; this is a defect")
        sys.exit(70)
