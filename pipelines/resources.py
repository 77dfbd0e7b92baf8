"""What every asset gets: the corpus of one config file; and the IO manager that stores nothing.

Assets do not pass values to each other. They read and write private files under the state folder, so that raw text is
never pickled into Dagster's storage, and so that the command line and Dagster share one build.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import dagster as dg

from pipelines.instance import hold_run
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
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["CorpusResource"]:
        """Hold the lock of the run as long as its steps run, so that run monitoring knows that its process is alive."""
        if context.instance is None or context.run is None or context.instance.is_ephemeral:
            yield self
        else:
            with hold_run(Path(context.instance.root_directory), context.run.run_id):
                yield self

    def lock(self) -> AbstractContextManager[None]:
        """Wait for the lock of the corpus, and hold it for one step; a step inside `discreet build` gets it at once."""
        return corpus_lock(CorpusPaths.of(self.config), wait=True)

    @contextmanager
    def open_build(self, context: dg.AssetExecutionContext) -> Iterator[Build]:
        """Hold the lock, open the current build, and tag the run with its corpus and version."""
        with self.lock():
            build = Build.open(self.config)
            tag_run(context, build.plan.corpus, build.plan.version)
            yield build


class NoValues(dg.IOManager):
    """Refuses every value that an asset returns, before it is written anywhere."""

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Raise Failure if there is a value: it may contain raw text, so it is not stored."""
        if obj is not None:
            raise dg.Failure("an asset returned a value; write a private file, and return a MaterializeResult")

    def load_input(self, context: dg.InputContext) -> NoReturn:
        """Raise Failure: nothing was stored."""
        raise dg.Failure("an asset asked for a value; declare deps, and read the private file")


def tag_run(context: dg.AssetExecutionContext, corpus: str, version: str) -> None:
    """Tag the run of a step with its corpus and version, so that the UI can filter by them."""
    context.instance.add_run_tags(context.run.run_id, {"discreet/corpus": corpus, "discreet/version": version})
