"""What the declaration of a private table says: where it is, what it holds, whom it names, and how long it stays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import polars as pl

FOLDER: Final = "folder"
"""As the source of a table's records: the name of the folder that the file is in."""


class Retention(StrEnum):
    """How long the rows of a table stay."""

    UNTIL_ERASED = "until erased"
    """A takedown removes the rows of erased subjects and records."""
    WITH_BUILD = "for one build"
    """Work in progress: removed whole when a takedown erases anything from its build."""
    UNTIL_SUPERSEDED = "until superseded"
    """Each build and each takedown replaces or removes the table whole."""
    UNTIL_ANSWERED = "until answered"
    """A takedown leaves the rows: an answer is still owed. Answering removes the subject's id."""
    UNTIL_IN_LEDGER = "until the ledger holds them"
    """A takedown leaves the rows: as long as the inputs may name the subject, they must be denied by them."""
    PERMANENT = "permanent"
    """Never removed. The table must not identify anyone without the key."""


@dataclass(frozen=True, slots=True)
class PrivateTable:
    """The declaration of a private table.

    A table that stays until erased must name its subjects or records: they decide which rows a takedown removes. Every
    text column must have a role, so that a new one that identifies somebody cannot be overlooked.

    Attributes:
        pattern: Its files, relative to the folder of a build; each `{part}` is one part of a path.
        retention: How long its rows stay.
        holds: One line for the documentation.
        schema: Its columns.
        subjects: Columns with a subject's id. The rows of an erased subject are removed.
        record: The column of a record's id in the network. The rows of an erased record are removed.
        source: The column with the source of `record`, or the source itself, or `FOLDER`.
        record_ids: Columns with a record's id in the release. The rows of an erased record are removed.
        references: Columns with the id of another post; an erased one is overwritten.
        subject_lists: List columns of subject ids; erased ones are overwritten.
        evidence: The column that, depending on `reason`, names a post or a subject; an erased one is overwritten.
        withdrawn: The values that the row of a withdrawn record gets if its subject stays.
        categories: Columns with few distinct values, which identify nobody.
        shared: Whether its files are in the folder of the corpus, shared by all builds.
    """

    pattern: str
    retention: Retention
    holds: str
    schema: pl.Schema
    subjects: tuple[str, ...] = ()
    record: str | None = None
    source: str = "source"
    record_ids: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject_lists: tuple[str, ...] = ()
    evidence: str | None = None
    withdrawn: Mapping[str, str | None] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    shared: bool = False

    def __post_init__(self) -> None:
        """Check the declaration.

        Raises:
            ValueError: A column does not exist, a text column has no role, or rows could not be erased.
        """
        roles = {*self.identifying, *self.references, *self.subject_lists, *self.categories, *self.withdrawn}
        roles |= {self.evidence} if self.evidence else set()
        if missing := roles - self.schema.keys():
            raise ValueError(f"{self.pattern}: has no column {', '.join(sorted(missing))}")
        if self.retention is not Retention.UNTIL_ERASED:
            return
        if not self.identifying:
            raise ValueError(f"{self.pattern}: names no subject or record; nothing could erase its rows")
        text = {name for name, dtype in self.schema.items() if dtype in {pl.String, pl.List(pl.String)}}
        if undeclared := text - roles - {self.source}:
            raise ValueError(f"{self.pattern}: declare the role of {', '.join(sorted(undeclared))}")

    @property
    def identifying(self) -> tuple[str, ...]:
        """The columns that decide whether a row is erased."""
        return (*self.subjects, *self.record_ids, *((self.record,) if self.record else ()))

    @property
    def glob(self) -> str:
        """The pattern, for `Path.glob`."""
        return re.sub(r"\{\w+\}", "*", self.pattern)

    def source_of(self, path: Path) -> pl.Expr:
        """Return the source of the records in a file."""
        if self.source == FOLDER:
            return pl.lit(path.parent.name)
        return pl.col(self.source) if self.source in self.schema else pl.lit(self.source)


def text_columns(*names: str) -> dict[str, pl.DataType]:
    """Return columns of text, for a schema."""
    return dict.fromkeys(names, pl.String())
