"""Are the staged rows those that were decided, all of them, and in the agreed form?"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from redaction.release.counts import TOGETHER, SourceCounts
from redaction.release.files.row_keys import RECORD, row_keys
from redaction.release.files.schema import CORPUS_SCHEMA
from redaction.release.identity.record_keys import RECORD_ID_BYTES, RecordKey
from redaction.storage import row_groups

KEEP = "keep"
_FATES = {"drop": "dropped", "quarantine": "quarantined"}
_BLOCK_ROWS = 20_000


def unmatched(keys: pl.DataFrame, decisions: Iterable[pl.DataFrame], key: RecordKey) -> tuple[int, int]:
    """How many staged records (`record`, their `RECORD` keys) have no decision to keep them, and how many that were
    decided to be kept have no row.

    The ids are made afresh from `source` and `source_id` of the decisions, which come in blocks, not taken from the
    build.
    """
    staged, kept = np.unique(keys["record"].to_numpy()), _kept(decisions, key)
    without_right = np.setdiff1d(staged, kept, assume_unique=True).size
    return without_right, np.setdiff1d(kept, staged, assume_unique=True).size


def _kept(decisions: Iterable[pl.DataFrame], key: RecordKey) -> npt.NDArray[np.uint64]:
    """The keys of all records that the decisions keep, sorted."""
    parts = [
        part.select("source", record_id=key.record_ids(str(source), part["source_id"]))
        .select(RECORD)
        .to_series()
        .to_numpy()
        for block in decisions
        for rows in block.filter(pl.col("decision") == KEEP).select("source", "source_id").iter_slices(_BLOCK_ROWS)
        for (source,), part in rows.group_by("source", maintain_order=True)
    ]
    return np.unique(np.concatenate([np.zeros(0, np.uint64), *parts]))


def uncounted(decisions: Iterable[pl.DataFrame], sources: dict[str, SourceCounts]) -> int:
    """By how many records the counts that the manifest tells and the decisions differ, over sources, fates and reasons.

    What is told together must be the sum of what the decisions say of these reasons, each of which took some record.
    """
    decided: dict[str, dict[str, int]] = {source: {} for source in sources}
    for block in decisions:
        for source, decision, reason, count in block.group_by("source", "decision", "reason").len().iter_rows():
            cells = decided.setdefault(source, {})
            cell = KEEP if decision == KEEP else f"{_FATES[decision]}/{reason}"
            cells[cell] = cells.get(cell, 0) + count
    return sum(
        _differing(cells, sources[source]) if source in sources else sum(cells.values())
        for source, cells in decided.items()
    )


def told_too_small(sources: dict[str, SourceCounts], smallest: int) -> int:
    """How many counts of left out records are told, alone or by the sums, although they are below the smallest."""
    return sum(
        sum(count < smallest for count in [*counts.dropped.values(), *counts.quarantined.values()])
        + (len(counts.told_together) == 1 and counts.input is not None)
        for counts in sources.values()
    )


def _differing(cells: dict[str, int], told: SourceCounts) -> int:
    together = {cell: cells.get(cell, 0) for cell in told.told_together}
    alone = {KEEP: told.kept, **told.cells}
    names = (cells.keys() | alone.keys()) - together.keys()
    difference = sum(abs(cells.get(name, 0) - alone.get(name, 0)) for name in names)
    difference += sum(not count for count in together.values())
    if told.input is not None:
        difference += abs(sum(together.values()) - told.dropped.get(TOGETHER, 0))
    return difference


def misshapen(shards: Iterable[Path], versions: Sequence[str]) -> int:
    """How many shards have another schema, plus how many rows break a rule that a schema cannot tell."""
    paths = list(shards)
    if wrong := other_schemas(paths):
        return wrong
    return sum(broken_rows(rows, versions) for rows in row_groups(paths)) + repeated_rows(row_keys(paths))


def other_schemas(shards: Iterable[Path]) -> int:
    """How many shards have another schema than the corpus."""
    return sum(not pq.read_schema(path).equals(CORPUS_SCHEMA) for path in shards)


def broken_rows(rows: pl.DataFrame, versions: Sequence[str]) -> int:
    """How many rows, of shards of the right schema, break a rule that it cannot tell."""
    id_form = rf"^[0-9a-f]{{{2 * RECORD_ID_BYTES}}}$"
    good = (
        pl.col("record_id").str.contains(id_form)
        & pl.col("month").fill_null("2000-01").str.contains(r"^\d{4}-(0[1-9]|1[0-2])$")
        & pl.col("release").is_in(versions)
        & pl.col("source").is_in(["posts", "profiles"])
        & (pl.col("text").str.strip_chars().str.len_bytes() > 0)
        & ~pl.any_horizontal(pl.all().exclude("month", "entity_counts").is_null())
    )
    return int(rows.select((~good).sum()).item())


def repeated_rows(keys: pl.DataFrame) -> int:
    """How many rows (`row`, their `ROW` keys) tell a field of a record once more."""
    return keys.height - keys["row"].n_unique()
