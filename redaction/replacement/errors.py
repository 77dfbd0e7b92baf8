"""The error of this package."""

from redaction.errors import DiscreetError


class ReplacementError(DiscreetError):
    """An operator or a span that cannot be used. The message names an operator, a type or an index, never a text."""
