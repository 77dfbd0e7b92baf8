"""Where the input tables are stored and what their columns are called there."""

from enum import StrEnum

from pydantic import Field, field_validator

from redaction.base_model import FrozenModel


class Format(StrEnum):
    """How a table's files are written."""

    parquet = "parquet"
    csv = "csv"
    jsonl = "jsonl"
    arrow = "arrow"
    delta = "delta"
    iceberg = "iceberg"


class TableSettings(FrozenModel):
    """One input table: its files and the names of its columns."""

    path: tuple[str, ...] = Field(
        description="Files, folders (every *.parquet below) or globs, each a path or a URI.", min_length=1
    )
    format: Format = Field(default=Format.parquet, description="How the files are written.")
    exclude: tuple[str, ...] = Field(
        default=(), description="Names, or globs of names or of paths below `path`, that are not read."
    )
    columns: dict[str, str] = Field(
        default_factory=dict, description="Canonical column name to the name that the files use."
    )

    @field_validator("path", "exclude", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class InputsSettings(FrozenModel):
    """The tables of one network. The ledger and the signals are required, like the posts."""

    posts: TableSettings
    profiles: TableSettings
    rights_events: TableSettings
    region_signals: TableSettings
    objections: TableSettings | None = None
    max_quarantined: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="The share of a table's rows that may be quarantined; more stops the run.",
    )
