"""Redacts what may be used: one partition of posts, or the profiles, chunk by chunk, part by part."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict

from redaction.config import Config
from redaction.detection import KnownValues
from redaction.execution.build import Build
from redaction.execution.chunks import OUTCOMES, REDACTED, Chunk, Redacted, Tools, redact_chunk
from redaction.execution.findings import STORE
from redaction.execution.inputs import Inputs
from redaction.execution.plan import Workplace, write_whole
from redaction.execution.texts import told_employments
from redaction.execution.workers import run
from redaction.release import RecordKey
from redaction.tables import LOCATOR, TABLES, Source, TableName, read_batches

PROFILES_PARTITION = "profiles"
ROWS = "rows.parquet"
OUTCOMES_FILE = "outcomes.parquet"
_FINDINGS = "findings.parquet"
_DONE = "done.json"
_SO_FAR = "so_far"
_KNOWN = ["user_id", "full_name", "given_name", "family_name", "handle", "vanity_url", "emails", "phones"]
_KNOWN_LISTS = ["experience", "education"]


class PartitionReport(BaseModel):
    """What came of one partition; written last, so that its presence means that the partition is whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: str
    source: str
    partition: str
    detector: str
    replacement: str
    records: int
    rows: int
    words: int
    detected: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class _Work:
    """One partition's records (in input order) and where its results go."""

    source: Source
    partition: str
    records: pl.DataFrame
    folder: Path


def partitions_to_redact(place: Workplace) -> list[tuple[str, int]]:
    """The partitions that hold posts to keep, oldest first, with how many."""
    kept = _kept_posts(place)
    counted = kept.group_by("partition").agg(pl.len()).sort("partition").collect()
    return [(str(key), int(number)) for key, number in counted.iter_rows()]


def redact_posts(build: Build, partition: str) -> PartitionReport:
    """Redacts the kept posts of one partition into its folder in the workplace.

    Raises:
        DiscreetError: an input that changed, a model that is missing, or work that failed. The folder is then not
            marked done.
    """
    place = build.place
    kept = _kept_posts(place).filter(pl.col("partition") == partition)
    parents = _thread_authors(place, kept)
    posts = (
        kept.join(parents, on="post_id", how="left", maintain_order="left")
        .select(
            *LOCATOR,
            pl.col("post_id").alias("source_id"),
            "kind",
            "created_at",
            pl.concat_list("author_id", *(pl.col(c).fill_null([]) for c in ("mentions", "thread"))).alias("subjects"),
        )
        .sort(list(LOCATOR))
        .collect()
    )
    work = _Work(
        Source.posts, partition, _with_ids(posts, Source.posts, build.key), place.partition("posts", partition)
    )
    return _redact(build, work)


def redact_profiles(build: Build) -> PartitionReport:
    """Redacts the kept profiles, as `redact_posts` does posts."""
    place = build.place
    kept = pl.scan_parquet(place.rights).filter(
        (pl.col("source") == Source.profiles.value) & (pl.col("decision") == "keep")
    )
    told = told_employments(build.inputs, kept.select("source_id").collect()["source_id"], build.config.release.gates.k)
    profiles = told.select(
        *LOCATOR,
        pl.col("user_id").alias("source_id"),
        pl.lit("profile").alias("kind"),
        pl.concat_list("user_id").alias("subjects"),
        "experience",
    )
    folder = place.partition("profiles", PROFILES_PARTITION)
    work = _Work(Source.profiles, PROFILES_PARTITION, _with_ids(profiles, Source.profiles, build.key), folder)
    return _redact(build, work)


def read_report(folder: Path) -> PartitionReport | None:
    """The report of a partition that is whole, None where there is none."""
    path = folder / _DONE
    return PartitionReport.model_validate_json(path.read_text("utf-8")) if path.is_file() else None


def redacted_so_far(place: Workplace) -> int:
    """How many records of posts a build has redacted, counting those of partitions under way."""
    return sum(int(path.read_text("utf-8")) for path in place.folder.glob(f"redacted/posts/*/{_SO_FAR}"))


def _kept_posts(place: Workplace) -> pl.LazyFrame:
    kept = pl.scan_parquet(place.rights).filter(
        (pl.col("source") == Source.posts.value) & (pl.col("decision") == "keep")
    )
    index = pl.scan_parquet(place.index)
    return index.join(kept, left_on="post_id", right_on="source_id", how="semi", maintain_order="left")


def _thread_authors(place: Workplace, posts: pl.LazyFrame) -> pl.LazyFrame:
    """For each post the authors of the posts that it answers, repeats or quotes, as `thread`."""
    links = pl.concat(
        [posts.select("post_id", pl.col(c).alias("parent")) for c in ("in_reply_to", "repost_of", "quote_of")]
    ).drop_nulls()
    authors = pl.scan_parquet(place.index).select(pl.col("post_id").alias("parent"), "author_id")
    return links.join(authors, on="parent").group_by("post_id").agg(pl.col("author_id").unique().sort().alias("thread"))


def _with_ids(rows: pl.DataFrame, source: Source, key: RecordKey) -> pl.DataFrame:
    return rows.with_columns(key.record_ids(source.value, rows["source_id"]).alias("record_id"))


def _redact(build: Build, work: _Work) -> PartitionReport:
    execution = build.config.execution
    shutil.rmtree(work.folder, ignore_errors=True)
    work.folder.mkdir(parents=True)
    alone = work.records.height <= execution.chunk_rows
    results = run(redact_chunk, _chunks(build, work), execution.in_this_process if alone else execution)
    with contextlib.closing(_Staging(work.folder)) as staging:
        for result in results:
            staging.add(result)
    store = store_file(build.config, work.source, work.partition)
    store.parent.mkdir(parents=True, exist_ok=True)
    (work.folder / _FINDINGS).replace(store)
    report = PartitionReport(
        plan=build.plan.digest,
        source=work.source.value,
        partition=work.partition,
        detector=staging.detector,
        replacement=staging.replacement,
        records=work.records.height,
        rows=staging.rows,
        words=staging.words,
        detected=staging.detected,
        cpu_seconds=round(staging.cpu_seconds, 3),
    )
    write_whole(work.folder / _DONE, report.model_dump_json())
    return report


def store_file(config: Config, source: Source, partition: str) -> Path:
    """Where the findings of one partition are kept from build to build: private, and without any text.

    Each build writes it anew with the records that it keeps, so that a person's findings go with their rights.
    """
    return config.private / "findings" / source.value / f"{partition}.parquet"


def forget_other_findings(build: Build, partitions: list[str]) -> None:
    """Removes the findings of partitions that the build has nothing in."""
    folder = store_file(build.config, Source.posts, "any").parent
    for path in folder.glob("*.parquet"):
        if path.stem not in partitions:
            path.unlink()


class _Staging:
    """Writes redacted rows as they come, and keeps the sums; input order, one row group a chunk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer = pq.ParquetWriter(folder / ROWS, _arrow(REDACTED), compression="zstd")
        self._outcomes = pq.ParquetWriter(folder / OUTCOMES_FILE, _arrow(OUTCOMES), compression="zstd")
        self._findings = pq.ParquetWriter(folder / _FINDINGS, _arrow(STORE), compression="zstd")
        self.records = self.rows = self.words = self.detected = 0
        self.cpu_seconds = 0.0
        self.detector = self.replacement = ""

    def add(self, result: Redacted) -> None:
        """Takes the next chunk's rows and outcomes."""
        self._writer.write_table(result.rows.to_arrow().cast(_arrow(REDACTED)))
        self._outcomes.write_table(result.outcomes.to_arrow().cast(_arrow(OUTCOMES)))
        self._findings.write_table(result.findings.to_arrow().cast(_arrow(STORE)))
        self.records += result.records
        self.detected += result.detected
        self.rows += result.rows.height
        self.words += result.words
        self.cpu_seconds += result.cpu_seconds
        self.detector, self.replacement = result.detector, result.replacement
        write_whole(self._folder / _SO_FAR, str(self.records))

    def close(self) -> None:
        """Ends the files."""
        self._writer.close()
        self._outcomes.close()
        self._findings.close()


def _arrow(schema: pl.Schema) -> pa.Schema:
    return pl.DataFrame(schema=schema).to_arrow().schema


def _chunks(build: Build, work: _Work) -> Iterator[Chunk]:
    config, inputs = build.config, build.inputs
    settings, operators = config.detection.model_dump_json(by_alias=True), config.replacement.model_dump_json()
    tools = Tools(settings, operators, build.key.replacement, build.store_key)
    everywhere, known = _objections(inputs), _known(inputs, work.records["subjects"].explode().unique())
    store = store_file(config, work.source, work.partition)
    kept = pl.read_parquet(store) if store.is_file() else pl.DataFrame(schema=STORE)
    files = inputs.files[TableName(work.source.value)]
    for rows in work.records.iter_slices(config.execution.chunk_rows):
        people = rows["subjects"].explode().unique().drop_nulls().to_list()
        stored = kept.join(rows, on="source_id", how="semi")
        yield Chunk(tools, work.source, rows, files, {p: known[p] for p in people if p in known}, everywhere, stored)


def _known(inputs: Inputs, subjects: pl.Series) -> dict[str, KnownValues]:
    table, files = TABLES[TableName.profiles], inputs.files[TableName.profiles]
    wanted = subjects.drop_nulls().to_frame("user_id")
    return {
        str(row["user_id"]): KnownValues.from_profile(row)
        for batch in read_batches(table, files, [*_KNOWN, *_KNOWN_LISTS])
        for row in batch.rows.join(wanted, on="user_id", how="semi").iter_rows(named=True)
    }


def _objections(inputs: Inputs) -> KnownValues:
    rows = inputs.rows(TableName.objections).rows
    return KnownValues(
        full_names=tuple(rows["name"].drop_nulls().unique().sort()),
        handles=tuple(rows["handle"].drop_nulls().unique().sort()),
    )
