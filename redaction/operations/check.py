"""Everything that can be known before a build: what is wrong with the config and its inputs, and what would be kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from redaction import rights
from redaction.builds.decide import count_reasons, decide_inputs, sum_reasons
from redaction.builds.inputs import Inputs, index_inputs, open_inputs
from redaction.builds.open import instant_of
from redaction.builds.reconcile import PROFILE_COLUMNS, check_inputs
from redaction.config import Config, Draft, check_canaries, check_labeled_sets, load_policy, load_regions, read_draft
from redaction.errors import DiscreetError, Finding
from redaction.release import load_key, parse_version
from redaction.release.takedown import Tombstones
from redaction.rights import KEEP
from redaction.state.keys import checked_key
from redaction.state.layout import CorpusPaths, private_folder
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import INDEX, QUARANTINED
from redaction.state.scratch import scratch
from redaction.storage import StorageSettings, list_names
from redaction.tables import (
    QUARANTINE,
    TABLES,
    Source,
    TableFile,
    TableName,
    open_table,
    read_batches,
)
from redaction.tables.schemas import Table

_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class Expected:
    """What a build would do with the inputs, before any text is analyzed.

    Attributes:
        counts: source, decision, reason, records; quarantined rows have the decision `quarantine`.
        findings: What would stop the build.
        reconciliation: For each column that refers to another table, how many of its ids exist there.
    """

    counts: pl.DataFrame
    findings: tuple[Finding, ...]
    reconciliation: pl.DataFrame

    @property
    def kept(self) -> int:
        """How many records the rules keep; detection may still drop some of them."""
        return int(self.counts.filter(pl.col("decision") == KEEP)["records"].sum())


def find_problems(name: str | Path, as_of: str | None = None, version: str | None = None) -> list[DiscreetError]:
    """Find everything that is wrong with a run before any work: config, policy, regions, key, times, version, columns.

    Args:
        name: The config, as for `load_config`.
        as_of: The instant that overrides the config's.
        version: The version of the release.

    Returns:
        The errors, none where the run can start. Nothing is written.
    """
    try:
        draft = read_draft(name)
    except DiscreetError as error:
        return [error]
    problems: list[DiscreetError] = list(draft.errors)
    settings = draft.config.rights if draft.config else draft.section("rights")
    instant = draft.config.as_of if draft.config else draft.section("as_of")
    moment = _attempt(problems, lambda: instant_of(as_of or (instant.isoformat() if instant else None)))
    _attempt(problems, lambda: parse_version(version) if version else None)
    if settings is not None:
        policy = _attempt(problems, lambda: load_policy(settings.policy, draft.root))
        regions = _attempt(problems, lambda: load_regions(settings.regions, draft.root))
        if policy and regions and moment:
            _attempt(problems, lambda: rights.Rules.of(policy, regions, settings, moment, now=datetime.now(UTC)))
    _attempt(problems, lambda: _check_key(draft))
    _attempt(problems, lambda: _check_output(draft))
    if draft.config is not None:
        _attempt(problems, partial(check_labeled_sets, draft.config))
        _attempt(problems, partial(check_canaries, draft.config))
    for table_name in TABLES:
        _attempt(problems, partial(_open_table, draft, table_name))
    return problems


def find_unreadable(config: Config) -> list[DiscreetError]:
    """Read every row of every table, and find the first problem of each file; for a run that stopped at one of them."""
    problems: list[DiscreetError] = []
    for name, files in open_inputs(config).files.items():
        for file in files:
            _attempt(problems, partial(_read, TABLES[name], file))
    return problems


def _read(table: Table, file: TableFile) -> None:
    for _ in read_batches(table, [file]):
        pass


def first_rows(inputs: Inputs, name: TableName, rows: int = _ROWS) -> pl.DataFrame:
    """Read the first well-formed rows of a table as the program reads them: its canonical columns. They are private."""
    table = TABLES[name]
    for batch in read_batches(table, inputs.files[name]):
        if batch.rows.height:
            return batch.rows.select(list(table.schema)).head(rows)
    return pl.DataFrame(schema=table.schema)


def expect(config: Config, as_of: str | None = None) -> Expected:
    """Decide every record as a build would, in a scratch folder, and publish nothing.

    Args:
        config: The config of the run.
        as_of: The instant that overrides the config's.

    Returns:
        Counts by reason, and what would stop the build.

    Raises:
        DiscreetError: The inputs, the rules or the key cannot be used.
    """
    inputs, master = open_inputs(config), checked_key(config)
    moment = instant_of(as_of or (config.as_of.isoformat() if config.as_of else None))
    with scratch_folder(config) as temporary:
        index = index_inputs(config, inputs, temporary / INDEX.pattern)
        profiles = inputs.rows(TableName.profiles, PROFILE_COLUMNS)
        lost = pl.concat([pl.DataFrame(schema=QUARANTINE), index.quarantined, profiles.quarantined])
        write_table(QUARANTINED, temporary / QUARANTINED.pattern, lost)  # the search for copies reads it
        stones = Tombstones.load(CorpusPaths.of(config).tombstones, master, config.corpus)
        check = check_inputs(config, inputs, index.path, profiles, lost, stones)
        decided = decide_inputs(config, inputs, index.path, moment, master, reconcile=False).records
    rows = {Source.posts.value: index.input, Source.profiles.value: profiles.input}
    counts = sum_reasons([count_reasons(each) for each in (decided, lost.with_columns(decision=pl.lit("quarantine")))])
    unmatched = tuple(Finding.of(DiscreetError(problem)) for problem in check.problems)
    findings = (*unmatched, *_findings(config, counts, lost, rows))
    return Expected(counts, findings, check.reconciliation.table)


@contextmanager
def scratch_folder(config: Config) -> Iterator[Path]:
    """Open a scratch folder in the private state, and leave no folder behind that was not there before."""
    state = CorpusPaths.of(config).state
    new = [folder for folder in (state, *state.parents) if not folder.exists()]
    private_folder(state)
    try:
        with scratch(state) as temporary:
            yield temporary
    finally:
        for folder in new:
            if not any(folder.iterdir()):
                folder.rmdir()


def _findings(config: Config, counts: pl.DataFrame, lost: pl.DataFrame, rows: dict[str, int]) -> Iterator[Finding]:
    limit = config.inputs.max_quarantined
    for source, number in lost.group_by("source").len().sort("source").iter_rows():
        if number > limit * rows[source]:
            share = f"{number:,} of {rows[source]:,} {source} are malformed, the limit is {limit:.0%}"
            yield Finding("inputs.max_quarantined", share, "correct the rows (see the reasons), or raise the limit")
    if (counts["decision"] != KEEP).all():
        yield Finding("", "no record may be used, so there is nothing to release", "see the reasons")


def _attempt(problems: list[DiscreetError], check: Callable[[], Any]) -> Any:
    try:
        return check()
    except DiscreetError as error:
        problems.append(error)
        return None


def _check_output(draft: Draft) -> None:
    """Reach the store of the releases; a local folder is made by the build."""
    if draft.config is not None and not isinstance(draft.config.corpora, Path):
        list_names(CorpusPaths.of(draft.config).releases)


def _check_key(draft: Draft) -> None:
    if draft.config is not None:
        checked_key(draft.config)
    elif (settings := draft.section("key")) is not None:
        load_key(settings, draft.root)


def _open_table(draft: Draft, name: TableName) -> None:
    if draft.config is not None:
        settings, storage = getattr(draft.config.inputs, name), draft.config.storage
    else:
        settings, storage = draft.section("inputs", name), draft.section("storage")
    if settings is None:
        return
    open_table(TABLES[name], settings, draft.root, storage or StorageSettings())
