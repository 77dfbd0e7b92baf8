"""The rights of every record, judged afresh at every build, before any text is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from redaction import rights
from redaction.config import Config
from redaction.execution.build import Build
from redaction.execution.inputs import Inputs, open_inputs
from redaction.execution.plan import InputCounts, Workplace
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


def _wellformed(place: Workplace) -> int:
    read = InputCounts.model_validate_json(place.counts.read_text("utf-8"))
    return sum(read.rows.values()) - pl.read_parquet(place.quarantine, columns=["source"]).height


def load_rules(config: Config) -> tuple[rights.Policy, rights.RegionSets]:
    """The policy and the region sets that the config names.

    Raises:
        RightsError: one of them cannot be used.
    """
    return (
        rights.load_policy(config.rights.policy, config.root / "configs" / "policies"),
        rights.load_regions(config.root / config.rights.regions),
    )


def decide_rights(build: Build) -> RightsReport:
    """Decides every well-formed record and writes the decisions into the build's workplace.

    Raises:
        RightsError: the policy is not in force at `as_of`, or the ledger is stale or partial.
    """
    settings, place = build.config.rights.near_duplicates, build.place
    decisions = judge(build)
    if settings.enabled:
        kept = decisions.records.filter((pl.col("source") == Source.posts.value) & (pl.col("decision") == rights.KEEP))
        pairs = rights.near_duplicates(
            _texts(build.inputs, rights.protected_posts(decisions)),
            _texts(build.inputs, kept["source_id"]),
            settings,
        )
        decisions = rights.apply_near_duplicates(decisions, pairs)
    decisions.records.write_parquet(place.rights, compression="zstd")
    decisions.subjects.write_parquet(place.subjects, compression="zstd")
    reasons = decisions.records.group_by("source", "decision", "reason").len("records").sort("source", "reason")
    return RightsReport(reasons, _wellformed(place), load_rules(build.config)[0].policy_id)


def judge(build: Build) -> rights.Decisions:
    """What the rules say, without a look at any text; the audit of a release asks them once more."""
    policy, regions = load_rules(build.config)
    inputs = rights_inputs(build.place, build.inputs)
    return rights.decide(inputs, policy, regions, build.config.rights, build.plan.as_of)


def compare_policies(config: Config, before: Path, after: Path, as_of: tuple[datetime, datetime]) -> rights.PolicyDiff:
    """What another policy, or another instant, would change; near duplicates left out. Nothing is written but scratch.

    Raises:
        RightsError: one of the policies cannot be used at its instant.
    """
    inputs = open_inputs(config)
    regions = rights.load_regions(config.root / config.rights.regions)
    tables = inputs.rights_tables()
    with TemporaryDirectory(prefix="discreet-") as scratch:
        index = index_posts(inputs.files[TableName.posts], Path(scratch) / "index.parquet", config.partitions)
        told = _rights_inputs(index.path, tables)
        sides = [
            rights.decide(told, rights.load_policy(policy), regions, config.rights, instant)
            for policy, instant in zip((before, after), as_of, strict=True)
        ]
    return rights.policy_diff(*sides)


def rights_inputs(place: Workplace, inputs: Inputs) -> rights.Inputs:
    """What the rules are told: ids, times and signals, no text."""
    return _rights_inputs(place.index, inputs.rights_tables())


def _rights_inputs(index: Path, tables: dict[TableName, pl.DataFrame]) -> rights.Inputs:
    return rights.Inputs(
        posts=pl.scan_parquet(index),
        profiles=tables[TableName.profiles].lazy(),
        rights_events=tables[TableName.rights_events].lazy(),
        region_signals=tables[TableName.region_signals].lazy(),
        objections=tables[TableName.objections].lazy(),
    )


def _texts(inputs: Inputs, ids: pl.Series) -> Iterator[pl.DataFrame]:
    """The texts of some posts, as batches of `id` and `text`: held in memory, and for comparing alone."""
    wanted = ids.to_frame("post_id")
    for batch in read_batches(TABLES[TableName.posts], inputs.files[TableName.posts], ["post_id", "text"]):
        chosen = batch.rows.join(wanted, on="post_id", how="semi", maintain_order="left")
        yield chosen.select(pl.col("post_id").alias("id"), "text")
