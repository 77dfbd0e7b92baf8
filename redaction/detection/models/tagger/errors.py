"""The errors of the model."""

from redaction.errors import DiscreetError


class ModelError(DiscreetError):
    """The tagger's weights cannot be read, or are not in the format of this version."""
