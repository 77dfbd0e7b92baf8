"""The code location of a config whose sensors look every second, at files that are complete after two."""

import dagster as dg

from pipelines.assets import build_assets
from pipelines.automation import BUILD
from pipelines.partitions import partitions_definition
from pipelines.resources import CorpusResource, NoValues
from pipelines.sensors import build_after_new_files
from redaction.config import config_from_environment, load_config

SETTLE_SECONDS = 2


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions: those of a build, and the sensor."""
    path = config_from_environment()
    config = load_config(path)
    return dg.Definitions(
        assets=build_assets(config),
        jobs=[BUILD],
        sensors=[
            build_after_new_files(path, partitions_definition(config.partitions), SETTLE_SECONDS, interval_seconds=1)
        ],
        resources={"corpus_resource": CorpusResource(config_path=str(path)), "io_manager": NoValues()},
        executor=dg.in_process_executor,
    )
