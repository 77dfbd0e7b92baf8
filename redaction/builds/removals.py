"""A release without records that the one before has gets a new MAJOR version, so that its users know to drop them."""

import shutil
from dataclasses import replace

import polars as pl

from redaction.builds.context import Build
from redaction.release import Release, Version, parse_version
from redaction.release.registry import original_version
from redaction.rights import KEEP
from redaction.state.layout import CorpusPaths
from redaction.state.plan import PlanError, open_plan
from redaction.state.private_tables import DECISIONS, RIGHTS

_RECORD = ["source", "source_id"]


def settle_version(build: Build) -> Build:
    """Give the open build a MAJOR version where its decisions remove a record of the release before.

    Args:
        build: The open build, whose rights are decided.

    Returns:
        The same build; or, where the version was not chosen and must be another one, the build under that version, with
        its private folder renamed and its plan stored anew.

    Raises:
        PlanError: The version was chosen, and is no MAJOR one.
    """
    paths, plan, version = build.paths, build.plan, parse_version(build.plan.version)
    before = paths.registry.before(version)
    if before is None or version.major > before.version.major or not _removes_records(build, before):
        return build
    if plan.version_chosen:
        raise PlanError(
            f"{plan.corpus} {version}: records of {before.version} are not in it any more, so it must be a new major "
            f"version; choose {before.version.bump_major()}, or leave --version out"
        )
    return _rename(build, before.version.bump_major())


def _removes_records(build: Build, before: Release) -> bool:
    """Whether a record of a release is not kept now. Where its decisions are unknown, it may be so."""
    held = released_by(build.paths, before)
    if held is None:
        return True
    kept = pl.scan_parquet(build.folder.file(RIGHTS), glob=False).filter(pl.col("decision") == KEEP)
    gone = held.join(kept, on=_RECORD, how="anti")
    return bool(gone.select(pl.len()).collect(engine="streaming").item())


def released_by(paths: CorpusPaths, release: Release) -> pl.LazyFrame | None:
    """Return the records of a release by the decisions of its build: source, source_id; None where there are none.

    Those that a takedown removed are not among them: what linked them to the release was erased.
    """
    decisions = paths.build(str(original_version(release))).file(DECISIONS)
    if not decisions.is_file():
        return None
    return pl.scan_parquet(decisions, glob=False).filter(pl.col("record_id").is_not_null()).select(_RECORD)


def _rename(build: Build, version: Version) -> Build:
    folder = build.paths.build(str(version)).path
    if folder.is_dir():  # of a build that was never published: no release has a version that is higher than the newest
        shutil.rmtree(folder)
    build.folder.path.rename(folder)
    plan = build.plan.model_copy(update={"version": str(version)})
    open_plan(build.paths, plan)
    return replace(build, plan=plan)
