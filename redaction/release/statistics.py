"""The statistics of the staged bytes, for the card and the manifest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from redaction.release.claims import CLAIMS
from redaction.release.files.corpus_schema import DATA, MANIFEST, SUMS
from redaction.release.files.folder import walk
from redaction.release.files.row_keys import RECORD, count_by
from redaction.release.manifest import FileEntry
from redaction.storage import row_groups, sha256_file

SHORT: Final = 20
"""Texts of fewer characters count as short."""

_EXAMPLES: Final = 3
_ROWS: Final = ""
_EXAMPLE: Final = pl.Schema(dict.fromkeys(["record_id", "kind", "field", "language", "text"], pl.String))
_COLUMNS = ["record_id", "source", "field", "kind", "language", "text", "month", "entity_counts"]


@dataclass(frozen=True, slots=True)
class MonthStatistics:
    """The texts of one month: how many, and their replaced spans by entity type."""

    rows: int
    entities: dict[str, int]


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One redacted text of the release, as an example."""

    kind: str
    field: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class ReleaseStatistics:
    """Counts of rows by field, kind and language; of records by source; of replaced spans by entity type.

    `repeated` are the rows whose text an earlier row has too; `short` those of fewer than `SHORT` characters.
    """

    rows: int
    characters: int
    records: dict[str, int]
    fields: dict[str, int]
    kinds: dict[str, int]
    languages: dict[str, int]
    entities: dict[str, int]
    first_month: str | None
    last_month: str | None
    months: dict[str, MonthStatistics] = field(default_factory=dict)
    repeated: int = 0
    short: int = 0
    examples: tuple[ExampleRow, ...] = ()


def measure_release(folder: Path) -> ReleaseStatistics:
    """Measure the shards below a release folder. Raises the error of Polars or pyarrow if one cannot be read."""
    shards = sorted((folder / DATA).glob("*.parquet"))
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("field", "kind", "language", "entity_type")}
    total, characters, short = 0, 0, 0
    months: dict[str, Counter[str]] = {}
    records: dict[str, list[npt.NDArray[np.uint64]]] = {}
    hashes, candidates = [np.empty(0, np.uint64)], [pl.DataFrame(schema=_EXAMPLE)]
    for rows in row_groups(shards, _COLUMNS):
        total += rows.height
        for (source,), group in rows.select("source", RECORD).group_by("source"):
            records.setdefault(str(source), []).append(group["record"].to_numpy())
        lengths = rows["text"].str.len_chars()
        characters += int(lengths.sum())
        short += int((lengths < SHORT).sum())
        hashes.append(rows["text"].hash().to_numpy())
        candidates.append(_example_candidates(rows))
        entities = rows.select("month", "entity_counts").explode("entity_counts").drop_nulls("entity_counts")
        entities = entities.unnest("entity_counts")
        for month, entity_type, number in _by_month(rows, entities):
            months.setdefault(month, Counter())[entity_type] += number
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
        months={
            month: MonthStatistics(found.pop(_ROWS, 0), dict(sorted(found.items())))
            for month, found in sorted(months.items())
        },
        repeated=total - np.unique(np.concatenate(hashes)).size,
        short=short,
        examples=_examples(pl.concat(candidates)),
    )


def _by_month(rows: pl.DataFrame, entities: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Return month, entity type and number of spans; and for each month, under `_ROWS`, its number of rows."""
    dated = pl.col("month").is_not_null()
    spans = entities.filter(dated).group_by("month", "entity_type").agg(pl.col("count").cast(pl.Int64).sum())
    texts = rows.filter(dated).group_by("month").agg(pl.len().cast(pl.Int64))
    return [*spans.iter_rows(), *((month, _ROWS, number) for month, number in texts.iter_rows())]


def _example_candidates(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the first texts, by record id, that have replaced spans and can be read at a glance."""
    length, claims = pl.col("text").str.len_chars(), pl.col("text").str.contains(f"(?i){CLAIMS.pattern}")
    readable = length.is_between(60, 400) & (pl.col("entity_counts").list.len() > 1) & ~claims
    return rows.lazy().filter(readable).sort("record_id", "field").head(_EXAMPLES).select(_EXAMPLE.names()).collect()


def _examples(candidates: pl.DataFrame) -> tuple[ExampleRow, ...]:
    chosen = candidates.sort("record_id", "field").unique("text", keep="first", maintain_order=True).head(_EXAMPLES)
    return tuple(ExampleRow(**row) for row in chosen.drop("record_id").iter_rows(named=True))


def describe_files(folder: Path, known: Sequence[FileEntry] = ()) -> tuple[FileEntry, ...]:
    """Describe every file of a release but manifest and sums, sorted by path; those in `known` are not read again."""
    entries = {entry.path: entry for entry in known}
    for path in sorted(set(walk(folder)) - {MANIFEST, SUMS} - entries.keys()):
        file = folder / path
        rows = pq.ParquetFile(file).metadata.num_rows if path.endswith(".parquet") else None
        entries[path] = FileEntry(path=path, sha256=sha256_file(file), bytes=file.stat().st_size, rows=rows)
    return tuple(entries[path] for path in sorted(entries))
