"""Are the staged rows those that were decided, all of them, and in the agreed form?"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction.places import row_groups
from redaction.release.keys import RECORD_ID_BYTES, RecordKey
from redaction.release.manifest import SourceCounts
from redaction.release.rows import RECORD, row_keys
from redaction.release.schema import CORPUS_SCHEMA

KEEP, DROP, QUARANTINE = "keep", "drop", "quarantine"
_BLOCK_ROWS = 20_000


def rows_without_right(keys: pl.DataFrame, decisions: pl.DataFrame, key: RecordKey) -> int:
    """How many staged records (as `row_keys` gives them) have no decision to keep them.

    The ids are made afresh from `source` and `source_id` of the decisions, not taken from the build.
    """
    return _records(keys).join(_kept(decisions, key), on="record", how="anti").height


def kept_without_row(keys: pl.DataFrame, decisions: pl.DataFrame, key: RecordKey) -> int:
    """How many records were decided to be kept and have no row."""
    return _kept(decisions, key).join(_records(keys), on="record", how="anti").height


def _kept(decisions: pl.DataFrame, key: RecordKey) -> pl.DataFrame:
    """The keys of all records that the decisions keep."""
    kept = decisions.lazy().filter(pl.col("decision") == KEEP).select("source", "source_id").collect()
    parts = [
        part.select("source", record_id=key.record_ids(str(source), part["source_id"])).select(RECORD)
        for block in kept.iter_slices(_BLOCK_ROWS)
        for (source,), part in block.group_by("source", maintain_order=True)
    ]
    return pl.concat([pl.DataFrame(schema={"record": pl.UInt64}), *parts]).unique()


def uncounted(decisions: pl.DataFrame, sources: dict[str, SourceCounts]) -> int:
    """By how many records the counts of the manifest and the decisions differ, over sources, fates and
    reasons.
    """
    decided = {
        (source, decision, "" if decision == KEEP else reason): count
        for source, decision, reason, count in decisions.group_by("source", "decision", "reason").len().iter_rows()
        if decision != KEEP
    } | {
        (source, KEEP, ""): count
        for source, count in decisions.filter(pl.col("decision") == KEEP).group_by("source").len().iter_rows()
    }
    told = {key: count for source, counts in sources.items() for key, count in _flat(source, counts) if count}
    return sum(abs(decided.get(key, 0) - told.get(key, 0)) for key in decided.keys() | told.keys())


def misshapen(shards: Iterable[Path], versions: Iterable[str]) -> int:
    """How many shards have another schema, plus how many rows break a rule that a schema cannot tell."""
    paths = list(shards)
    wrong = sum(not pq.read_schema(path).equals(CORPUS_SCHEMA) for path in paths)
    if wrong or not paths:
        return wrong
    id_form = rf"^[0-9a-f]{{{2 * RECORD_ID_BYTES}}}$"
    good = (
        pl.col("record_id").str.contains(id_form)
        & pl.col("month").fill_null("2000-01").str.contains(r"^\d{4}-(0[1-9]|1[0-2])$")
        & pl.col("release").is_in(list(versions))
        & pl.col("source").is_in(["posts", "profiles"])
        & (pl.col("text").str.strip_chars().str.len_bytes() > 0)
        & ~pl.any_horizontal(pl.all().exclude("month", "entity_counts").is_null())
    )
    broken = sum(int(rows.select((~good).sum()).item()) for rows in row_groups(paths))
    keys = row_keys(paths)["row"]
    return broken + len(keys) - keys.n_unique()


def _records(keys: pl.DataFrame) -> pl.DataFrame:
    return keys.select("record").unique()


def _flat(source: str, counts: SourceCounts) -> list[tuple[tuple[str, str, str], int]]:
    return [
        ((source, KEEP, ""), counts.kept),
        *(((source, DROP, reason), n) for reason, n in counts.dropped.items()),
        *(((source, QUARANTINE, reason), n) for reason, n in counts.quarantined.items()),
    ]
