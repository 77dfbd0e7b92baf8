"""Opens what a review reads: the last build, the inputs as they are now, and the rights as they are now."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from redaction.builds.context import Build
from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import open_inputs
from redaction.builds.open import instant_of
from redaction.builds.review import ReviewCase
from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.rights import KEEP
from redaction.state import CorpusPaths, Plan
from redaction.state.keys import checked_key
from redaction.state.plan import PlanError, stored_plan
from redaction.state.private_tables import RIGHTS
from redaction.state.stores.review_store import remove_reviewed


class ReviewError(DiscreetError):
    """A review that cannot be done, or a decision that cannot be stored."""


@contextmanager
def open_case(config: Config, *, erase: bool = True) -> Iterator[ReviewCase]:
    """Decide the rights of all records now, and remove from the review what may no longer be used.

    Args:
        config: The config of the run.
        erase: Whether to remove it; otherwise nothing is written, and it is only left out.

    Yields:
        What the review reads.

    Raises:
        ReviewError: There is no build.
        DiscreetError: The inputs, the rules or the key cannot be used.
    """
    paths = CorpusPaths.of(config)
    master, plan, inputs = checked_key(config), _last_plan(paths), open_inputs(config)
    moment = instant_of(config.as_of.isoformat() if config.as_of else None)
    with scratch_index(config, inputs) as index:
        records = decide_inputs(config, inputs, index, moment, master).records.select("source", "source_id", "decision")
        if erase:
            remove_reviewed(paths, records.filter(pl.col("decision") != KEEP))
        eligible = records.filter(pl.col("decision") == KEEP).select("source", "source_id")
        yield ReviewCase(Build(config, plan, inputs, master), index, eligible)


def _last_plan(paths: CorpusPaths) -> Plan:
    for folder in reversed(paths.builds()):
        if folder.file(RIGHTS).is_file():
            try:
                return stored_plan(folder.path)
            except PlanError:
                continue
    raise ReviewError(f"{paths.corpus}: no build is in the state, so there is nothing to review; run discreet build")
