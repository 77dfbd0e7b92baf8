"""What the model raises."""

from redaction.errors import DiscreetError


class ModelError(DiscreetError):
    """The tagger's weights cannot be read, or are not of the format that this version reads."""
