"""`discreet ui`: Dagster's web interface on a config."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.instance import dagster_instance
from redaction.config import CONFIG_VARIABLE, config_from_environment, load_config


def ui(
    config: Annotated[
        Path | None, typer.Argument(help="The config to serve; the sample's by default.", show_default=False)
    ] = None,
    port: Annotated[int, typer.Option(help="The port on this machine.")] = 3000,
) -> None:
    """Open Dagster's web interface on a config. It shows assets, runs, partitions and checks."""
    path = config or config_from_environment()
    settings = load_config(path)
    dagster_instance(settings).dispose()
    os.environ[CONFIG_VARIABLE] = str(path.resolve() if path.is_file() else path)
    os.chdir(settings.root)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "pipelines.definitions", "--port", str(port)]
    os.execv(sys.executable, command)  # noqa: S606 - Dagster replaces this process, and gets its signals
