"""What this room raises."""

from redaction.detection.entities import DetectionReason
from redaction.errors import DiscreetError


class DetectionError(DiscreetError):
    """Detection cannot be set up as the settings say, or cannot look at a record."""


class RecordDetectionError(DetectionError):
    """Detection failed on one record; the record must be dropped.

    `index` is the record's place in the batch, `cause` the type name of what was raised, never its message.
    """

    reason = DetectionReason.DETECTION_FAILED

    def __init__(self, index: int, cause: str, recognizer: str) -> None:
        super().__init__(f"record {index}: {recognizer} failed with {cause}; the record must be dropped")
        self.index = index
        self.cause = cause
        self.recognizer = recognizer


class RegexTimedOutError(DetectionError):
    """A pattern ran longer than `regex_seconds`. Presidio would have let the text pass."""
