"""Why a row was set aside before anyone looked at its rights."""

from enum import StrEnum


class QuarantineReason(StrEnum):
    """A row that is not well formed is counted under one of these and goes no further."""

    missing_id = "missing_id"
    """The row's own id is null or empty."""
    duplicate_id = "duplicate_id"
    """An earlier row, in the order of files and rows, has the same id."""
    missing_author = "missing_author"
    """The author's id is null or empty, so nobody's rights could be asked for."""
    missing_time = "missing_time"
    """The creation time is null or outside the years 1970 to 9999."""
    missing_kind = "missing_kind"
    """The kind of content is null or empty."""
    missing_text = "missing_text"
    """The text is null."""
    blank_text = "blank_text"
    """The text is empty or white space alone."""
