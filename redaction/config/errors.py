"""The error of this package."""

from redaction.errors import DiscreetError


class ConfigError(DiscreetError):
    """A config that cannot be used. One line: the file, the key, and how to correct it."""
