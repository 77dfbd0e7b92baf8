"""What a staged release holds, measured on its bytes: the figures of the card and of the manifest."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction.release.files import sha256_file, walk
from redaction.release.manifest import FileEntry
from redaction.release.schema import DATA, MANIFEST


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of rows, each by name; `entities` counts replaced spans; months may be null."""

    rows: int
    characters: int
    records: dict[str, int]
    fields: dict[str, int]
    kinds: dict[str, int]
    languages: dict[str, int]
    entities: dict[str, int]
    first_month: str | None
    last_month: str | None


def figures_of(folder: Path) -> Figures:
    """Measures the shards below `folder`, streaming; raises what Polars raises where one cannot be read."""
    rows = pl.scan_parquet(folder / DATA / "*.parquet")
    plain = rows.select(
        rows=pl.len(),
        characters=pl.col("text").str.len_chars().sum(),
        first=pl.col("month").min(),
        last=pl.col("month").max(),
    ).collect(engine="streaming")
    total, characters, first, last = plain.row(0)
    records = rows.group_by("source").agg(pl.col("record_id").n_unique())
    entities = (
        rows.select(pl.col("entity_counts").explode(empty_as_null=False))
        .unnest("entity_counts")
        .group_by("entity_type")
        .agg(pl.col("count").cast(pl.Int64).sum())
    )
    return Figures(
        rows=total,
        characters=characters,
        records=_counted(records),
        fields=_counted(rows.group_by("field").len()),
        kinds=_counted(rows.group_by("kind").len()),
        languages=_counted(rows.group_by("language").len()),
        entities=_counted(entities),
        first_month=first,
        last_month=last,
    )


def file_entries(folder: Path, known: Sequence[FileEntry] = ()) -> tuple[FileEntry, ...]:
    """Every file below `folder` except the manifest, with its hash, size and rows, sorted by path.

    `known` entries are taken as they are, so that shards need not be read twice.
    """
    entries = {entry.path: entry for entry in known}
    for path in sorted(set(walk(folder)) - {MANIFEST} - entries.keys()):
        file = folder / path
        rows = pq.ParquetFile(file).metadata.num_rows if path.endswith(".parquet") else None
        entries[path] = FileEntry(path=path, sha256=sha256_file(file), bytes=file.stat().st_size, rows=rows)
    return tuple(entries[path] for path in sorted(entries))


def _counted(frame: pl.LazyFrame) -> dict[str, int]:
    return dict(sorted(frame.collect(engine="streaming").iter_rows()))
