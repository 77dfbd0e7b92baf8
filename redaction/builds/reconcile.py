"""Reconciles the ids of the inputs before any text is analyzed, and compares the inputs with the last release's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from redaction import rights
from redaction.builds.inputs import Inputs
from redaction.builds.redact.known_people import unsearchable_objections
from redaction.config import Config
from redaction.errors import DiscreetError, Finding
from redaction.release import parse_version
from redaction.release.takedown import Tombstones
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.plan import InputCounts
from redaction.state.private_tables import DECISIONS
from redaction.tables import QUARANTINE, TABLES, LoadedTable, TableName

_SINGLE_DAY_POSTS: Final = 1000
"""From so many posts on, it is implausible that all are of one day."""

_END_OF_START: Final = date(1970, 1, 31)
"""Times of a wrong unit are before this day."""

_WRONG_UNIT_ROWS: Final = 20
"""Fewer times say nothing about a share."""

PROFILE_COLUMNS: Final = ["user_id", "handle", "birth_date"]
"""The columns of profiles that `check_inputs` needs."""

_COLUMNS: Final = {
    TableName.rights_events: ["event_id", "subject_id", "mechanism", "supersedes"],
    TableName.objections: ["name", "handle"],
    TableName.signals_of_others: list(TABLES[TableName.signals_of_others].schema),
}


class ReconciliationError(DiscreetError):
    """The inputs do not fit each other, or the last release: rights or records would be lost in silence."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(*problems)
        self.findings = tuple(Finding.of(DiscreetError(problem)) for problem in problems)


@dataclass(frozen=True, slots=True)
class InputCheck:
    """What a build knows of its inputs before it decides anything: counts only.

    Attributes:
        reconciliation: How many ids of each table exist in the others.
        rows: The rows of each table, well formed or not.
        problems: What must stop the build, one line each.
    """

    reconciliation: rights.Reconciliation
    rows: dict[TableName, int]
    problems: tuple[str, ...]

    def raise_problems(self) -> None:
        """Raise ReconciliationError if there is a problem."""
        if self.problems:
            raise ReconciliationError(self.problems)


def check_inputs(  # noqa: PLR0913, PLR0917 - each is independent of the others
    config: Config,
    inputs: Inputs,
    index: Path,
    profiles: LoadedTable,
    quarantined: pl.DataFrame,
    stones: Tombstones,
    version: str | None = None,
) -> InputCheck:
    """Reconcile the ids of all tables, and compare their sizes with those of the last release.

    Args:
        config: The config of the run.
        inputs: Its inputs.
        index: The index of the posts.
        profiles: The profiles, with the columns of `PROFILE_COLUMNS` at least.
        quarantined: The rows of posts and profiles that are not well formed.
        stones: The tombstones of the corpus.
        version: The version to release: it is compared with earlier ones. All releases are earlier, by default.

    Returns:
        The counts, and the problems.
    """
    earlier = _earlier(CorpusPaths.of(config), version)
    loaded = {name: inputs.rows(name, columns) for name, columns in _COLUMNS.items()}
    signals = _read_signals(inputs)
    ledger = loaded[TableName.rights_events]
    exported = ledger.rows.filter(rights.is_exported())  # requests were compared with the profiles when recorded
    posts = pl.scan_parquet(index, glob=False)
    ids = rights.IdTables(
        posts=posts,
        profiles=profiles.rows,
        rights_events=exported,
        region_signals=signals.subjects,
        objections=loaded[TableName.objections].rows,
        signals_of_others=loaded[TableName.signals_of_others].rows,
        quarantined=quarantined,
        before=tuple(pl.scan_parquet(folder.file(DECISIONS), glob=False) for folder in earlier),
        withdrawn=lambda members: stones.takedowns_of(members).is_not_null(),
        contacts=lambda: (each.rows for each in inputs.batches(TableName.profiles, rights.CONTACTS.names())),
    )
    result = rights.reconcile(ids, config.rights)
    rows = {name: table.input for name, table in loaded.items()} | {TableName.profiles: profiles.input}
    rows[TableName.region_signals] = signals.rows
    rows[TableName.rights_events] = exported.height + ledger.quarantined.height
    lost = int((quarantined["source"] == TableName.posts.value).sum())
    rows[TableName.posts] = int(posts.select(pl.len()).collect().item()) + lost
    times = {
        "posts.created_at": posts.select("created_at"),
        "profiles.birth_date": profiles.rows.lazy().select("birth_date"),
        "region_signals.valid_to": signals.ends.to_frame().lazy(),
    }
    problems = [
        *rights.reconciliation_problems(result, config.rights),
        *(_shrunk(rows, earlier[0], config.inputs.max_shrink) if earlier else ()),
        *_too_few(rows, config.inputs.min_rows),
        *_wrong_units(times, config.inputs.max_january_1970),
        *(() if config.inputs.allow_single_day else _single_day(posts)),
        *_without_effect(loaded[TableName.objections].rows, config),
    ]
    return InputCheck(result, rows, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Signals:
    """The region signals: how many rows, the distinct subjects (`rights.count_ids`), and the days on which they end."""

    rows: int
    subjects: pl.DataFrame
    ends: pl.Series


def _read_signals(inputs: Inputs) -> _Signals:
    """Read the region signals in batches: there are several for each member."""
    rows, ends = list[int](), [pl.Series("valid_to", [], pl.Date)]

    def subjects() -> Iterator[pl.Series]:
        for batch in inputs.batches(TableName.region_signals, ["subject_id", "valid_to"]):
            rows.append(batch.rows.height + batch.quarantined.height)
            ends.append(batch.rows["valid_to"].drop_nulls().cast(pl.Date))
            yield batch.rows["subject_id"]

    counted = rights.count_ids(subjects())
    return _Signals(sum(rows), counted, pl.concat(ends))


def refuse_unmatched(config: Config, inputs: Inputs, index: Path, stones: Tombstones) -> None:
    """Raise ReconciliationError if rights of the ledger or of the signals would reach nobody, outside a build."""
    profiles = inputs.rows(TableName.profiles, PROFILE_COLUMNS)
    quarantined = pl.concat([pl.DataFrame(schema=QUARANTINE), profiles.quarantined])
    check = check_inputs(config, inputs, index, profiles, quarantined, stones)
    problems = rights.reconciliation_problems(check.reconciliation, config.rights, rights.PROTECTING)
    if problems:
        raise ReconciliationError(problems)


def _earlier(paths: CorpusPaths, version: str | None) -> list[BuildFolder]:
    """Return the folders of the published builds before a version, the newest first."""
    published = set(paths.registry.versions())
    before = parse_version(version) if version else None

    def counts(folder: BuildFolder) -> bool:
        made = parse_version(folder.version)
        present = folder.file(DECISIONS).is_file() and folder.counts.is_file()
        return made in published and (before is None or made < before) and present

    return [folder for folder in reversed(paths.builds()) if counts(folder)]


def _shrunk(rows: dict[TableName, int], last: BuildFolder, allowed: float) -> Iterator[str]:
    """Compare the rows of each table with those of the last release."""
    counts = InputCounts.model_validate_json(last.counts.read_text("utf-8"))
    before = {TableName(source.value): number for source, number in counts.rows.items()} | counts.tables
    for name, number in before.items():
        gone = number - rows[name]
        if number and gone > allowed * number:
            share = min(1.0, (gone * 100 // number + 1) / 100)
            yield (
                f"inputs.{name}: {rows[name]} rows, {number} in release {last.version}; provide the whole table; "
                f"inputs.max_shrink: {share} allows it"
            )


def _too_few(rows: dict[TableName, int], least: dict[TableName, int]) -> Iterator[str]:
    """Compare the rows of each table with the least that there must be, also where there is no earlier release."""
    for name, expected in least.items():
        if rows[name] < expected:
            yield (
                f"inputs.{name}: {rows[name]} rows, at least {expected} expected; provide the whole table; "
                f"inputs.min_rows: {{{name}: {rows[name]}}} allows it"
            )


def _without_effect(objections: pl.DataFrame, config: Config) -> Iterator[str]:
    """Find objections that would protect nobody: nothing of them can be searched for in the texts."""
    number = unsearchable_objections(objections, config.detection.known)
    if number:
        reason = "is blank or too short" if config.detection.known.enabled else "is searched, as detection.known is off"
        yield (
            f"inputs.objections: {number} of {objections.height} objections have no effect: their name and handle "
            f"{reason}; give the whole name, or remove them"
        )


def _wrong_units(times: dict[str, pl.LazyFrame], allowed: float) -> Iterator[str]:
    """Find columns of times that were read in a wrong unit: all such times are close to the start of 1970."""
    for column, frame in times.items():
        earliest = frame.select(pl.first().min().cast(pl.Date)).collect().item()
        if earliest is None or earliest > _END_OF_START:
            continue
        early = pl.first().cast(pl.Date).is_between(date(1969, 12, 1), _END_OF_START).sum()
        given, wrong = frame.select(pl.first().count().alias("given"), early.alias("wrong")).collect().row(0)
        if given >= _WRONG_UNIT_ROWS and wrong > allowed * given:
            share = min(1.0, (wrong * 100 // given + 1) / 100)
            yield (
                f"{column}: {wrong} of {given} times are around January 1970, as times of a wrong unit are; export "
                f"them in the right unit, or null where none is known; inputs.max_january_1970: {share} allows it"
            )


def _single_day(posts: pl.LazyFrame) -> Iterator[str]:
    """Find posts that all seem to be of one day, as where the time of loading was mapped."""
    time = pl.col("created_at")
    number, first, last = posts.select(pl.len(), time.min().alias("first"), time.max().alias("last")).collect().row(0)
    if number >= _SINGLE_DAY_POSTS and first is not None and first.date() == last.date():
        yield (
            f"posts.created_at: all {number} posts are of one day; map the time of creation; "
            "inputs.allow_single_day: true allows it"
        )
