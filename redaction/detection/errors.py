"""The errors of this package."""

from redaction.detection.entities import DetectionReason
from redaction.errors import DiscreetError


class DetectionError(DiscreetError):
    """Detection cannot be set up as the settings ask, or cannot analyze a record."""


class RecordDetectionError(DetectionError):
    """Detection failed on one record; the record must be dropped.

    Attributes:
        index: the record's index in the batch.
        cause: the type name of the error, never its message, which could contain text.
        recognizer: the name of the recognizer that failed.
    """

    reason = DetectionReason.DETECTION_FAILED

    def __init__(self, index: int, cause: str, recognizer: str) -> None:
        super().__init__(f"record {index}: {recognizer} failed with {cause}; the record must be dropped")
        self.index = index
        self.cause = cause
        self.recognizer = recognizer


class RegexTimedOutError(DetectionError):
    """A pattern ran longer than `regex_seconds`; Presidio would log this and report no finding."""


class RecordTimedOutError(DetectionError):
    """A record took more CPU time than `record_seconds`."""
