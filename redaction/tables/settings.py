"""Where the input tables are stored and what their columns are called there."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import Field, field_validator, model_validator

from redaction.base_model import FrozenModel
from redaction.tables.schemas import TableName


class Format(StrEnum):
    """How a table's files are written."""

    parquet = "parquet"
    csv = "csv"
    jsonl = "jsonl"
    arrow = "arrow"
    delta = "delta"
    iceberg = "iceberg"


class Duplicates(StrEnum):
    """Which of several rows of one post is used; the others are quarantined."""

    first = "first"
    newest = "newest"
    refuse = "refuse"


class Unit(StrEnum):
    """What a number counts since 1970-01-01 UTC: days, seconds, milliseconds, microseconds or nanoseconds."""

    d = "d"
    s = "s"
    ms = "ms"
    us = "us"
    ns = "ns"


class DateOrder(StrEnum):
    """The order of day, month and year in dates that are not ISO 8601: 31/12/2025, 12/31/2025, 2025/12/31."""

    dmy = "dmy"
    mdy = "mdy"
    ymd = "ymd"


TimeForm = Unit | DateOrder
"""How times are written that are not ISO 8601."""


class ColumnSettings(FrozenModel):
    """Where a canonical column comes from: a column of the files, or one value for all rows."""

    column: tuple[str, ...] = Field(
        default=(),
        description="The name in the files; `user.id` is a field of a struct. A file has one of several.",
    )
    unit: Unit | None = Field(default=None, description="For times as numbers: what they count since 1970 in UTC.")
    order: DateOrder | None = Field(
        default=None,
        description="For times and dates as text such as 31/12/2025: the order of day, month and year. ISO 8601 is read"
        " in any case.",
    )
    words: dict[str, str] = Field(
        default_factory=dict,
        description="For `kind`, `account_status`, `action` and `signal`: a word of the files to the word that it"
        " means.",
    )
    value: str | None = Field(default=None, description="One value for all rows; null for none.")

    @field_validator("column", mode="before", json_schema_input_type=str | tuple[str, ...])
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("value", mode="before", json_schema_input_type=str | int | None)
    @classmethod
    def _as_text(cls, value: object) -> object:
        if isinstance(value, date):
            return value.isoformat()
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _column_or_value(self) -> Self:
        if self.is_constant == bool(self.column):
            raise ValueError("give the name of a column, or {value: ...} for one value in all rows")
        if self.is_constant and self.time_form:
            raise ValueError("a unit or an order needs a column; write the value as ISO 8601 text")
        if self.is_constant and self.words:
            raise ValueError("words need a column; write the value as the word that it means")
        if self.unit and self.order:
            raise ValueError("give a unit for numbers, or an order for text, not both")
        return self

    @property
    def time_form(self) -> TimeForm | None:
        """How its times are written, None for ISO 8601 and for columns of times."""
        return self.unit or self.order

    @property
    def is_constant(self) -> bool:
        """Whether all rows have one value."""
        return "value" in self.model_fields_set


class FileLimits(FrozenModel):
    """What a file may have at most; a file beyond is refused before it takes memory."""

    max_columns: int = Field(default=10_000, ge=1, description="The most columns of a file.")
    max_footer_mb: int = Field(default=64, ge=1, description="The most MB that the footer of a Parquet file takes.")
    max_row_group_mb: int = Field(
        default=4096, ge=1, description="The most MB of a row group of a Parquet file without compression."
    )
    max_batch_mb: int = Field(
        default=1024, ge=1, description="The most MB that one column of 16,384 rows of Parquet takes in memory."
    )
    max_nesting: int = Field(default=16, ge=1, le=90, description="The most levels of lists and structs of a column.")


class TableSettings(FrozenModel):
    """One input table: its files and the names of its columns."""

    path: tuple[str, ...] = Field(
        description="Files, folders (every file of the format below) or globs, each a path or a URI.", min_length=1
    )
    format: Format = Field(default=Format.parquet, description="How the files are written.")
    exclude: tuple[str, ...] = Field(
        default=(), description="Names, or globs of names or of paths below `path`, that are not read."
    )
    limits: FileLimits = Field(default=FileLimits(), description="What a file may have at most.")
    columns: dict[str, ColumnSettings] = Field(
        default_factory=dict,
        description="Canonical column to its name in the files, or to a mapping: `column` with `unit`, `order` or "
        "`words`, or `value`.",
    )

    @field_validator("columns", mode="before", json_schema_input_type=dict[str, str | tuple[str, ...] | ColumnSettings])
    @classmethod
    def _names(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {column: _named(column, given) for column, given in value.items()}

    @field_validator("path", "exclude", mode="before", json_schema_input_type=str | tuple[str, ...])
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


def _named(column: str, given: Any) -> Any:
    """Return a mapping in its long form: a name is a column, what names none is for the column of the same name."""
    if given is None:
        return {}
    if isinstance(given, dict) and given and set(given) <= {"unit", "order", "words"}:
        return {"column": column, **given}
    return {"column": given} if isinstance(given, str | list | tuple) else given


class PostsSettings(TableSettings):
    """The posts."""

    duplicates: Duplicates = Field(
        default=Duplicates.first,
        description="Of rows with one id: use the first, or the newest by `updated_at`, or stop the run.",
    )


_LEAST_ROWS: Final = {TableName.posts: 1, TableName.profiles: 1}


class InputsSettings(FrozenModel):
    """The tables of one network. The ledger and the signals are required, like the posts."""

    posts: PostsSettings
    """The posts."""
    profiles: TableSettings
    """The profiles of members."""
    rights_events: TableSettings
    """The ledger of rights events."""
    region_signals: TableSettings
    """Where members live, as the network knows it."""
    objections: TableSettings | None = None
    """Names and handles of people who objected without being members; may be left out."""
    signals_of_others: TableSettings | None = None
    """What others state about the use of posts, of what is linked in them, or of members' data; may be left out."""
    max_quarantined: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="The share of a table's rows that may be quarantined; more stops the run.",
    )
    max_shrink: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="The share of a table's rows that may be gone since the last release; more stops the run.",
    )
    min_rows: dict[TableName, Annotated[int, Field(ge=0)]] = Field(
        default_factory=lambda: dict(_LEAST_ROWS),
        description="The least rows of a table; fewer stop the run. By default 1 for posts and for profiles.",
    )
    max_january_1970: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="The share of a column's times that may be in January 1970, where times of a wrong unit are; "
        "more stops the run.",
    )
    allow_single_day: bool = Field(
        default=False, description="Whether 1,000 posts or more may all be of one day, as where a load date is mapped."
    )

    @field_validator("min_rows", mode="after")
    @classmethod
    def _with_defaults(cls, value: dict[TableName, int]) -> dict[TableName, int]:
        return {**_LEAST_ROWS, **value}
