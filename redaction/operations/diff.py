"""What is in one release and not in another, and why?"""

import polars as pl

from redaction.config import Config, ConfigError
from redaction.release import Release
from redaction.release.history.diff import NOT_KNOWN, PrivateDecisions, diff
from redaction.release.history.diff_report import DiffReport
from redaction.release.registry import original_version
from redaction.release.takedown import Tombstones
from redaction.state.decisions import RECORD, decisions_of_builds
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.state.plan import PlanError, stored_plan
from redaction.state.private_tables import DECISIONS


def compare_releases(before: Release, after: Release, config: Config | None, *, each: bool = False) -> DiffReport:
    """Compare two releases of one corpus.

    Args:
        before: The earlier release.
        after: The later release.
        config: The config of their builds. Needed where each has a key of its own; with it the report is private,
            since its numbers are exact.
        each: Whether to list every record that differs.

    Returns:
        The differences, with reasons.

    Raises:
        ReleaseError: The releases have no id in common, and no config was given.
        ConfigError: The config is that of another corpus.
    """
    if config is None:
        return diff(before, after, each=each)
    for release in (before, after):
        if release.manifest.corpus != config.corpus:
            raise ConfigError(
                f"--config: is of the corpus {config.corpus}, and {release.folder} is of {release.manifest.corpus}; "
                "give the config of their builds"
            )
    master, paths = master_key(config), CorpusPaths.of(config)
    records = decisions_of_builds(paths).select(*RECORD, "subject_id").drop_nulls("source_id").unique().collect()
    stones = Tombstones.load(paths.tombstones, master, config.corpus)
    erased = records.filter(stones.covers(records) | stones.takedowns_of(records["subject_id"]).is_not_null())
    decisions = [_with_erased(_decisions_of(paths, release), erased) for release in (before, after)]
    ids = records.select(RECORD).unique().sort(RECORD)
    return diff(before, after, PrivateDecisions(master, ids, *decisions), each=each)


def _decisions_of(paths: CorpusPaths, release: Release) -> pl.DataFrame | None:
    """Return what the release's build decided, one row a record: of rows with one id, all but one were quarantined.

    None where the state lacks it, or holds only that of another build under the same version.
    """
    folder, manifest = paths.build(original_version(release)), release.manifest
    path = folder.file(DECISIONS)
    try:
        plan = stored_plan(folder.path)
    except PlanError:
        return None
    if not plan.made(manifest) or (manifest.takedown is None and manifest.as_of != plan.as_of) or not path.is_file():
        return None
    rows = pl.read_parquet(path, columns=[*RECORD, "decision", "reason"], glob=False).drop_nulls("source_id")
    first = rows.sort(pl.col("decision") == "quarantine", maintain_order=True)
    return first.unique(RECORD, keep="first", maintain_order=True)


def _with_erased(decisions: pl.DataFrame | None, erased: pl.DataFrame) -> pl.DataFrame | None:
    """Add the records that the state may have erased: that they have no decision says nothing about the inputs."""
    if decisions is None:
        return None
    lost = erased.join(decisions, on=RECORD, how="anti").select(RECORD).unique()
    return pl.concat([decisions, lost.with_columns(decision=pl.lit("drop"), reason=pl.lit(NOT_KNOWN))])
