"""A published version never changes, and neither does its private state: a takedown finds its records there."""

import polars as pl

from redaction.release import Release, parse_version
from redaction.release.takedown import Tombstones
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.plan import Plan, PlanError
from redaction.state.private_tables import DECISIONS
from redaction.state.stores.prune_log import pruned


def is_rebuild(plan: Plan, release: Release, rules: tuple[str, str]) -> bool:
    """Whether a plan repeats the build of an active release, with identical inputs, config, code, rules and instant."""
    manifest = release.manifest
    return (
        release.superseded is None
        and manifest.takedown is None
        and manifest.as_of == plan.as_of
        and plan.made(manifest)
        and plan.unread == manifest.unread_files
        and (manifest.digests.policy, manifest.digests.regions) == rules
    )


def check_version(paths: CorpusPaths, plan: Plan, rules: tuple[str, str], stones: Tombstones) -> None:
    """Raise PlanError where the version is published and would change, is superseded, or holds withdrawn records."""
    if parse_version(plan.version) not in paths.registry.versions():
        if any(entry.version == plan.version and entry.manifest for entry in pruned(paths)):
            raise PlanError(f"{plan.corpus} {plan.version}: was published, and pruned; choose another version")
        return
    release = paths.registry.release(plan.version)
    published = f"{plan.corpus} {plan.version}: is published"
    if release.superseded is not None:
        raise PlanError(f"{published} and superseded by {release.superseded.use}; choose another version")
    if not is_rebuild(plan, release, rules):
        raise PlanError(
            f"{published}, from other inputs, config, code or as_of; a release never changes, so choose another version"
        )
    links = _links(paths.build(plan.version))
    if links is not None and stones.covers(links).any():
        raise PlanError(f"{published}, and records of it were withdrawn since; run discreet takedown first")


def published_records(paths: CorpusPaths, plan: Plan) -> frozenset[str] | None:
    """Return the ids of the records published under the plan's version; None where it is unpublished or unknown."""
    if parse_version(plan.version) not in paths.registry.versions():
        return None
    links = _links(paths.build(plan.version))
    return None if links is None else frozenset(links["record_id"])


def _links(folder: BuildFolder) -> pl.DataFrame | None:
    """Return source, source_id and record_id of each published record."""
    path, columns = folder.file(DECISIONS), ["source", "source_id", "record_id"]
    if not path.is_file():
        return None
    return pl.scan_parquet(path, glob=False).select(columns).drop_nulls("record_id").collect()
