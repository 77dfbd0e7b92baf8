"""Would a build give what the newest release has? Then an unattended one need not make a new version of the same.

Inputs, config, code, rules, detector and operators are compared by their digests. Time passes as well: an age, a window
or an event with a delay may change a decision although no file has changed. So the rights are decided as of the new
instant, and compared with those that the release was built from.
"""

import polars as pl

from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import Inputs, open_inputs
from redaction.builds.open import draft_plan
from redaction.builds.republish import is_rebuild
from redaction.config import Config
from redaction.detection import Detector
from redaction.release import Digests, Release
from redaction.release.takedown import Tombstones
from redaction.replacement import Replacer
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.state.plan import Plan
from redaction.state.private_tables import RIGHTS
from redaction.storage import file_size, is_file

_DECISION = ["source", "source_id", "decision", "reason"]


def unchanged_release(config: Config, as_of: str | None = None) -> Release | None:
    """Find the release that a build would repeat.

    Args:
        config: The config of the run.
        as_of: The instant at which rights are evaluated, in ISO 8601; by default the config's, or now.

    Returns:
        The newest release, if a build would decide every record as that did, for the same reason; otherwise None: there
        is no release, it is the successor of a takedown, a file of it is missing, or something has changed.

    Raises:
        DiscreetError: The inputs, the rules or the key cannot be used.
    """
    paths = CorpusPaths.of(config)
    release = paths.registry.newest()
    if release is None or not _is_complete(release):
        return None
    inputs = open_inputs(config)
    plan = draft_plan(config, inputs, as_of, Tombstones.load(paths.tombstones, master_key(config), config.corpus))
    rights = paths.build(release.version).file(RIGHTS)
    as_before = plan.model_copy(update={"as_of": release.manifest.as_of})
    if not is_rebuild(as_before, release, plan.rules) or not _detects_alike(config, release.manifest.digests):
        return None
    if plan.as_of == release.manifest.as_of:
        return release
    if plan.as_of < release.manifest.as_of or not rights.is_file():
        return None
    return release if _decisions(config, inputs, plan) == _fingerprint(pl.scan_parquet(rights, glob=False)) else None


def _is_complete(release: Release) -> bool:
    files = ((release.folder / entry.path, entry.bytes) for entry in release.manifest.files)
    return all(is_file(path) and file_size(path) == size for path, size in files)


def _detects_alike(config: Config, digests: Digests) -> bool:
    """Whether the detector and the operators are those of a release; a release of which none ran names none."""
    if digests.model and digests.model != Detector.from_settings(config.detection).fingerprint:
        return False
    return not digests.operators or digests.operators == Replacer(config.replacement).fingerprint


def _decisions(config: Config, inputs: Inputs, plan: Plan) -> tuple[int, int]:
    with scratch_index(config, inputs) as index:
        decided = decide_inputs(config, inputs, index, plan.as_of, master_key(config))
    return _fingerprint(decided.records.lazy())


def _fingerprint(decisions: pl.LazyFrame) -> tuple[int, int]:
    """Compute the number of decisions and the sum of their hashes, which do not depend on their order."""
    hashed = decisions.select(pl.struct(_DECISION).hash().alias("hash"))
    return hashed.select(pl.len(), pl.col("hash").sum()).collect(engine="streaming").row(0)
