"""Redacts the records to keep, one partition of posts at a time, and the profiles."""

import contextlib
import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from redaction.base_model import FrozenModel
from redaction.builds.context import Build
from redaction.builds.known_people import known_people, objectors
from redaction.builds.record_texts import broadened_employments, post_texts, profile_texts
from redaction.builds.redact_chunk import Chunk, Redacted, Tools, load_models, redact_chunk
from redaction.builds.redaction_queue import check_decided, kept_posts
from redaction.config import Config
from redaction.detection import KnownValues
from redaction.execution.pool import run, start
from redaction.execution.settings import ExecutionSettings
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.parquet_writer import TableWriter
from redaction.state.plan import write_whole
from redaction.state.private_tables import FINDINGS, OUTCOMES, REDACTED, RIGHTS
from redaction.state.span_store import read_store
from redaction.tables import LOCATOR, TABLES, RowReader, Source, TableName

PROFILES_PARTITION = "profiles"
_DONE = "done.json"
_SO_FAR = "so_far"
_BLOCK_RECORDS = 16_384
"""How many records' texts are read at a time."""

_DETECTION_COST = 80
"""About how many times as much a record to analyze costs as one with cached findings."""


class PartitionReport(FrozenModel):
    """The result of one partition; written last, so that its presence means that the partition is complete."""

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


def ready_workers(config: Config) -> None:
    """Start the workers of a build without cached findings, so that they load models while rights are decided.

    With cached findings most texts need no worker; then the workers start when there is work for them.
    """
    paths = CorpusPaths.of(config)
    if not paths.files(FINDINGS):
        start(load_models, config.detection.model_dump_json(by_alias=True), config.execution)


class RedactionSession:
    """Redacts the partitions of one build, one after the other.

    What the partitions share is read once and held in memory only: the last row group of the posts, the known values of
    every profile, the objectors. It is released when the session ends, and when a partition fails.

        with RedactionSession(build) as session:
            for partition, _ in partitions_to_redact(build.folder):
                session.redact_posts(partition)
    """

    def __init__(self, build: Build) -> None:
        self.build = build
        self._shared = _Shared(build)

    def redact_posts(self, partition: str) -> PartitionReport:
        """Redact the posts to keep of one partition into its folder.

        Args:
            partition: Its key.

        Returns:
            Counts, and what detected and replaced.

        Raises:
            DiscreetError: An input changed, a model is missing, or work failed. The partition is then not complete.
        """
        posts = kept_posts(self.build.folder, partition).drop("partition")
        return self._redact(_Work(Source.posts, partition, self._with_ids(posts, Source.posts)))

    def redact_profiles(self) -> PartitionReport:
        """Redact the profiles to keep, as `redact_posts` does posts."""
        build = self.build
        check_decided(build.folder)
        kept = pl.scan_parquet(build.folder.file(RIGHTS)).filter(source=Source.profiles.value, decision="keep")
        ids = kept.select("source_id").collect()["source_id"]
        profiles = broadened_employments(build.inputs, ids, build.config.release.gates.k).select(
            *LOCATOR,
            pl.col("user_id").alias("source_id"),
            pl.lit("profile").alias("kind"),
            pl.concat_list("user_id").alias("subjects"),
            "experience",
        )
        return self._redact(_Work(Source.profiles, PROFILES_PARTITION, self._with_ids(profiles, Source.profiles)))

    def release(self) -> None:
        """Release all texts and values that are held. The session reads them again if it is used again."""
        self._shared = _Shared(self.build)

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Release what is held."""
        self.release()

    def _with_ids(self, rows: pl.DataFrame, source: Source) -> pl.DataFrame:
        return rows.with_columns(self.build.key.record_ids(source.value, rows["source_id"]).alias("record_id"))

    def _redact(self, work: "_Work") -> PartitionReport:
        try:
            return _redact(self.build, self._shared, work)
        except BaseException:
            self.release()
            raise


class _Shared:
    """What the partitions of a build share; each read when it is first needed."""

    def __init__(self, build: Build) -> None:
        self._build = build

    @cached_property
    def posts(self) -> RowReader:
        """The reader of posts: where one partition ends in a file, the next begins."""
        return RowReader(TABLES[TableName.posts], self._build.inputs.files[TableName.posts])

    @cached_property
    def people(self) -> pl.DataFrame:
        """The known values of every profile."""
        return known_people(self._build)

    @cached_property
    def everywhere(self) -> KnownValues:
        """The known values to find in every text."""
        return objectors(self._build)


@dataclass(frozen=True, slots=True)
class _Work:
    """One partition's records, in input order."""

    source: Source
    partition: str
    records: pl.DataFrame


def redacted_so_far(folder: BuildFolder) -> int:
    """Count the posts that a build has redacted, including those of unfinished partitions."""
    return sum(int(path.read_text("utf-8")) for path in folder.path.glob(f"redacted/posts/*/{_SO_FAR}"))


def read_report(folder: Path) -> PartitionReport | None:
    """Read the report of a partition's folder; None where the partition is not complete."""
    path = folder / _DONE
    return PartitionReport.model_validate_json(path.read_text("utf-8")) if path.is_file() else None


def remove_other_findings(paths: CorpusPaths, partitions: list[str]) -> None:
    """Remove the findings of posts in all other partitions: the build has no record there."""
    for path in paths.files(FINDINGS):
        if path.parent.name == Source.posts.value and path.stem not in partitions:
            path.unlink()


def _redact(build: Build, shared: _Shared, work: _Work) -> PartitionReport:
    folder = build.folder.partition(work.source.value, work.partition)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Written anew with the records of this build alone, so that a person's findings go with their rights.
    store = build.paths.file(FINDINGS, source=work.source.value, partition=work.partition)
    cached = read_store(store)
    execution = build.config.execution
    numbers = _chunk_numbers(work.records, cached, execution)
    small = numbers.n_unique() <= 1
    chunks = _chunks(build, shared, _Work(work.source, work.partition, work.records.with_columns(numbers)), cached)
    with contextlib.closing(_PartitionWriter(folder, folder / store.name)) as writer:
        for result in run(redact_chunk, chunks, execution.in_this_process if small else execution):
            writer.add(result)
    store.parent.mkdir(parents=True, exist_ok=True)
    (folder / store.name).replace(store)
    report = PartitionReport(
        plan=build.plan.digest,
        source=work.source.value,
        partition=work.partition,
        detector=writer.detector,
        replacement=writer.replacement,
        records=work.records.height,
        rows=writer.rows,
        words=writer.words,
        detected=writer.detected,
        cpu_seconds=round(writer.cpu_seconds, 3),
    )
    write_whole(folder / _DONE, report.model_dump_json())
    return report


class _PartitionWriter:
    """Writes the results of the chunks in order, one row group a chunk, and sums the counts."""

    def __init__(self, folder: Path, findings: Path) -> None:
        self._folder = folder
        self._files = contextlib.ExitStack()
        self._rows = self._files.enter_context(TableWriter(REDACTED, folder / Path(REDACTED.pattern).name))
        self._outcomes = self._files.enter_context(TableWriter(OUTCOMES, folder / Path(OUTCOMES.pattern).name))
        self._findings = self._files.enter_context(TableWriter(FINDINGS, findings))
        self.records = self.rows = self.words = self.detected = 0
        self.cpu_seconds = 0.0
        self.detector = self.replacement = ""

    def add(self, result: Redacted) -> None:
        """Write the next chunk's rows, outcomes and findings."""
        self._rows.add(result.rows)
        self._outcomes.add(result.outcomes)
        self._findings.add(result.findings)
        self.records += result.outcomes["source_id"].n_unique()
        self.detected += result.detected
        self.rows += result.rows.height
        self.words += result.words
        self.cpu_seconds += result.cpu_seconds
        self.detector, self.replacement = result.detector, result.replacement
        write_whole(self._folder / _SO_FAR, str(self.records))

    def close(self) -> None:
        """Close the files."""
        self._files.close()


def _chunk_numbers(records: pl.DataFrame, cached: pl.DataFrame, execution: ExecutionSettings) -> pl.Series:
    """Return the number of each record's chunk.

    A chunk costs at most as much as `chunk_rows` new records, and every worker gets equally many chunks, since no
    worker may start the next partition before this one is complete.
    """
    known = pl.col("source_id").is_in(cached["source_id"].unique().implode())
    costs = records.select(pl.when(known).then(1).otherwise(_DETECTION_COST).cum_sum().alias("chunk")).to_series()
    total, most = sum(costs[-1:]), _DETECTION_COST * execution.chunk_rows
    rounds = math.ceil(total / (most * execution.worker_count))
    size = math.ceil(total / (rounds * execution.worker_count)) if total > most else most
    return (costs - 1) // size


def _chunks(build: Build, shared: _Shared, work: _Work, cached: pl.DataFrame) -> Iterator[Chunk]:
    """Read the texts block by block; a chunk ends where its number or its block does."""
    config, records = build.config, work.records
    settings, operators = config.detection.model_dump_json(by_alias=True), config.replacement.model_dump_json()
    tools = Tools(settings, operators, build.key.replacement, build.store_key)
    if work.source is Source.posts:
        read, reader = post_texts, shared.posts
    else:
        read, reader = profile_texts, RowReader(TABLES[TableName.profiles], build.inputs.files[TableName.profiles])
    for block in records.iter_slices(_BLOCK_RECORDS):
        texts = read(block, reader)
        for (_,), rows in block.group_by("chunk", maintain_order=True):
            whole = rows.height == block.height
            chunk_texts = texts if whole else texts.join(rows, on="record_id", how="semi", maintain_order="left")
            subjects = chunk_texts["subjects"].explode().unique()
            people = shared.people.filter(pl.col("user_id").is_in(subjects.implode()))
            stored = cached if rows.height == records.height else cached.join(rows, on="source_id", how="semi")
            yield Chunk(tools, work.source, chunk_texts, people, shared.everywhere, stored)
