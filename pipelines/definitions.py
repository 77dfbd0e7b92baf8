"""What Dagster loads: the definitions of the config that `DISCREET_CONFIG` names, or of the sample."""

from pathlib import Path

import dagster as dg

from pipelines.assets import build_assets
from pipelines.automation import BUILD, OPEN_BUILD, REDACT_AFTER_DECISIONS, nightly
from pipelines.partitions import partitions_definition
from pipelines.resources import CorpusResource, NoValues
from pipelines.sensors import build_after_new_files, build_after_rights_change
from redaction.config import config_from_environment, load_config


def build_defs(config_path: Path) -> dg.Definitions:
    """Define assets, jobs, schedule and sensors for one config. Raises DiscreetError if it cannot be run."""
    config = load_config(config_path)
    partitions = partitions_definition(config.partitions)
    return dg.Definitions(
        assets=build_assets(config),
        jobs=[BUILD, OPEN_BUILD],
        schedules=[nightly(partitions)],
        sensors=[
            REDACT_AFTER_DECISIONS,
            build_after_new_files(config_path, partitions),
            build_after_rights_change(config_path, partitions),
        ],
        resources={"corpus_resource": CorpusResource(config_path=str(config_path)), "io_manager": NoValues()},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Return the entry point of the code location."""
    return build_defs(config_from_environment())
