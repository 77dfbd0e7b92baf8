"""What Dagster loads: the definitions of the config that `DISCREET_CONFIG` names, or of the sample."""

from pathlib import Path

import dagster as dg

from pipelines.assets import build_assets
from pipelines.automation import FOLLOWING, NIGHTLY, OPENING
from pipelines.resources import Run
from redaction.config import config_from_environment, load_config


def build_defs(config_path: Path) -> dg.Definitions:
    """The definitions for one config.

    Raises:
        DiscreetError: the config cannot be run; one line says what to mend.
    """
    return dg.Definitions(
        assets=build_assets(load_config(config_path)),
        jobs=[OPENING],
        schedules=[NIGHTLY],
        sensors=[FOLLOWING],
        resources={"run": Run(config_path=str(config_path))},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The entry point of the code location."""
    return build_defs(config_from_environment())
