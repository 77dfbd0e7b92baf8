"""Are the staged rows those that were decided, all of them, and in the agreed form?"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction.release.keys import RECORD_ID_BYTES, RecordKey
from redaction.release.manifest import SourceCounts
from redaction.release.schema import CORPUS_SCHEMA

KEEP, DROP, QUARANTINE = "keep", "drop", "quarantine"


def rows_without_right(rows: pl.LazyFrame, decisions: pl.DataFrame, key: RecordKey) -> int:
    """How many staged records have no decision to keep them.

    The ids are made afresh from `source` and `source_id` of the decisions, not taken from the build.
    """
    return _ids(rows).join(kept_ids(decisions, key).lazy(), on=["source", "record_id"], how="anti").collect().height


def kept_without_row(rows: pl.LazyFrame, decisions: pl.DataFrame, key: RecordKey) -> int:
    """How many records were decided to be kept and have no row."""
    return kept_ids(decisions, key).lazy().join(_ids(rows), on=["source", "record_id"], how="anti").collect().height


def kept_ids(decisions: pl.DataFrame, key: RecordKey) -> pl.DataFrame:
    """`source` and `record_id` of every record that the decisions keep."""
    kept = decisions.filter(pl.col("decision") == KEEP)
    parts = [
        part.select("source", record_id=key.record_ids(str(source), part["source_id"]))
        for (source,), part in kept.group_by("source", maintain_order=True)
    ]
    empty = pl.DataFrame(schema={"source": pl.String, "record_id": pl.String})
    return pl.concat([empty, *parts])


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
    rows = pl.scan_parquet(paths)
    id_form = rf"^[0-9a-f]{{{2 * RECORD_ID_BYTES}}}$"
    good = (
        pl.col("record_id").str.contains(id_form)
        & pl.col("month").fill_null("2000-01").str.contains(r"^\d{4}-(0[1-9]|1[0-2])$")
        & pl.col("release").is_in(list(versions))
        & pl.col("source").is_in(["posts", "profiles"])
        & (pl.col("text").str.strip_chars().str.len_bytes() > 0)
        & ~pl.any_horizontal(pl.all().exclude("month", "entity_counts").is_null())
    )
    broken = rows.select((~good).sum()).collect().item()
    twice = rows.select(pl.struct("record_id", "field").is_duplicated().sum()).collect().item()
    return int(broken + twice)


def _ids(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.select("source", "record_id").unique()


def _flat(source: str, counts: SourceCounts) -> list[tuple[tuple[str, str, str], int]]:
    return [
        ((source, KEEP, ""), counts.kept),
        *(((source, DROP, reason), n) for reason, n in counts.dropped.items()),
        *(((source, QUARANTINE, reason), n) for reason, n in counts.quarantined.items()),
    ]
