"""What can go wrong while values are replaced."""

from redaction.errors import DiscreetError


class ReplacementError(DiscreetError):
    """An operator or a span that cannot be used.

    The message names the operator, the entity type or the place of the text in its batch, never the text.
    """
