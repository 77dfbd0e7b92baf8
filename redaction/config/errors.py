"""The error of this package."""

from collections.abc import Sequence

from redaction.errors import DiscreetError, Finding


class ConfigError(DiscreetError):
    """A config that cannot be used. One line: the file, the key, and how to correct it."""

    @classmethod
    def of(cls, source: object, findings: "Sequence[Finding]") -> "ConfigError":
        """Make one error of every finding about a file; its message is the first one, and how many more there are."""
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        error = cls(f"{source}: {findings[0]}{more}")
        error.findings = tuple(findings)
        return error
