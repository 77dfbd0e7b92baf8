"""Finding records in a release by their keyed ids, which are computed again with the keys of its rows."""

import polars as pl

from redaction.release.identity.record_keys import derive_release_key
from redaction.release.registry import Registry, Release
from redaction.release.takedown.notice import TakedownNotice, announced_ids
from redaction.storage import scan

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
"""One row per row of a release: `path` is its shard, `row` its number in the shard, from 0."""


def record_ids_in(release: Release, records: pl.DataFrame, master: bytes) -> pl.DataFrame:
    """Compute the ids of records under each key of a release: `source`, `source_id`, `release`, `record_id`."""
    manifest, records = release.manifest, records.select("source", "source_id").unique()
    keys = {v: derive_release_key(master, manifest.corpus, v) for v in (manifest.version, *manifest.keyed_by)}
    return pl.concat([records.with_columns(key.ids_of(records), release=pl.lit(v)) for v, key in keys.items()])


def locate(release: Release, records: pl.DataFrame, master: bytes) -> pl.DataFrame:
    """Find the rows of records (`source`, `source_id`) in a release, as LOCATED, sorted by path and row."""
    wanted = record_ids_in(release, records, master).lazy()
    parts = [
        scan([release.folder / shard.path])
        .select("record_id", "source", "field", "release")
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64), path=pl.lit(shard.path))
        .join(wanted, on=["source", "record_id", "release"], how="inner")
        .select(*LOCATED.names())
        .collect()
        for shard in release.manifest.shards
    ]
    return pl.concat([pl.DataFrame(schema=LOCATED), *parts]).sort("path", "row")


def ids_without_notice(registry: Registry, chain: tuple[TakedownNotice, ...], record_ids: pl.Series) -> pl.Series:
    """Return those record ids that are in a release, and in no notice about that release."""
    wanted = record_ids.unique().to_frame("record_id")
    remaining = [
        release.scan()
        .select("record_id")
        .unique()
        .join(wanted.filter(~pl.col("record_id").is_in(sorted(announced))).lazy(), on="record_id", how="semi")
        .collect()["record_id"]
        for release in (registry.releases() if wanted.height else ())
        if not release.withdrawn
        for announced in [announced_ids(chain, str(release.version))]
    ]
    return pl.concat([wanted["record_id"].clear(), *remaining]).unique()
