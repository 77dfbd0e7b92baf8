"""What the assets are given: the config of the run, and with it the inputs, the plan and the key."""

from functools import cached_property
from pathlib import Path

import dagster as dg

from redaction.config import Config, load_config
from redaction.execution import Inputs, Plan, current_plan, open_inputs
from redaction.release import RecordKey, derive_release_key, load_key


class Run(dg.ConfigurableResource[object]):
    """One config file, read when it is first needed; each run of Dagster reads it anew."""

    config_path: str

    @cached_property
    def config(self) -> Config:
        """The checked config."""
        return load_config(Path(self.config_path))

    def inputs(self) -> Inputs:
        """The input files, columns checked."""
        return open_inputs(self.config)

    def plan(self) -> Plan:
        """The build that is open."""
        return current_plan(self.config)

    def key(self, plan: Plan) -> RecordKey:
        """The key of the release that the plan is for."""
        config = self.config
        return derive_release_key(
            load_key(config.key, config.root, [config.root / config.output]), plan.corpus, plan.version
        )
