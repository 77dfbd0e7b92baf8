"""The statistics of the staged bytes, for the card and the manifest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from redaction.release.files.corpus_schema import DATA, MANIFEST
from redaction.release.files.folder import walk
from redaction.release.files.row_keys import RECORD, count_by
from redaction.release.manifest import FileEntry
from redaction.storage import row_groups, sha256_file

_COLUMNS = ["record_id", "source", "field", "kind", "language", "text", "month", "entity_counts"]


@dataclass(frozen=True, slots=True)
class ReleaseStatistics:
    """Counts of rows by field, kind and language; of records by source; of replaced spans by entity type."""

    rows: int
    characters: int
    records: dict[str, int]
    fields: dict[str, int]
    kinds: dict[str, int]
    languages: dict[str, int]
    entities: dict[str, int]
    first_month: str | None
    last_month: str | None


def measure_release(folder: Path) -> ReleaseStatistics:
    """Measure the shards below a release folder. Raises the error of Polars or pyarrow if one cannot be read."""
    shards = sorted((folder / DATA).glob("*.parquet"))
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("field", "kind", "language", "entity_type")}
    total, characters, months = 0, 0, set[str]()
    records: dict[str, list[npt.NDArray[np.uint64]]] = {}
    for rows in row_groups(shards, _COLUMNS):
        total += rows.height
        for (source,), group in rows.select("source", RECORD).group_by("source"):
            records.setdefault(str(source), []).append(group["record"].to_numpy())
        characters += int(rows["text"].str.len_chars().sum())
        months.update(rows["month"].drop_nulls().unique())
        entities = rows.select(pl.col("entity_counts").explode(empty_as_null=False)).unnest("entity_counts")
        counts["entity_type"].update(count_by(entities, "entity_type", pl.col("count").cast(pl.Int64).sum()))
        for name in ("field", "kind", "language"):
            counts[name].update(count_by(rows, name))
    return ReleaseStatistics(
        rows=total,
        characters=characters,
        records={source: np.unique(np.concatenate(parts)).size for source, parts in sorted(records.items())},
        fields=dict(sorted(counts["field"].items())),
        kinds=dict(sorted(counts["kind"].items())),
        languages=dict(sorted(counts["language"].items())),
        entities=dict(sorted(counts["entity_type"].items())),
        first_month=min(months, default=None),
        last_month=max(months, default=None),
    )


def describe_files(folder: Path, known: Sequence[FileEntry] = ()) -> tuple[FileEntry, ...]:
    """Describe every file of a release except the manifest, sorted by path; those in `known` are not read again."""
    entries = {entry.path: entry for entry in known}
    for path in sorted(set(walk(folder)) - {MANIFEST} - entries.keys()):
        file = folder / path
        rows = pq.ParquetFile(file).metadata.num_rows if path.endswith(".parquet") else None
        entries[path] = FileEntry(path=path, sha256=sha256_file(file), bytes=file.stat().st_size, rows=rows)
    return tuple(entries[path] for path in sorted(entries))
