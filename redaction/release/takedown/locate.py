"""Where do records lie in a release? Answered from ids made afresh under the keys of its rows."""

from collections.abc import Iterable

import polars as pl

from redaction.release.identity.record_keys import derive_release_key
from redaction.release.registry import Registry, Release
from redaction.release.takedown.notice import TakedownNotice, announced_ids
from redaction.storage import StoragePath, scan

LOCATED = pl.Schema(
    {
        "source": pl.String,
        "source_id": pl.String,
        "record_id": pl.String,
        "path": pl.String,
        "row": pl.Int64,
        "field": pl.String,
    }
)
"""One row for each row of a release that was asked for."""


def record_ids_in(release: Release, records: pl.DataFrame, master: bytes) -> pl.DataFrame:
    """`source`, `source_id`, `release`, `record_id` of records, under each key that rows of the release may have."""
    manifest = release.manifest
    parts = [
        part.select(
            "source",
            "source_id",
            pl.lit(version).alias("release"),
            derive_release_key(master, manifest.corpus, version).record_ids(str(source), part["source_id"]),
        )
        for version in (manifest.version, *manifest.keyed_by)
        for (source,), part in records.select("source", "source_id").unique().group_by("source")
    ]
    schema = {"source": pl.String, "source_id": pl.String, "release": pl.String, "record_id": pl.String}
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def locate(release: Release, records: pl.DataFrame, master: bytes) -> pl.DataFrame:
    """The rows of a release that belong to records (`source`, `source_id`), as LOCATED, by path and row."""
    wanted = record_ids_in(release, records, master).lazy()
    parts = [
        rows_of(release.folder, path)
        .join(wanted, on=["source", "record_id", "release"], how="inner")
        .select(*LOCATED.names())
        .collect()
        for path in shard_paths(release)
    ]
    return pl.concat([pl.DataFrame(schema=LOCATED), *parts]).sort("path", "row")


def ids_without_notice(registry: Registry, chain: tuple[TakedownNotice, ...], record_ids: pl.Series) -> pl.Series:
    """Those of some ids that a release still holds though no notice has told its holders that they must go."""
    wanted = record_ids.unique().to_frame("record_id")
    found = [
        scan([release.folder / path for path in shard_paths(release)])
        .select("record_id")
        .unique()
        .join(wanted.filter(~pl.col("record_id").is_in(sorted(told))).lazy(), on="record_id", how="semi")
        .collect()["record_id"]
        for release in (registry.releases() if wanted.height else ())
        if not release.withdrawn
        for told in [announced_ids(chain, str(release.version))]
    ]
    return pl.concat([wanted["record_id"].clear(), *found]).unique()


def rows_of(folder: StoragePath, path: str) -> pl.LazyFrame:
    """The ids of one shard's rows, with their places; no text is read."""
    return (
        scan([folder / path])
        .select("record_id", "source", "field", "release")
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64), pl.lit(path).alias("path"))
    )


def shard_paths(release: Release) -> Iterable[str]:
    """The shards of a release, as its manifest lists them."""
    return [entry.path for entry in release.manifest.files if entry.path.endswith(".parquet")]
