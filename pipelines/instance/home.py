"""Where the runs are recorded, and with which settings."""

import os
from importlib.resources import files
from pathlib import Path
from typing import Final

import dagster as dg

from redaction.config import Config

SETTINGS: Final = "dagster.yaml"


def dagster_instance(config: Config) -> dg.DagsterInstance:
    """Open the instance under `DAGSTER_HOME`, or one in the private state of the config.

    Where it has no settings yet, the shipped ones are written; existing settings are not changed.

    Args:
        config: The config.

    Returns:
        The instance.
    """
    home = Path(os.environ.get("DAGSTER_HOME") or config.root / config.state / ".dagster").resolve()
    home.mkdir(parents=True, exist_ok=True)
    settings = home / SETTINGS
    if not settings.exists():
        settings.write_text(files("pipelines.instance").joinpath(SETTINGS).read_text("utf-8"), "utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return dg.DagsterInstance.from_config(str(home))
