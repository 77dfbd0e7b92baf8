"""Redacts what may be used: one partition of posts, or the profiles, chunk by chunk, part by part."""

import contextlib
import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from redaction.base_model import FrozenModel
from redaction.builds.context import Build
from redaction.builds.dispositions import OUTCOMES_FILE
from redaction.builds.known_people import known_people, objectors
from redaction.builds.record_texts import post_texts, profile_texts, told_employments
from redaction.builds.redact_chunk import OUTCOMES, REDACTED, Chunk, Redacted, Tools, load_models, redact_chunk
from redaction.builds.redaction_queue import kept_posts, refuse_undecided
from redaction.config import Config
from redaction.execution.pool import run, start
from redaction.execution.settings import ExecutionSettings
from redaction.release import RecordKey
from redaction.state.layout import BuildFolder
from redaction.state.parquet_writer import Written
from redaction.state.plan import write_whole
from redaction.state.span_store import STORE, read_store
from redaction.tables import LOCATOR, TABLES, RowReader, Source, TableName

PROFILES_PARTITION = "profiles"
ROWS = "rows.parquet"
_FINDINGS = "findings.parquet"
_DONE = "done.json"
_SO_FAR = "so_far"
_BLOCK_RECORDS = 16_384
"""How many records' texts are read at a time."""

_KEPT_SHARE = 80
"""A record whose finding is kept costs about this part of one that has to be looked at."""


class PartitionReport(FrozenModel):
    """What came of one partition; written last, so that its presence means that the partition is whole."""

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


def ready_workers(config: Config) -> None:
    """Starts the workers of a build that has everything to look at, so that they load models while rights are decided.

    Where findings are kept, most texts need no worker: then they are started when there is work. So few records that no
    partition is cut leave them idle.
    """
    if not any(store_file(config, source, "any").parent.exists() for source in Source):
        start(load_models, config.detection.model_dump_json(by_alias=True), config.execution)


def redact_posts(build: Build, partition: str) -> PartitionReport:
    """Redacts the kept posts of one partition into its folder in the workplace.

    Raises:
        DiscreetError: an input that changed, a model that is missing, or work that failed. The folder is then not
            marked done.
    """
    posts = _with_ids(kept_posts(build.folder, partition).drop("partition"), Source.posts, build.key)
    return _redact(build, _Work(Source.posts, partition, posts, build.folder.partition("posts", partition)))


def redact_profiles(build: Build) -> PartitionReport:
    """Redacts the kept profiles, as `redact_posts` does posts."""
    folder = build.folder
    refuse_undecided(folder)
    kept = pl.scan_parquet(folder.rights).filter(
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
    work = _Work(
        Source.profiles,
        PROFILES_PARTITION,
        _with_ids(profiles, Source.profiles, build.key),
        folder.partition("profiles", PROFILES_PARTITION),
    )
    return _redact(build, work)


def read_report(folder: Path) -> PartitionReport | None:
    """The report of a partition that is whole, None where there is none."""
    path = folder / _DONE
    return PartitionReport.model_validate_json(path.read_text("utf-8")) if path.is_file() else None


def redacted_so_far(folder: BuildFolder) -> int:
    """How many records of posts a build has redacted, counting those of partitions under way."""
    return sum(int(path.read_text("utf-8")) for path in folder.path.glob(f"redacted/posts/*/{_SO_FAR}"))


@contextlib.contextmanager
def _let_go_after_errors() -> Iterator[None]:
    try:
        yield
    except BaseException:
        let_texts_go()
        raise


def _with_ids(rows: pl.DataFrame, source: Source, key: RecordKey) -> pl.DataFrame:
    return rows.with_columns(key.record_ids(source.value, rows["source_id"]).alias("record_id"))


def _redact(build: Build, work: _Work) -> PartitionReport:
    shutil.rmtree(work.folder, ignore_errors=True)
    work.folder.mkdir(parents=True)
    store = store_file(build.config, work.source, work.partition)
    kept = read_store(store)
    execution = build.config.execution
    cut = _cut(work.records, kept, execution)
    alone = cut.n_unique() <= 1
    chunks = _chunks(build, work.source, work.records.with_columns(cut), kept)
    results = run(redact_chunk, chunks, execution.in_this_process if alone else execution)
    with _let_go_after_errors(), contextlib.closing(_Staging(work.folder)) as staging:
        for result in results:
            staging.add(result)
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
        self._files = contextlib.ExitStack()
        self._writer = self._files.enter_context(Written(folder / ROWS, pl.DataFrame(schema=REDACTED)))
        self._outcomes = self._files.enter_context(Written(folder / OUTCOMES_FILE, pl.DataFrame(schema=OUTCOMES)))
        self._findings = self._files.enter_context(Written(folder / _FINDINGS, pl.DataFrame(schema=STORE)))
        self.records = self.rows = self.words = self.detected = 0
        self.cpu_seconds = 0.0
        self.detector = self.replacement = ""

    def add(self, result: Redacted) -> None:
        """Takes the next chunk's rows and outcomes."""
        self._writer.add(result.rows)
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
        """Ends the files."""
        self._files.close()


def _cut(records: pl.DataFrame, kept: pl.DataFrame, execution: ExecutionSettings) -> pl.Series:
    """For each record the number of its chunk.

    A chunk costs at most what `chunk_rows` new records do, and each worker gets as many as the others, since none may
    begin with the next partition before all are done with this one.
    """
    known = pl.col("source_id").is_in(kept["source_id"].unique().implode())
    costs = records.select(pl.when(known).then(1).otherwise(_KEPT_SHARE).cum_sum().alias("chunk")).to_series()
    total, most = sum(costs[-1:]), _KEPT_SHARE * execution.chunk_rows
    rounds = math.ceil(total / (most * execution.worker_count))
    size = math.ceil(total / (rounds * execution.worker_count)) if total > most else most
    return (costs - 1) // size


@lru_cache(maxsize=1)
def _post_rows(build: Build) -> RowReader:
    """One for all partitions: where one of them ends, the next begins."""
    return RowReader(TABLES[TableName.posts], build.inputs.files[TableName.posts])


def let_texts_go() -> None:
    """Lets go of the posts that were read last, which are held for the next partition."""
    _post_rows.cache_clear()


def _chunks(build: Build, source: Source, records: pl.DataFrame, kept: pl.DataFrame) -> Iterator[Chunk]:
    """The texts of `records`, read block by block; a chunk ends where its number does, or its block."""
    config = build.config
    settings, operators = config.detection.model_dump_json(by_alias=True), config.replacement.model_dump_json()
    tools = Tools(settings, operators, build.key.replacement, build.store_key)
    everywhere, people = objectors(build), known_people(build)
    if source is Source.posts:
        read, reader = post_texts, _post_rows(build)
    else:
        read, reader = profile_texts, RowReader(TABLES[TableName.profiles], build.inputs.files[TableName.profiles])
    for block in records.iter_slices(_BLOCK_RECORDS):
        texts = read(block, reader)
        for (_,), rows in block.group_by("chunk", maintain_order=True):
            whole = rows.height == block.height
            theirs = texts if whole else texts.join(rows, on="record_id", how="semi", maintain_order="left")
            subjects = theirs["subjects"].explode().unique()
            known = people.filter(pl.col("user_id").is_in(subjects.implode()))
            stored = kept if rows.height == records.height else kept.join(rows, on="source_id", how="semi")
            yield Chunk(tools, source, theirs, known, everywhere, stored)
