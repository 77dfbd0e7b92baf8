"""Why a row is quarantined, and how a quarantined row is recorded."""

from enum import StrEnum

import polars as pl

from redaction.tables.schemas import LOCATOR

QUARANTINE = pl.Schema([("source", pl.String), *LOCATOR.items(), ("source_id", pl.String), ("reason", pl.String)])
"""A quarantined row: its table, its locator, its id if it has one, and the reason. Never its text."""


class QuarantineReason(StrEnum):
    """Why a row is not well formed. Such a row is counted and not used."""

    missing_id = "missing_id"
    """The row's own id is null or blank."""
    duplicate_id = "duplicate_id"
    """An earlier row, in the order of files and rows, has the same id. Of profiles, any other row."""
    missing_author = "missing_author"
    """The author's id is null or blank, so no rights could be looked up."""
    missing_time = "missing_time"
    """The creation time is null or outside the years 1970 to 9999."""
    missing_kind = "missing_kind"
    """The kind of content is null or blank."""
    missing_text = "missing_text"
    """The text is null."""
    blank_text = "blank_text"
    """The text is empty or only white space."""
