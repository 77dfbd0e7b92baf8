"""The error of the tables."""

from redaction.errors import DiscreetError


class TablesError(DiscreetError):
    """An input table that cannot be read as the config describes it."""
