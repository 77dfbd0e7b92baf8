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

HEAVY: Final = 3
"""How many of ten words must be replacements for a text to count as heavily redacted."""

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

    `repeated` are the rows whose text an earlier row has too; `short` those of fewer than `SHORT` characters. `words`
    are runs of other characters than white space; `touched` are the rows with a replaced span, `heavy` those with
    `HEAVY` or more for every ten words.
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
    words: int = 0
    touched: int = 0
    heavy: int = 0
    examples: tuple[ExampleRow, ...] = ()


def measure_release(folder: Path, canaries: Sequence[str] = ()) -> ReleaseStatistics:
    """Measure the shards below a release folder. Raises the error of Polars or pyarrow if one cannot be read.

    Args:
        folder: The folder.
        canaries: The record ids of rows that are left out.

    Returns:
        The figures.
    """
    shards = sorted((folder / DATA).glob("*.parquet"))
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("field", "kind", "language", "entity_type")}
    total, characters, short = 0, 0, 0
    redacted: Counter[str] = Counter()
    months: dict[str, Counter[str]] = {}
    records: dict[str, list[npt.NDArray[np.uint64]]] = {}
    hashes, candidates = [np.empty(0, np.uint64)], [pl.DataFrame(schema=_EXAMPLE)]
    for group_rows in row_groups(shards, _COLUMNS):
        rows = group_rows.filter(~pl.col("record_id").is_in(canaries)) if canaries else group_rows
        total += rows.height
        for (source,), group in rows.select("source", RECORD).group_by("source"):
            records.setdefault(str(source), []).append(group["record"].to_numpy())
        lengths = rows["text"].str.len_chars()
        characters += int(lengths.sum())
        short += int((lengths < SHORT).sum())
        redacted.update(_redacted(rows))
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
        words=redacted["words"],
        touched=redacted["touched"],
        heavy=redacted["heavy"],
        examples=_examples(pl.concat(candidates)),
    )


def _redacted(rows: pl.DataFrame) -> dict[str, int]:
    """Count words, rows with replaced spans, and rows with many."""
    words = pl.col("text").str.count_matches(r"\S+")
    spans = pl.col("entity_counts").list.eval(pl.element().struct.field("count")).list.sum()
    counted = rows.select(words=words.cast(pl.Int64), spans=spans.cast(pl.Int64))
    touched, heavy = pl.col("spans") > 0, pl.col("spans") * 10 >= pl.col("words") * HEAVY
    return counted.select(
        pl.col("words").sum(), touched=touched.cast(pl.Int64).sum(), heavy=(touched & heavy).cast(pl.Int64).sum()
    ).row(0, named=True)


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
