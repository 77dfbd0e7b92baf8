"""Takes what was forgotten out of the files of the private state. Each file is replaced whole, or left as it is."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Final

import polars as pl

from redaction.release.takedown import TOMBSTONED
from redaction.rights import Reason
from redaction.state.layout import BuildFolder
from redaction.storage import sync
from redaction.tables import Source

FORGOTTEN: Final = "[forgotten]"
"""Stands for an id that was forgotten: whatever refers to it still refers to something that may not be used."""

_REFERENCES: Final = ("in_reply_to", "repost_of", "quote_of")
_NAME_POSTS: Final = [Reason.PARENT_MISSING, Reason.PARENT_PROTECTED, Reason.NEAR_DUPLICATE]
_NAME_MEMBERS: Final = [Reason.MENTION_PROTECTED, Reason.NEAR_DUPLICATE]
"""The reasons whose evidence is a post or a member, and so may be another's; of any other it is of the own ledger."""

_NO: Final = pl.lit(False)


@dataclass(frozen=True, slots=True)
class Gone:
    """What must go from some files.

    All rows of `subjects` (ids) and of `records` (source, source_id), and their names in other rows. Of the records in
    `taken`, whose members may stay, what links them to a release. `record_ids`: those of `records` in this build.
    """

    subjects: pl.Series
    records: pl.DataFrame
    taken: pl.DataFrame
    record_ids: pl.Series

    @property
    def posts(self) -> pl.Series:
        """The ids of posts that no row may name any more."""
        return self.records.filter(source=Source.posts.value)["source_id"]

    @property
    def members(self) -> pl.Series:
        """The ids of members that no row may name any more. A post and a member may have one id."""
        profiles = self.records.filter(source=Source.profiles.value)["source_id"]
        return pl.concat([self.subjects, profiles]).unique()


@dataclass(frozen=True, slots=True)
class _Rewriting:
    """A file, the rows of it that go, and by column what stands elsewhere instead, and where."""

    path: Path
    go: pl.Expr
    instead: Mapping[str, tuple[pl.Expr, pl.Expr]] = field(default_factory=dict)

    @property
    def concerns(self) -> bool:
        """Whether anything in the file is not as it should be."""
        if not self.path.is_file():
            return False
        where = [self.go, *(condition for condition, _ in self.instead.values())]
        found = pl.any_horizontal(condition.fill_null(value=False) for condition in where)
        return not pl.scan_parquet(self.path).filter(found).head(1).collect().is_empty()

    def do(self) -> None:
        """Replaces the file."""
        told = [
            pl.when(condition.fill_null(value=False)).then(value).otherwise(pl.col(column)).alias(column)
            for column, (condition, value) in self.instead.items()
        ]
        replace(self.path, pl.scan_parquet(self.path).filter(~self.go.fill_null(value=False)).with_columns(told))


@dataclass(frozen=True, slots=True)
class Blackening:
    """What has to be done in one build, before anything is."""

    _folder: BuildFolder
    _concerned: tuple[_Rewriting, ...]

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self._concerned)

    def do(self) -> None:
        """Replaces the files. Staged rows go first: nothing there says whose they are."""
        shutil.rmtree(self._folder.path / "redacted", ignore_errors=True)
        self._folder.kept.unlink(missing_ok=True)
        for each in self._concerned:
            each.do()


def blackening(folder: BuildFolder, gone: Gone) -> Blackening:
    """What the files of one build have to forget."""
    decided = _of(gone.records) | pl.col("subject_id").is_in(gone.subjects.implode())
    work = (
        _index(folder.index, gone),
        _Rewriting(folder.quarantine, _of(gone.records)),
        _Rewriting(folder.rights, decided, _decisions(gone)),
        _Rewriting(folder.subjects, pl.col("subject_id").is_in(gone.subjects.implode())),
        _Rewriting(folder.decisions, decided, _decisions(gone) | {"record_id": (_linked(gone), _null())}),
        *(
            _Rewriting(path, pl.col("record_id").is_in(gone.record_ids.implode()))
            for path in sorted(folder.path.glob("audit-*.parquet"))
        ),
    )
    return Blackening(folder, tuple(each for each in work if each.concerns))


def blacken_findings(findings: Path, records: pl.DataFrame) -> None:
    """Forgets the findings of some records (source, source_id) in the folder that holds them by source."""
    for path in sorted(findings.rglob("*.parquet")):
        ids = records.filter(source=path.parent.name)["source_id"]
        rewriting = _Rewriting(path, pl.col("source_id").is_in(ids.implode()))
        if rewriting.concerns:
            rewriting.do()


def replace(path: Path, rows: pl.LazyFrame) -> None:
    """Writes a file of the state so that a restart sees all of it or the old one."""
    draft = path.with_name(f".{path.name}.{token_hex(4)}.draft")
    rows.sink_parquet(draft, compression="zstd")
    sync(draft)
    draft.replace(path)
    sync(path.parent)


def _index(path: Path, gone: Gone) -> _Rewriting:
    posts = gone.posts
    theirs = pl.col("author_id").is_in(gone.subjects.implode()) | pl.col("post_id").is_in(posts.implode())
    mentioned = pl.element().is_in(gone.subjects.implode())
    references = {column: (pl.col(column).is_in(posts.implode()), pl.lit(FORGOTTEN)) for column in _REFERENCES}
    mentions = (
        pl.col("mentions").list.eval(mentioned).list.any(),
        pl.col("mentions").list.eval(pl.when(mentioned).then(pl.lit(FORGOTTEN)).otherwise(pl.element())),
    )
    return _Rewriting(path, theirs, {**references, "mentions": mentions})


def _decisions(gone: Gone) -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """Of records taken back whose members stay: dropped, as `tombstoned`; and no row names what is forgotten."""
    linked = _linked(gone)
    reason, evidence = pl.col("reason"), pl.col("evidence_id")
    named = (reason.is_in(_NAME_POSTS) & evidence.is_in(gone.posts.implode())) | (
        reason.is_in(_NAME_MEMBERS) & evidence.is_in(gone.members.implode())
    )
    return {
        "decision": (linked, pl.lit("drop")),
        "reason": (linked, pl.lit(TOMBSTONED)),
        "rule": (linked, pl.lit("takedown")),
        "evidence_id": (named, pl.lit(FORGOTTEN)),
    }


def _linked(gone: Gone) -> pl.Expr:
    return _of(gone.taken) & (pl.col("decision") == "keep")


def _of(records: pl.DataFrame) -> pl.Expr:
    return pl.any_horizontal(
        _NO,
        *(
            (pl.col("source") == source) & pl.col("source_id").is_in(rows["source_id"].implode())
            for (source,), rows in records.group_by("source")
        ),
    )


def _null() -> pl.Expr:
    return pl.lit(None, pl.String)
