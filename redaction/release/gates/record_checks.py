"""Checks of the staged rows against the decisions, the published counts and the corpus schema."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from redaction.release.build_facts import CANARY_SOURCE
from redaction.release.counts import WITHHELD, SourceCounts
from redaction.release.files.corpus_schema import CORPUS_SCHEMA
from redaction.release.files.row_keys import RECORD, row_keys
from redaction.release.identity.record_keys import RECORD_ID_BYTES, RecordKey
from redaction.storage import row_groups

KEEP = "keep"
_OUTCOMES = {"drop": "dropped", "quarantine": "quarantined"}
_BLOCK_ROWS = 20_000


def count_unmatched(
    keys: pl.DataFrame, decisions: Iterable[pl.DataFrame], key: RecordKey, canaries: Iterable[str] = ()
) -> tuple[int, int]:
    """Compare the staged records (`keys` as `RECORD`) with the decisions.

    Returns:
        How many are staged without a decision to keep them, and how many are kept without a row. The canaries with the
        given record ids have no decision, and must be there too.
    """
    placed = pl.DataFrame({"record_id": pl.Series(list(canaries), dtype=pl.String)})
    extra = placed.select(pl.lit(CANARY_SOURCE).alias("source"), "record_id").select(RECORD).to_series().to_numpy()
    staged, kept = np.unique(keys["record"].to_numpy()), np.union1d(_kept_keys(decisions, key), extra)
    without_right = np.setdiff1d(staged, kept, assume_unique=True).size
    return without_right, np.setdiff1d(kept, staged, assume_unique=True).size


def _kept_keys(decisions: Iterable[pl.DataFrame], key: RecordKey) -> npt.NDArray[np.uint64]:
    """Compute the sorted keys of all records that the decisions keep, from their ids, not from those of the build."""
    parts = [
        rows.select("source", record_id=key.ids_of(rows)).select(RECORD).to_series().to_numpy()
        for block in decisions
        for rows in block.filter(pl.col("decision") == KEEP).iter_slices(_BLOCK_ROWS)
    ]
    return np.unique(np.concatenate([np.zeros(0, np.uint64), *parts]))


def count_difference(decisions: Iterable[pl.DataFrame], sources: dict[str, SourceCounts]) -> int:
    """Count by how many records decisions and manifest differ; each withheld reason must have a record."""
    decided: dict[str, dict[str, int]] = {source: {} for source in sources}
    for block in decisions:
        for source, decision, reason, count in block.group_by("source", "decision", "reason").len().iter_rows():
            counts = decided.setdefault(source, {})
            name = KEEP if decision == KEEP else f"{_OUTCOMES[decision]}/{reason}"
            counts[name] = counts.get(name, 0) + count
    return sum(
        _difference(counts, sources[source]) if source in sources else sum(counts.values())
        for source, counts in decided.items()
    )


def count_small_counts(sources: dict[str, SourceCounts], smallest: int) -> int:
    """Count the published numbers of dropped or quarantined records that are below the smallest allowed."""
    return sum(
        sum(count < smallest for count in [*counts.dropped.values(), *counts.quarantined.values()])
        # a sum over one withheld reason would publish that reason's number
        + (len(counts.withheld) == 1 and counts.input is not None)
        for counts in sources.values()
    )


def _difference(decided: dict[str, int], published: SourceCounts) -> int:
    withheld = {name: decided.get(name, 0) for name in published.withheld}
    counts = {KEEP: published.kept, **published.by_reason}
    names = (decided.keys() | counts.keys()) - withheld.keys()
    difference = sum(abs(decided.get(name, 0) - counts.get(name, 0)) for name in names)
    difference += sum(not count for count in withheld.values())
    if published.input is not None:
        difference += abs(sum(withheld.values()) - published.dropped.get(WITHHELD, 0))
    return difference


def count_schema_violations(shards: Iterable[Path], versions: Sequence[str]) -> int:
    """Count the shards with another schema, or, where there are none, the invalid and repeated rows."""
    paths = list(shards)
    if wrong := count_other_schemas(paths):
        return wrong
    invalid = sum(count_invalid_rows(rows, versions) for rows in row_groups(paths))
    return invalid + count_repeated_rows(row_keys(paths))


def count_other_schemas(shards: Iterable[Path]) -> int:
    """Count the shards whose schema is not the corpus schema."""
    return sum(not pq.read_schema(path).equals(CORPUS_SCHEMA) for path in shards)


def count_invalid_rows(rows: pl.DataFrame, versions: Sequence[str]) -> int:
    """Count the rows with a value that the column's type allows and the corpus does not."""
    id_format = rf"^[0-9a-f]{{{2 * RECORD_ID_BYTES}}}$"
    valid = (
        pl.col("record_id").str.contains(id_format)
        & pl.col("month").fill_null("2000-01").str.contains(r"^\d{4}-(0[1-9]|1[0-2])$")
        & pl.col("release").is_in(versions)
        & pl.col("source").is_in(["posts", "profiles"])
        & (pl.col("text").str.strip_chars().str.len_bytes() > 0)
        & ~pl.any_horizontal(pl.all().exclude("month", "entity_counts").is_null())
    )
    return int(rows.select((~valid).sum()).item())


def count_repeated_rows(keys: pl.DataFrame) -> int:
    """Count the rows whose `row` key, that is record and field, is there more than once."""
    return keys.height - keys["row"].n_unique()


def digest_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a digest of the rows (`record_id`, `field`, `text`) of each record: `record_id`, `digest`."""
    hashed = rows.select("record_id", pl.struct("record_id", "field", "text").hash(3).alias("digest"))
    return hashed.group_by("record_id", maintain_order=True).agg(pl.col("digest").sum())


def sum_digests(digests: Iterable[int]) -> int:
    """Add digests; the sum depends on no order."""
    return sum(digests) & 0xFFFF_FFFF_FFFF_FFFF
