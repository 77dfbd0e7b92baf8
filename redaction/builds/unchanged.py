"""Would a build give what the newest release has? Then an unattended one need not make a new version of the same.

Inputs, config, code, rules, detector and operators are compared by their digests. Time passes as well: an age, a window
or an event with a delay may change a decision although no file has changed. So the rights are decided as of the new
instant, and compared with those that the release was built from.

A takedown erases rows from what is stored of a build, and the ledger that it followed is not the one of the build. So
after one, the rights tables may differ, as long as every other decision is the same, and what was removed stays out.
"""

import polars as pl

from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import open_inputs
from redaction.builds.open import draft_plan
from redaction.builds.republish import is_rebuild
from redaction.config import Config
from redaction.detection import Detector
from redaction.release import Digests, Release
from redaction.release.registry import original_version
from redaction.release.takedown import Tombstones
from redaction.replacement import Replacer
from redaction.rights import KEEP
from redaction.state.keys import master_key
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.plan import Plan, PlanError, stored_plan
from redaction.state.private_tables import RIGHTS
from redaction.storage import file_size, is_file
from redaction.tables import TableName

_RECORD = ["source", "source_id"]
_DECISION = [*_RECORD, "decision", "reason"]
_LEDGER = (TableName.rights_events.value, TableName.region_signals.value, TableName.signals_of_others.value)
"""The tables that a takedown follows. All that they may change in a release is a decision."""


def unchanged_release(config: Config, as_of: str | None = None) -> Release | None:
    """Find the release that a build would repeat.

    Args:
        config: The config of the run.
        as_of: The instant at which rights are evaluated, in ISO 8601; by default the config's, or now.

    Returns:
        The newest release, if a build would decide every record as that did, for the same reason, except those that a
        takedown removed; otherwise None: there is no release, a file of it is missing, or something has changed.

    Raises:
        DiscreetError: The inputs, the rules or the key cannot be used.
    """
    paths = CorpusPaths.of(config)
    release = paths.registry.newest()
    if release is None or not _is_complete(release):
        return None
    inputs, stones = open_inputs(config), Tombstones.load(paths.tombstones, master_key(config), config.corpus)
    plan, folder = draft_plan(config, inputs, as_of, stones), paths.build(str(original_version(release)))
    if not _is_made_of(plan, release, folder) or not _detects_alike(config, release.manifest.digests):
        return None
    if plan.as_of == release.manifest.as_of and release.manifest.takedown is None:
        return release
    if plan.as_of < release.manifest.as_of or not folder.file(RIGHTS).is_file():
        return None
    with scratch_index(config, inputs) as index:
        decided = decide_inputs(config, inputs, index, plan.as_of, master_key(config)).records
    return release if _decides_alike(decided, folder, stones) else None


def _is_made_of(plan: Plan, release: Release, folder: BuildFolder) -> bool:
    """Whether a release was made of these inputs, config, code and rules; after a takedown, the ledger may differ."""
    if release.manifest.takedown is None:
        return is_rebuild(plan.model_copy(update={"as_of": release.manifest.as_of}), release, plan.rules)
    try:
        made = stored_plan(folder.path)
    except PlanError:
        return False
    return _without_ledger(plan) == _without_ledger(made)


def _decides_alike(decided: pl.DataFrame, folder: BuildFolder, stones: Tombstones) -> bool:
    """Whether decisions are those of a build, but for what a takedown removed or erased, which stays out."""
    stored = pl.scan_parquet(folder.file(RIGHTS), glob=False).select(_DECISION)
    other = decided.lazy().select(_DECISION).join(stored, on=_DECISION, how="anti", nulls_equal=True)
    gone = stored.join(decided.lazy(), on=_RECORD, how="anti", nulls_equal=True)
    found, vanished = pl.collect_all([other, gone.select(pl.len())], engine="streaming")
    if vanished.item() or (found["decision"] == KEEP).any():
        return False
    # The inputs are the same, so a record of which no decision is stored was erased.
    known = found.lazy().join(stored, on=_RECORD, how="semi", nulls_equal=True).collect()
    return bool(stones.covers(known).all())


def _is_complete(release: Release) -> bool:
    files = ((release.folder / entry.path, entry.bytes) for entry in release.manifest.files)
    return all(is_file(path) and file_size(path) == size for path, size in files)


def _detects_alike(config: Config, digests: Digests) -> bool:
    """Whether the detector and the operators are those of a release; a release of which none ran names none."""
    if digests.recognizers and digests.recognizers != Detector.from_settings(config.detection).fingerprint:
        return False
    return not digests.operators or digests.operators == Replacer(config.replacement).fingerprint


def _without_ledger(plan: Plan) -> dict[str, object]:
    """Return what a plan reads and follows, but for the rights tables, the instant, and the version."""
    files = {name: digest for name, digest in plan.inputs.items() if name not in _LEDGER}
    snapshots = {name: snapshot for name, snapshot in plan.snapshots.items() if name not in _LEDGER}
    unread = {name: each for name, each in plan.unread.items() if name not in _LEDGER}
    return {
        "config": plan.config,
        "code": plan.code,
        "rules": plan.rules,
        "inputs": files,
        "snapshots": snapshots,
        "unread": unread,
    }
