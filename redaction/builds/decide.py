"""The rights of every record, judged afresh at every build, before any text is looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from redaction import rights
from redaction.builds.context import Build
from redaction.builds.inputs import Inputs
from redaction.builds.near_copies import Search, copied_posts
from redaction.builds.redaction_queue import KEPT, PLAN, kept_of
from redaction.config import Config, load_policy, load_regions
from redaction.release.takedown import Tombstones
from redaction.state.keys import sketch_secret
from redaction.state.parquet_writer import Written
from redaction.state.plan import InputCounts, Workplace, private_folder
from redaction.state.scratch import scratch
from redaction.state.sketch_store import SKETCHES, renew_sketches
from redaction.storage import release_free_memory, row_groups
from redaction.tables import INDEX_BLOCK_ROWS, Source, TableName, index_posts


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
        ConfigError: one of them is not there.
        RightsError: one of them cannot be used.
    """
    return load_policy(config.rights.policy, config.root), load_regions(config.rights.regions, config.root)


def decide_rights(build: Build) -> RightsReport:
    """Decides every well-formed record; writes the decisions, and what is to be redacted, into the build's workplace.

    What was taken back before stays dropped, whatever the rules say now, and so do replies to it and its copies.

    What is to be redacted is put in place last, and names the plan: where it is, the rest is of the same plan.

    Raises:
        RightsError: the policy is not in force at `as_of`, or the ledger is stale or partial.
        TakedownError: the tombstones cannot be read.
        PlanError: records were taken back since the build was opened.
    """
    build.place.kept.unlink(missing_ok=True)
    counted, policy = _written(build)
    # What the rules needed of all posts at once is gone: the redacting, hours long, is not to be as large.
    release_free_memory()
    reasons = counted.group_by("source", "decision", "reason").agg(pl.col("records").sum())
    return RightsReport(reasons.sort("source", "reason"), _wellformed(build.place), policy)


def _written(build: Build) -> tuple[pl.DataFrame, str]:
    """Judges, and writes what `decide_rights` says: how many there are of each (in parts), and the policy's id."""
    place, judged = build.place, judge(build)
    counted = [_counted(judged.profiles)]
    nothing = pl.DataFrame(schema=dict.fromkeys(rights.RECORD_COLUMNS, pl.String))
    with scratch(build.config.private) as folder:
        remembered = folder / SKETCHES
        copies = copied_posts(
            build.inputs, place.index, judged, _search(build.config, build.master, folder, remembered)
        )
        with (
            Written(folder / place.rights.name, nothing) as decisions,
            Written(folder / place.kept.name, pl.DataFrame(schema=KEPT), {PLAN: build.plan.digest}) as kept,
        ):
            for block in judged.blocks(copies):
                decisions.add(block.records)
                counted.append(_counted(block.records))
                kept.add(kept_of(block, place.index))
            decisions.add(judged.profiles)
        judged.subjects.write_parquet(folder / place.subjects.name, compression="zstd")
        build.refuse_taken_back()
        renew_sketches(build.config.private, remembered)
        for path in (place.rights, place.subjects, place.kept):
            (folder / path.name).replace(path)
    return pl.concat(counted), judged.case.rules.policy.policy_id


def judge(build: Build) -> rights.Judged:
    """What the rules say, without a look at any text; the audit of a release asks them once more."""
    return _judged(build.config, build.inputs, build.place.index, build.plan.as_of, build.master)


def decided(  # noqa: PLR0913, PLR0917 - each is a thing of its own
    config: Config, inputs: Inputs, index: Path, as_of: datetime, master: bytes, remembered: Path | None = None
) -> rights.Decisions:
    """What the rules say, with copies of protected texts dropped too; what was taken back before stays dropped.

    `index` lies in a scratch folder. remembered: see `Search`.
    """
    judged = _judged(config, inputs, index, as_of, master)
    copies = copied_posts(inputs, index, judged, _search(config, master, index.parent, remembered))
    return judged.decisions(copies)


def _search(config: Config, master: bytes, folder: Path, remembered: Path | None) -> Search:
    secret = sketch_secret(config, master)
    return Search(config.rights.near_duplicates, secret, config.private, folder, remembered)


def _judged(config: Config, inputs: Inputs, index: Path, as_of: datetime, master: bytes) -> rights.Judged:
    policy, regions = load_rules(config)
    gone = withheld_records(config, inputs, index, master)
    return rights.judge(rights_inputs(index, inputs), policy, regions, config.rights, as_of, withheld=gone)


def _counted(records: pl.DataFrame) -> pl.DataFrame:
    return records.group_by("source", "decision", "reason").len("records")


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
        block_rows=INDEX_BLOCK_ROWS,
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
    profiles = inputs.rows(TableName.profiles, ["user_id"]).rows["user_id"]
    posts = (rows["post_id"] for rows in row_groups([index], ["post_id"]))
    parts = [_covered(stones, Source.profiles, profiles), *(_covered(stones, Source.posts, ids) for ids in posts)]
    return pl.concat(parts)


def _covered(stones: Tombstones, source: Source, ids: pl.Series) -> pl.DataFrame:
    records = ids.alias("source_id").to_frame().select(pl.lit(source.value).alias("source"), "source_id")
    return records.filter(stones.covers(records))


def _wellformed(place: Workplace) -> int:
    read = InputCounts.model_validate_json(place.counts.read_text("utf-8"))
    return sum(read.rows.values()) - pl.read_parquet(place.quarantine, columns=["source"]).height
