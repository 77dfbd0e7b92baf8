"""What the declaration of a canonical table says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

import polars as pl
from polars.datatypes import DataType, DataTypeClass

Dtype = DataType | DataTypeClass
TIME: Final = pl.Datetime("us", "UTC")


class TableName(StrEnum):
    """The canonical tables, named as the keys of `inputs` in the config."""

    posts = "posts"
    profiles = "profiles"
    rights_events = "rights_events"
    region_signals = "region_signals"
    objections = "objections"
    signals_of_others = "signals_of_others"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table.

    Attributes:
        dtype: Its canonical type.
        meaning: What it holds, in one sentence.
        without: What follows where a row has no value, or, of an optional column, where a file lacks it.
        example: A made-up value as text, as a CSV file has it; lists are JSON. Empty for none.
        required: Whether every file must have it.
        words: The words that it may hold, each with its meaning; none where it may hold anything. They are read in any
            case, with hyphens or white space for `_`; other words are read as they are.
    """

    dtype: Dtype
    meaning: str
    without: str
    example: str = ""
    required: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Table:
    """One canonical table.

    Attributes:
        name: The key under `inputs`.
        meaning: What a row is, in one sentence.
        without: What follows where the table is missing or empty.
        columns: Its columns. A file may lack the optional ones; they are then null.
        record_column: The column with a row's own id, None where rows have none.
        subject_column: The column with the id of the member that a row is about, None where it is about no member.
    """

    name: TableName
    meaning: str
    without: str
    columns: Mapping[str, Column]
    record_column: str | None
    subject_column: str | None

    @cached_property
    def schema(self) -> pl.Schema:
        """Column names and types."""
        return pl.Schema({name: column.dtype for name, column in self.columns.items()})

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns that every file must have."""
        return tuple(name for name, column in self.columns.items() if column.required)

    @property
    def example(self) -> dict[str, str]:
        """A made-up row: the examples of its columns."""
        return {name: column.example for name, column in self.columns.items() if column.example}
