"""Redacts the records to keep, one partition of posts at a time, and the profiles."""

import math
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Self

import polars as pl
from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.builds.context import Build
from redaction.builds.outcomes.outcome_reasons import OutcomeReason
from redaction.builds.redact.careers import Careers
from redaction.builds.redact.known_people import known_people, objectors
from redaction.builds.redact.record_texts import post_texts, profile_records, profile_texts
from redaction.builds.redact.redact_chunk import Chunk, Redacted, Tools, load_models, redact_chunk
from redaction.builds.redact.redaction_queue import check_decided, kept_posts
from redaction.config import Config
from redaction.detection import KnownValues
from redaction.execution.pool import run, start
from redaction.execution.progress import track
from redaction.execution.settings import ExecutionSettings
from redaction.state.layout import CorpusPaths
from redaction.state.parquet_writer import TableWriter
from redaction.state.private_tables import FINDINGS, OUTCOMES, REDACTED
from redaction.state.stores.span_store import read_store
from redaction.storage import write_atomic
from redaction.tables import TABLES, RowReader, Source, TableName

PROFILES_PARTITION = "profiles"
_DONE = "done.json"
_BLOCK_RECORDS = 16_384
"""How many records' texts are read at a time."""

_DETECTION_COST = 80
"""About how many times as much a record to analyze costs as one with cached findings."""


class PartitionReport(FrozenModel):
    """The result of one partition; written last, so that its presence means that the partition is complete.

    `entities` counts the replaced spans by entity type. `words`, `characters` and `detected` are of the texts that were
    analyzed now, `cpu_seconds` of all.
    """

    plan: str
    source: str
    partition: str
    records: int
    detector: str = ""
    models: str = ""
    replacement: str = ""
    rows: int = 0
    words: int = 0
    characters: int = 0
    detected: int = 0
    cpu_seconds: float = 0
    entities: dict[str, int] = Field(default_factory=dict)

    def with_chunk(self, result: Redacted) -> Self:
        """Return the report with the next chunk's counts added."""
        counts = {
            "rows": self.rows + result.rows.height,
            "words": self.words + result.words,
            "characters": self.characters + result.characters,
            "detected": self.detected + result.detected,
            "cpu_seconds": round(self.cpu_seconds + result.cpu_seconds, 3),
            "entities": dict(sorted((Counter(self.entities) + _entities(result.rows)).items())),
        }
        made_by = {"detector": result.detector, "models": result.models, "replacement": result.replacement}
        return self.model_copy(update=counts | made_by)


def ready_workers(config: Config) -> None:
    """Start the workers of a build without cached findings, so that they load models while rights are decided.

    With cached findings most texts need no worker; then the workers start when there is work for them.
    """
    if not CorpusPaths.of(config).files(FINDINGS):
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

    def redact_posts(self, partition: str) -> PartitionReport:
        """Redact the posts to keep of one partition into its folder.

        Returns:
            Counts, and what detected and replaced.

        Raises:
            DiscreetError: An input changed, a model is missing, or work failed. The partition is then not complete.
        """
        rows = kept_posts(self.build.folder, partition).drop("partition")
        rare = self._careers.rare_resumes(rows)
        left_out = _left_out(rare["source_id"], rare["row_number"], OutcomeReason.RARE_CAREER)
        return self._redact(
            Source.posts, partition, rows.join(rare, on="source_id", how="anti", maintain_order="left"), left_out
        )

    def redact_profiles(self) -> PartitionReport:
        """Redact the profiles to keep, as `redact_posts` does posts."""
        check_decided(self.build.folder)
        profiles = profile_records(self._careers)
        withheld = profiles.filter("withheld")["source_id"]
        numbers = pl.Series([None] * withheld.len(), dtype=pl.UInt32)
        left_out = _left_out(withheld, numbers, OutcomeReason.PROFILE_TEXT)
        rows = profiles.filter(~pl.col("withheld")).drop("withheld")
        return self._redact(Source.profiles, PROFILES_PARTITION, rows, left_out)

    def release(self) -> None:
        """Release all texts and values that are held. The session reads them again if it is used again."""
        for name in ("_posts", "_people", "_everywhere", "_careers"):
            self.__dict__.pop(name, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    @cached_property
    def _posts(self) -> RowReader:
        """The reader of posts: where one partition ends in a file, the next begins."""
        return self._reader(TableName.posts)

    @cached_property
    def _people(self) -> pl.DataFrame:
        """The known values of every profile."""
        return known_people(self.build)

    @cached_property
    def _careers(self) -> Careers:
        """How much of each career is released."""
        return Careers(self.build)

    @cached_property
    def _everywhere(self) -> KnownValues:
        """The known values to find in every text."""
        return objectors(self.build)

    def _reader(self, name: TableName) -> RowReader:
        return RowReader(TABLES[name], self.build.inputs.files[name])

    def _redact(self, source: Source, partition: str, rows: pl.DataFrame, left_out: pl.DataFrame) -> PartitionReport:
        """Redact one partition's records, given in input order; `left_out` are the outcomes of all others."""
        build, execution = self.build, self.build.config.execution
        folder = build.folder.partition(source.value, partition)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        # Written anew with the records of this build alone, so that a person's findings go with their rights.
        store = build.paths.file(FINDINGS, source=source.value, partition=partition)
        cached = read_store(store)
        ids = build.key.record_ids(source.value, rows["source_id"]).alias("record_id")
        records = rows.with_columns(ids, _chunk_numbers(rows, cached, execution))
        if records["chunk"].n_unique() <= 1:
            execution = execution.in_this_process
        report = PartitionReport(
            plan=build.plan.digest,
            source=source.value,
            partition=partition,
            records=records.height + left_out.height,
        )
        chunks = run(redact_chunk, self._chunks(source, records, cached), execution)
        try:
            with (
                TableWriter(REDACTED, folder / Path(REDACTED.pattern).name) as redacted,
                TableWriter(OUTCOMES, folder / Path(OUTCOMES.pattern).name) as outcomes,
                TableWriter(FINDINGS, folder / store.name) as findings,
            ):
                outcomes.add(left_out)
                for result in track(chunks, "records", records.height, _records_done):
                    redacted.add(result.rows)
                    outcomes.add(result.outcomes)
                    findings.add(result.findings)
                    report = report.with_chunk(result)
        except BaseException:
            self.release()
            raise
        store.parent.mkdir(parents=True, exist_ok=True)
        (folder / store.name).replace(store)
        write_atomic(folder / _DONE, report.model_dump_json().encode())
        return report

    def _chunks(self, source: Source, records: pl.DataFrame, cached: pl.DataFrame) -> Iterator[Chunk]:
        """Read the texts block by block; a chunk ends where its number or its block does."""
        build, config = self.build, self.build.config
        settings, operators = config.detection.model_dump_json(by_alias=True), config.replacement.model_dump_json()
        tools = Tools(settings, operators, build.key.replacement, build.store_key)
        if source is Source.posts:
            read, reader = post_texts, self._posts
        else:
            read, reader = profile_texts, self._reader(TableName.profiles)
        for block in records.iter_slices(_BLOCK_RECORDS):
            texts = read(block, reader, self._careers)
            for (_,), rows in block.group_by("chunk", maintain_order=True):
                whole = rows.height == block.height
                chunk_texts = texts if whole else texts.join(rows, on="record_id", how="semi", maintain_order="left")
                subjects = chunk_texts["subjects"].explode().unique()
                people = self._people.filter(pl.col("user_id").is_in(subjects.implode()))
                stored = cached if rows.height == records.height else cached.join(rows, on="source_id", how="semi")
                yield Chunk(tools, source, chunk_texts, people, self._everywhere, stored)


def _left_out(ids: pl.Series, row_numbers: pl.Series, reason: OutcomeReason) -> pl.DataFrame:
    """Return the outcomes (`OUTCOMES`) of records of which no text is released."""
    rows = pl.DataFrame({"source_id": ids, "row_number": row_numbers})
    return rows.select(
        "source_id", "row_number", pl.lit(reason.value).alias("reason"), pl.lit(None, pl.String).alias("language")
    )[OUTCOMES.schema.names()]


def _records_done(result: Redacted) -> int:
    return int(result.outcomes["source_id"].n_unique())


def _entities(rows: pl.DataFrame) -> Counter[str]:
    found = rows["entity_counts"].explode(empty_as_null=False).to_frame().unnest("entity_counts")
    return Counter(dict(found.group_by("entity_type").agg(pl.col("count").cast(pl.Int64).sum()).iter_rows()))


def read_report(folder: Path) -> PartitionReport | None:
    """Read the report of a partition's folder; None where the partition is not complete."""
    path = folder / _DONE
    return PartitionReport.model_validate_json(path.read_text("utf-8")) if path.is_file() else None


def remove_other_findings(paths: CorpusPaths, partitions: list[str]) -> None:
    """Remove the findings of posts in all other partitions: the build has no record there."""
    for path in paths.files(FINDINGS):
        if path.parent.name == Source.posts.value and path.stem not in partitions:
            path.unlink()


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
