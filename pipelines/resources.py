"""What the assets are given: the config of the run, and with it the inputs, the plan and the key."""

from functools import cached_property
from pathlib import Path

import dagster as dg

from redaction.builds import Build, Inputs, open_inputs
from redaction.config import Config, load_config


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

    def build(self) -> Build:
        """The build that is open, with all that its steps need."""
        return Build.open(self.config)
