"""What every asset gets: the corpus of one config file; and the IO manager that stores nothing.

Assets do not pass values to each other. They read and write private files under the state folder, so that raw text is
never pickled into Dagster's storage, and so that the command line and Dagster share one build.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import dagster as dg

from pipelines.metadata import CORPUS_TAG, VERSION_TAG
from redaction.builds import Build
from redaction.config import Config, load_config
from redaction.state import CorpusPaths, corpus_lock


class CorpusResource(dg.ConfigurableResource[object]):
    """The corpus that one config file describes. Each run reads the file anew."""

    config_path: str

    @cached_property
    def config(self) -> Config:
        """The checked config."""
        return load_config(Path(self.config_path))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of the corpus for one step; wait while another run, a build or a takedown holds it.

        Inside `discreet build`, which holds the lock for all steps, the step gets it at once.
        """
        with corpus_lock(CorpusPaths.of(self.config), wait=True):
            yield

    @contextmanager
    def open_build(self, context: dg.AssetExecutionContext) -> Iterator[Build]:
        """Hold the lock, open the current build, and tag the run with its corpus and version.

        Yields:
            The build.

        Raises:
            PlanError: No build is open, or config, code or inputs have changed since.
            TablesError: An input cannot be read.
            ReleaseKeyError: The key is missing, short, or readable by others.
        """
        with self.lock():
            build = Build.open(self.config)
            tag_run(context, build.plan.corpus, build.plan.version)
            yield build


class NoValues(dg.IOManager):
    """Refuses every value that an asset returns, before it is written anywhere."""

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Fail if there is a value.

        Raises:
            Failure: The asset returned a value. It may contain raw text, so it is not stored.
        """
        if obj is not None:
            raise dg.Failure("an asset returned a value; write a private file, and return a MaterializeResult")

    def load_input(self, context: dg.InputContext) -> NoReturn:
        """Fail: nothing was stored.

        Raises:
            Failure: Always.
        """
        raise dg.Failure("an asset asked for a value; declare deps, and read the private file")


def tag_run(context: dg.AssetExecutionContext, corpus: str, version: str) -> None:
    """Tag the run of a step with its corpus and version, so that the UI can filter by them."""
    context.instance.add_run_tags(context.run.run_id, {CORPUS_TAG: corpus, VERSION_TAG: version})
