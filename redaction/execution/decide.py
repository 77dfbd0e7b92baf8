"""The rights of every record, judged afresh at every build, before any text is looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import polars as pl

from redaction import rights
from redaction.config import PROJECT, Config, policy_path
from redaction.execution.build import Build
from redaction.execution.inputs import Inputs
from redaction.execution.plan import InputCounts, Workplace, private_folder
from redaction.execution.scratch import scratch
from redaction.release.takedown import Tombstones
from redaction.tables import TABLES, Source, TableName, index_posts, read_batches


@dataclass(frozen=True, slots=True)
class RightsReport:
    """How many records each reason took, per source, and what the decisions were made by."""

    reasons: pl.DataFrame
    records: int
    policy: str

    @property
    def decided(self) -> int:
        """How many decisions there are."""
        return int(self.reasons["records"].sum())


def load_rules(config: Config) -> tuple[rights.Policy, rights.RegionSets]:
    """The policy and the region sets that the config names: by a path from its root, or the shipped ones.

    Raises:
        RightsError: one of them cannot be used.
    """
    policy, regions = config.root / config.rights.policy, config.root / config.rights.regions
    regions = regions if regions.is_file() else PROJECT / config.rights.regions
    return (
        rights.load_policy(policy if policy.is_file() else policy_path(config.rights.policy)),
        _regions(regions, regions.stat().st_mtime_ns if regions.is_file() else 0),
    )


@lru_cache(maxsize=4)
def _regions(path: Path, _changed: int) -> rights.RegionSets:
    """Kept for as long as the file does not change: reading names of regions in all languages takes seconds."""
    return rights.load_regions(path)


def decide_rights(build: Build) -> RightsReport:
    """Decides every well-formed record and writes the decisions into the build's workplace.

    What was taken back before stays dropped, whatever the rules say now, and so do replies to it and its copies.

    Raises:
        RightsError: the policy is not in force at `as_of`, or the ledger is stale or partial.
        TakedownError: the tombstones cannot be read.
    """
    place = build.place
    gone = withheld_records(build.config, build.inputs, place.index, build.master)
    decisions = decided(build.config, build.inputs, place.index, build.plan.as_of, gone)
    records = decisions.records
    records.write_parquet(place.rights, compression="zstd")
    decisions.subjects.write_parquet(place.subjects, compression="zstd")
    reasons = records.group_by("source", "decision", "reason").len("records").sort("source", "reason")
    return RightsReport(reasons, _wellformed(place), load_rules(build.config)[0].policy_id)


def judge(build: Build) -> rights.Decisions:
    """What the rules say, without a look at any text; the audit of a release asks them once more."""
    policy, regions = load_rules(build.config)
    index = build.place.index
    told = rights_inputs(index, build.inputs)
    gone = withheld_records(build.config, build.inputs, index, build.master)
    return rights.decide(told, policy, regions, build.config.rights, build.plan.as_of, withheld=gone)


def decided(
    config: Config, inputs: Inputs, index: Path, as_of: datetime, withheld: pl.DataFrame | None = None
) -> rights.Decisions:
    """What the rules say, with copies of protected texts dropped too. withheld: what was taken back before."""
    policy, regions = load_rules(config)
    told = rights_inputs(index, inputs)
    decisions = rights.decide(told, policy, regions, config.rights, as_of, withheld=withheld)
    settings = config.rights.near_duplicates
    if not settings.enabled:
        return decisions
    kept = decisions.records.filter((pl.col("source") == Source.posts.value) & (pl.col("decision") == rights.KEEP))
    protected = _protected_texts(inputs, decisions)
    pairs = rights.near_duplicates(protected, _texts(inputs, kept["source_id"]), settings)
    return rights.apply_near_duplicates(decisions, pairs)


@contextmanager
def scratch_index(config: Config, inputs: Inputs) -> Iterator[Path]:
    """An index of the posts for a question outside of any build; it is gone afterwards."""
    private_folder(config.private)
    with scratch(config.private) as folder:
        yield index_posts(inputs.files[TableName.posts], folder / "index.parquet", config.partitions).path


def rights_inputs(index: Path, inputs: Inputs) -> rights.Inputs:
    """What the rules are told: ids, times and signals, no text."""
    tables = inputs.rights_tables()
    return rights.Inputs(
        posts=pl.scan_parquet(index),
        profiles=tables[TableName.profiles].lazy(),
        rights_events=tables[TableName.rights_events].lazy(),
        region_signals=tables[TableName.region_signals].lazy(),
        objections=tables[TableName.objections].lazy(),
    )


def withheld_records(config: Config, inputs: Inputs, index: Path, master: bytes) -> pl.DataFrame:
    """The posts and profiles (source, source_id) that were taken back before.

    Raises:
        TakedownError: the tombstones cannot be read.
    """
    stones = Tombstones.load(config.tombstones, master, config.corpus)
    posts = pl.read_parquet(index, columns=["post_id"])["post_id"]
    profiles = inputs.rows(TableName.profiles, ["user_id"]).rows["user_id"]
    records = pl.concat(
        [
            ids.alias("source_id").to_frame().select(pl.lit(source.value).alias("source"), "source_id")
            for source, ids in ((Source.posts, posts), (Source.profiles, profiles))
        ]
    )
    return records.filter(stones.covers(records))


def _wellformed(place: Workplace) -> int:
    read = InputCounts.model_validate_json(place.counts.read_text("utf-8"))
    return sum(read.rows.values()) - pl.read_parquet(place.quarantine, columns=["source"]).height


def _protected_texts(inputs: Inputs, decisions: rights.Decisions) -> Iterator[pl.DataFrame]:
    """What nobody may repeat: protected posts, and what protected members wrote in their profiles."""
    yield from _texts(inputs, rights.protected_posts(decisions))
    dropped = decisions.records.filter(
        (pl.col("source") == Source.profiles.value) & (pl.col("decision") != rights.KEEP)
    )["source_id"]
    theirs = decisions.subjects.filter(pl.col("decision") != rights.KEEP)["subject_id"]
    gone = decisions.records.filter(pl.col("reason") == rights.Reason.TOMBSTONED.value)["source_id"]
    wanted = pl.col("user_id").is_in(dropped.implode()) & pl.col("user_id").is_in(pl.concat([theirs, gone]).implode())
    rows = inputs.rows(TableName.profiles, ["user_id", "headline", "about"]).rows.filter(wanted)
    for column in ("headline", "about"):
        yield rows.select(pl.col("user_id").alias("id"), pl.col(column).alias("text")).drop_nulls()


def _texts(inputs: Inputs, ids: pl.Series) -> Iterator[pl.DataFrame]:
    """The texts of some posts, as batches of `id` and `text`: held in memory, and for comparing alone."""
    wanted = ids.to_frame("post_id")
    for batch in read_batches(TABLES[TableName.posts], inputs.files[TableName.posts], ["post_id", "text"]):
        chosen = batch.rows.join(wanted, on="post_id", how="semi", maintain_order="left")
        yield chosen.select(pl.col("post_id").alias("id"), "text")
