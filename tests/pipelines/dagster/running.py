"""Materialize assets and read what an instance recorded."""

from pathlib import Path

import dagster as dg

from pipelines.definitions import build_defs
from pipelines.partitions import all_partitions

ASSETS = {"source_tables", "decisions", "redacted_posts", "redacted_profiles", "staged_release", "corpus"}


def key(asset: str, corpus: str = "tiny") -> dg.AssetKey:
    return dg.AssetKey([corpus, asset])


def materialize(config: Path, instance: dg.DagsterInstance, *assets: str, partition: str | None = None) -> bool:
    """Materialize some assets in one run: one partition, or all of them."""
    job = build_defs(config).resolve_implicit_global_asset_job_def()
    assert job.partitions_def is not None
    run = job.execute_in_process(
        instance=instance,
        asset_selection=[key(asset) for asset in assets],
        partition_key=partition,
        tags=all_partitions(job.partitions_def) if "redacted_posts" in assets and partition is None else {},
        raise_on_error=False,
    )
    return run.success


def latest(instance: dg.DagsterInstance, asset: dg.AssetKey) -> dg.AssetMaterialization:
    event = instance.get_latest_materialization_event(asset)
    assert event is not None and event.asset_materialization is not None
    return event.asset_materialization


def releases_of(config: Path) -> list[str]:
    return sorted(path.parent.name for path in (config.parent / "out" / "tiny").glob("[0-9]*/manifest.json"))
