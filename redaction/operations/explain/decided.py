"""Finds the release, its build, and what that decided about a record."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from redaction.config import Config
from redaction.release import Release, parse_version
from redaction.release.registry import original_version
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.plan import Plan, PlanError, stored_plan
from redaction.state.private_tables import DECISIONS
from redaction.tables import Source


@dataclass(frozen=True, slots=True)
class Asked:
    """The release that is asked about, if it is published, and the build that made its rows."""

    release: Release | None
    folder: BuildFolder
    plan: Plan

    @property
    def version(self) -> str:
        """The version of the release, or else of the build."""
        return str(self.release.version) if self.release else self.plan.version

    @classmethod
    def of(cls, config: Config, version: str | None) -> "Asked":
        """Find a release, or a build that published none; by default the newest release, or else the newest build."""
        registry = CorpusPaths.of(config).registry
        published = registry.versions()
        wanted = parse_version(version) if version else published[-1] if published else None
        release = registry.release(wanted) if wanted in published and wanted else None
        folder = build_folder(config, str(original_version(release)) if release else version)
        return cls(release, folder, stored_plan(folder.path))

    def rows(self, identifier: str) -> list[dict[str, Any]]:
        """Return the decisions on the rows with an id of the network or of the release, of well-formed rows first."""
        either = (pl.col("source_id") == identifier) | (pl.col("record_id") == identifier)
        rows = pl.scan_parquet(self.folder.file(DECISIONS), glob=False).filter(either).collect()
        return list(rows.sort(pl.col("decision") == "quarantine", "source", maintain_order=True).iter_rows(named=True))

    def posts_of(self, subject: str) -> dict[str, int]:
        """Count the posts of a subject by reason, most first."""
        mine = (pl.col("subject_id") == subject) & (pl.col("source") == Source.posts.value)
        counts = (
            pl.scan_parquet(self.folder.file(DECISIONS), glob=False)
            .filter(mine)
            .group_by("decision", "reason")
            .len()
            .collect()
        )
        ordered = counts.sort("len", "reason", descending=[True, False])
        return {f"{decision} {reason}": number for decision, reason, number in ordered.iter_rows()}


def build_folder(config: Config, version: str | None) -> BuildFolder:
    """Return the folder of a build with decisions, by default the newest. Raises PlanError where there is none."""
    folders = CorpusPaths.of(config).builds()
    builds = {folder.version: folder for folder in folders if folder.file(DECISIONS).is_file()}
    wanted = str(parse_version(version)) if version else next(reversed(builds), None)
    if wanted not in builds:
        raise PlanError(f"{config.corpus}: no build {version or 'at all'} here; run discreet build first")
    return builds[wanted]
