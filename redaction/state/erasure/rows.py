"""Removes rows and values from private tables, as their declarations say. Each file is replaced whole, or unchanged."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from typing import Final, Self

import polars as pl

from redaction.release import RecordKey
from redaction.rights import KEEP, Reason
from redaction.state.private_tables import PrivateTable, Retention
from redaction.storage import sync
from redaction.tables import Source

ERASED: Final = "[forgotten]"
"""Replaces an erased id: what refers to it still refers to something that may not be used."""

_NAME_POSTS: Final = [Reason.PARENT_MISSING, Reason.PARENT_PROTECTED, Reason.NEAR_DUPLICATE]
_NAME_SUBJECTS: Final = [Reason.MENTION_PROTECTED, Reason.NEAR_DUPLICATE]
"""The reasons whose evidence is a post or a subject, perhaps another's. Other evidence is from the own ledger."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What to erase from some files."""

    subjects: pl.Series
    """Ids of subjects, all of whose rows and names go."""
    records: pl.DataFrame
    """Records (source, source_id) whose rows and names go."""
    withdrawn: pl.DataFrame
    """Records (source, source_id) that lose their link to a release; their subjects may stay."""
    record_ids: pl.Series = field(default_factory=lambda: pl.Series("record_id", [], pl.String))
    """The ids of `records` in the release of these files."""

    def with_key(self, key: RecordKey) -> Self:
        """Return the same with the record ids under the key of a release."""
        ids = [key.record_ids(str(source), rows["source_id"]) for (source,), rows in self.records.group_by("source")]
        return replace(self, record_ids=pl.concat([self.record_ids, *ids]))

    @property
    def posts(self) -> pl.Series:
        """The ids of posts that no row may name any longer."""
        return self.records.filter(source=Source.posts.value)["source_id"]

    @property
    def named_subjects(self) -> pl.Series:
        """The ids of subjects that no row may name any longer. A post and a subject may share an id."""
        profiles = self.records.filter(source=Source.profiles.value)["source_id"]
        return pl.concat([self.subjects, profiles]).unique()


@dataclass(frozen=True, slots=True)
class _Rewrite:
    """A file, which of its rows go, and by column which values are replaced by what."""

    path: Path
    rows: pl.Expr
    values: Mapping[str, tuple[pl.Expr, pl.Expr]]

    @classmethod
    def of(cls, table: PrivateTable, path: Path, erased: Erased) -> Self:
        """Derive the rewrite from the table's declaration."""
        rows = [pl.col(column).is_in(erased.subjects.implode()) for column in table.subjects]
        rows += [pl.col(column).is_in(erased.record_ids.implode()) for column in table.record_ids]
        values = {
            column: (pl.col(column).is_in(erased.posts.implode()), pl.lit(ERASED)) for column in table.references
        } | {column: _erased_elements(column, erased) for column in table.subject_lists}
        if table.record:
            source, record = table.source_of(path), pl.col(table.record)
            rows.append(_among(source, record, erased.records))
            if table.withdrawn:
                linked = _among(source, record, erased.withdrawn) & (pl.col("decision") == KEEP)
                values |= {column: (linked, pl.lit(value, pl.String)) for column, value in table.withdrawn.items()}
        if table.evidence:
            values[table.evidence] = (_names_erased(pl.col(table.evidence), erased), pl.lit(ERASED))
        return cls(path, pl.any_horizontal(pl.lit(value=False), *rows), values)

    @property
    def is_needed(self) -> bool:
        """Whether the file has anything to erase."""
        where = [self.rows, *(condition for condition, _ in self.values.values())]
        found = pl.any_horizontal(condition.fill_null(value=False) for condition in where)
        return not pl.scan_parquet(self.path, glob=False).filter(found).head(1).collect().is_empty()

    def run(self) -> None:
        """Replace the file."""
        values = [
            pl.when(condition.fill_null(value=False)).then(value).otherwise(pl.col(column)).alias(column)
            for column, (condition, value) in self.values.items()
        ]
        rows = pl.scan_parquet(self.path, glob=False).filter(~self.rows.fill_null(value=False))
        replace_file(self.path, rows.with_columns(values))


@dataclass(frozen=True, slots=True)
class RowErasure:
    """The files of one folder with something to erase, and its work in progress, which goes first."""

    rewrites: tuple[_Rewrite, ...]
    working: tuple[Path, ...]

    @classmethod
    def plan(cls, folder: Path, tables: Iterable[PrivateTable], erased: Erased) -> Self:
        """Find what has to be erased in a folder's tables, without changing anything; false where nothing has."""
        tables = list(tables)
        rewrites = (
            _Rewrite.of(table, path, erased)
            for table in tables
            if table.retention is Retention.UNTIL_ERASED
            for path in sorted(folder.glob(table.glob))
        )
        working = {folder / Path(table.pattern).parts[0] for table in tables if table.retention is Retention.WITH_BUILD}
        return cls(tuple(each for each in rewrites if each.is_needed), tuple(sorted(working)))

    def __bool__(self) -> bool:
        """Whether there is anything to erase."""
        return bool(self.rewrites)

    def run(self) -> None:
        """Remove the work in progress, then replace the files."""
        for path in self.working:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        for each in self.rewrites:
            each.run()


def replace_file(path: Path, rows: pl.LazyFrame) -> None:
    """Write a file so that a restart sees all of it or the old one."""
    draft = path.with_name(f".{path.name}.{token_hex(4)}.draft")
    rows.sink_parquet(draft, compression="zstd")
    sync(draft)
    draft.replace(path)
    sync(path.parent)


def _erased_elements(column: str, erased: Erased) -> tuple[pl.Expr, pl.Expr]:
    is_erased = pl.element().is_in(erased.subjects.implode())
    overwritten = pl.when(is_erased).then(pl.lit(ERASED)).otherwise(pl.element())
    return pl.col(column).list.eval(is_erased).list.any(), pl.col(column).list.eval(overwritten)


def _names_erased(evidence: pl.Expr, erased: Erased) -> pl.Expr:
    reason = pl.col("reason")
    return (reason.is_in(_NAME_POSTS) & evidence.is_in(erased.posts.implode())) | (
        reason.is_in(_NAME_SUBJECTS) & evidence.is_in(erased.named_subjects.implode())
    )


def _among(source: pl.Expr, record: pl.Expr, records: pl.DataFrame) -> pl.Expr:
    return pl.any_horizontal(
        pl.lit(value=False),
        *((source == name) & record.is_in(rows["source_id"].implode()) for (name,), rows in records.group_by("source")),
    )
