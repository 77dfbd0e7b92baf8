"""Decides the rights of every record, at every build anew, before any text is analyzed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction import rights
from redaction.builds.context import Build
from redaction.builds.copies import Search, find_copies
from redaction.builds.inputs import PROFILE_RIGHTS, Inputs, index_inputs, load_rules
from redaction.builds.outcomes.decision_details import profiles_with_details, with_details
from redaction.builds.reconcile import refuse_unmatched
from redaction.builds.redact.redaction_queue import PLAN, kept_rows
from redaction.builds.removals import settle_version
from redaction.config import Config
from redaction.execution.progress import track
from redaction.release.takedown import Tombstones
from redaction.state.keys import sketch_secret
from redaction.state.layout import CorpusPaths, private_folder
from redaction.state.parquet_writer import TableWriter, write_table
from redaction.state.plan import InputCounts
from redaction.state.private_tables import INDEX, KEPT, QUARANTINED, RIGHTS, SKETCHES, SUBJECTS
from redaction.state.scratch import scratch
from redaction.state.stores.sketch_store import replace_sketches
from redaction.storage import release_free_memory, row_groups
from redaction.tables import INDEX_BLOCK_ROWS, Source, TableName


@dataclass(frozen=True, slots=True)
class RightsReport:
    """How many records each reason decided, per source, and under which policy.

    `version` is the one to release: a MAJOR one where records of the release before are not kept any more.
    `reconciliation` counts, for each join, how many of its ids exist.
    """

    version: str
    reasons: pl.DataFrame
    records: int
    policy: str
    reconciliation: pl.DataFrame

    @property
    def decided(self) -> int:
        """How many decisions there are."""
        return int(self.reasons["records"].sum())


def decide_rights(build: Build) -> RightsReport:
    """Decide every well-formed record, and write the decisions and the posts to redact into the build's folder.

    Withdrawn records stay dropped, whatever the rules say now, and so do replies to them and their copies. The posts to
    redact are written last and name the plan, so their presence means that the other files belong to that plan. The
    version may change: open the build anew for the next step.

    Returns:
        Counts by reason.

    Raises:
        RightsError: The policy is not in force at `as_of`, or the ledger is stale or partial.
        TakedownError: The tombstones cannot be read.
        PlanError: Records were withdrawn, or the rules changed, since the build was opened; or the version was chosen
            and is no MAJOR one, although records of the release before are not kept any more.
    """
    build.folder.file(KEPT).unlink(missing_ok=True)
    counted, policy = _write_decisions(build)
    settled = settle_version(build)
    # The rules needed much memory for all posts at once; redaction, which takes hours, must not keep it.
    release_free_memory()
    read = InputCounts.model_validate_json(settled.folder.counts.read_text("utf-8"))
    well_formed = sum(read.rows.values()) - pq.read_metadata(settled.folder.file(QUARANTINED)).num_rows
    reconciliation = rights.Reconciliation.from_json(settled.folder.reconciliation.read_text("utf-8"))
    return RightsReport(
        settled.plan.version, counted.sort("source", "reason"), well_formed, policy, reconciliation.table
    )


def _write_decisions(build: Build) -> tuple[pl.DataFrame, str]:
    """Write the files of `decide_rights`; return the counts of `sum_reasons`, and the policy's id."""
    folder = build.folder
    with scratch(build.paths.state) as temporary, judge(build) as judged:
        sketches = temporary / SKETCHES.pattern
        search = _search(build.config, build.master, temporary, sketches)
        copies = find_copies(build.inputs, folder.file(INDEX), judged, search)
        counted = list[pl.DataFrame]()
        with (
            TableWriter(RIGHTS, temporary / RIGHTS.pattern) as decisions,
            TableWriter(KEPT, temporary / KEPT.pattern, {PLAN: build.plan.digest}) as kept,
        ):
            blocks = judged.blocks(copies.posts)
            for block in track(blocks, "posts", judged.kept.size, lambda each: each.records.height):
                decisions.add(with_details(block, copies, folder.file(INDEX), judged.rules.policy))
                counted.append(count_reasons(block.records))
                kept.add(kept_rows(block, folder.file(INDEX)))
            for profiles in judged.profile_blocks(copies.profiles):
                decisions.add(profiles_with_details(profiles, copies))
                counted.append(count_reasons(profiles))
        with TableWriter(SUBJECTS, temporary / SUBJECTS.pattern) as subjects:
            for block_of_subjects in judged.subject_blocks():
                subjects.add(block_of_subjects)
        build.check_tombstones()
        build.check_rules()
        replace_sketches(build.paths.state, sketches)
        for table in (RIGHTS, SUBJECTS, KEPT):
            (temporary / table.pattern).replace(folder.file(table))
    return sum_reasons(counted), judged.rules.policy.policy_id


@contextmanager
def judge(build: Build) -> Iterator[rights.Judged]:
    """Apply the rules without reading any text; the audit of a release applies them again.

    Yields:
        What the rules say: in memory, or where the config bounds that, in files below the private state.
    """
    config, inputs, index = build.config, build.inputs, build.folder.file(INDEX)
    parts = config.execution.partition_count(pq.read_metadata(index).num_rows)
    if parts == 1:
        yield _judge(config, inputs, index, build.plan.as_of, build.master)
        return
    withdrawn = _withdrawn_records(config, inputs, index, build.master)
    rules = _rules(config, build.plan.as_of)
    with scratch(build.paths.state) as folder:
        yield rights.apply_rules_in_partitions(
            index, _people_tables(inputs), rules, withdrawn, folder, parts, config.execution
        )


def decide_inputs(  # noqa: PLR0913, PLR0917 - each is independent of the others
    config: Config,
    inputs: Inputs,
    index: Path,
    as_of: datetime,
    master: bytes,
    sketches: Path | None = None,
    *,
    reconcile: bool = True,
) -> rights.Decisions:
    """Decide some inputs outside a build, with an index in a scratch folder: rules, near copies and tombstones."""
    if reconcile:  # A takedown whose ledger names nobody would remove nothing.
        refuse_unmatched(
            config, inputs, index, Tombstones.load(CorpusPaths.of(config).tombstones, master, config.corpus)
        )
    judged = _judge(config, inputs, index, as_of, master)
    copies = find_copies(inputs, index, judged, _search(config, master, index.parent, sketches))
    return judged.with_copied_profiles(copies.profiles).decisions(copies.posts)


def _search(config: Config, master: bytes, temporary: Path, sketches: Path | None) -> Search:
    secret = sketch_secret(config, master)
    return Search(config.rights.near_duplicates, secret, CorpusPaths.of(config).state, temporary, sketches)


def _judge(config: Config, inputs: Inputs, index: Path, as_of: datetime, master: bytes) -> rights.RuleResults:
    withdrawn = _withdrawn_records(config, inputs, index, master)
    return rights.apply_rules(rights_inputs(index, inputs), _rules(config, as_of), withdrawn)


def _rules(config: Config, as_of: datetime) -> rights.Rules:
    policy, regions = load_rules(config)
    return rights.Rules.of(policy, regions, config.rights, as_of, now=datetime.now(UTC))


def _people_tables(inputs: Inputs) -> rights.PeopleTables:
    """Return what the rules read of people, in batches."""
    unusable = list[pl.Series]()

    def profiles() -> Iterator[pl.DataFrame]:
        for batch in inputs.batches(TableName.profiles, PROFILE_RIGHTS):
            unusable.append(batch.quarantined["source_id"].drop_nulls())
            yield batch.rows

    return rights.PeopleTables(
        profiles=profiles(),
        unusable=unusable,
        rights_events=inputs.rows(TableName.rights_events).rows.lazy(),
        region_signals=(batch.rows for batch in inputs.batches(TableName.region_signals)),
        signals_of_others=inputs.rows(TableName.signals_of_others).rows.lazy(),
    )


def count_reasons(decisions: pl.DataFrame) -> pl.DataFrame:
    """Count decisions: source, decision, reason, records."""
    return decisions.group_by("source", "decision", "reason").len("records")


def sum_reasons(counts: list[pl.DataFrame]) -> pl.DataFrame:
    """Add up the counts of `count_reasons`."""
    empty = pl.DataFrame(schema={**dict.fromkeys(["source", "decision", "reason"], pl.String), "records": pl.UInt32})
    return pl.concat([empty, *counts]).group_by("source", "decision", "reason").agg(pl.col("records").sum())


@contextmanager
def scratch_index(config: Config, inputs: Inputs, policies: Iterable[rights.Policy] = ()) -> Iterator[Path]:
    """Index the posts in a scratch folder, for a question outside any build, as `index_inputs`."""
    paths = CorpusPaths.of(config)
    private_folder(paths.state)
    with scratch(paths.state) as temporary:
        index = index_inputs(config, inputs, temporary / INDEX.pattern, policies)
        write_table(QUARANTINED, temporary / QUARANTINED.pattern, index.quarantined)
        yield index.path


def rights_inputs(index: Path, inputs: Inputs) -> rights.Inputs:
    """Return what the rules read: ids, times and signals, no text."""
    tables = inputs.rights_tables()
    return rights.Inputs(
        posts=pl.scan_parquet(index, glob=False),
        block_rows=INDEX_BLOCK_ROWS,
        profiles=tables[TableName.profiles].lazy(),
        rights_events=tables[TableName.rights_events].lazy(),
        region_signals=tables[TableName.region_signals].lazy(),
        signals_of_others=tables[TableName.signals_of_others].lazy(),
    )


def _withdrawn_records(config: Config, inputs: Inputs, index: Path, master: bytes) -> pl.DataFrame:
    """Return the posts and profiles (source, source_id) that have a tombstone."""
    stones = Tombstones.load(CorpusPaths.of(config).tombstones, master, config.corpus)
    profiles = inputs.rows(TableName.profiles, ["user_id"]).rows["user_id"]
    posts = (rows["post_id"] for rows in row_groups([index], ["post_id"]))
    parts = [_covered(stones, Source.profiles, profiles), *(_covered(stones, Source.posts, ids) for ids in posts)]
    return pl.concat(parts)


def _covered(stones: Tombstones, source: Source, ids: pl.Series) -> pl.DataFrame:
    records = ids.alias("source_id").to_frame().select(pl.lit(source.value).alias("source"), "source_id")
    return records.filter(stones.covers(records))
