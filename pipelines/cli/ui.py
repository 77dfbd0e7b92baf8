"""`discreet ui`: Dagster's web interface on a config."""

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.terminal import say_command
from pipelines.instance import dagster_instance
from pipelines.web import listen, serve
from redaction.config import CONFIG_VARIABLE, config_from_environment, load_config
from redaction.state import CorpusPaths


def ui(
    config: Annotated[
        Path | None, typer.Argument(help="The config to serve; the sample's by default.", show_default=False)
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on this machine; 0 for any free one.")] = 3000,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only show: launch nothing, switch no schedule or sensor.")
    ] = False,
    environment: Annotated[
        bool,
        typer.Option(
            "--environment",
            help="Start nothing: print what to export so that dg, dagster and dagster-daemon use this config, its runs "
            "and the shipped settings.",
        ),
    ] = False,
) -> None:
    """Open Dagster's web interface on a config. It shows assets, runs, partitions and checks, to this machine alone."""
    path = config or config_from_environment()
    settings = load_config(path)
    if environment:
        with dagster_instance(settings) as instance:
            say_command(f"export DAGSTER_HOME={shlex.quote(instance.root_directory)}")
        say_command(f"export {CONFIG_VARIABLE}={shlex.quote(_named(path))}")
        return
    with listen(port) as listening:
        say_command(f"open http://127.0.0.1:{listening.getsockname()[1]}")
        os.environ[CONFIG_VARIABLE] = _named(path)
        with dagster_instance(settings) as instance:
            os.chdir(settings.root)
            serve(instance, CorpusPaths.of(settings), listening, read_only=read_only)


def _named(config: Path) -> str:
    """Return the absolute path of a config, or the name of a shipped one."""
    return str(config.resolve() if config.is_file() else config)
