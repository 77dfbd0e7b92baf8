"""The texts of the review, read from the inputs again, and the labels that a reviewer gave them."""

from redaction.builds.review.reviewed_labels import (
    SET_NAME,
    LabeledRecord,
    retain_eligible,
    reviewed_in_build,
    reviewed_records,
    reviewed_texts,
)
from redaction.builds.review.texts import ReviewCase, current_texts

__all__ = [
    "SET_NAME",
    "LabeledRecord",
    "ReviewCase",
    "current_texts",
    "retain_eligible",
    "reviewed_in_build",
    "reviewed_records",
    "reviewed_texts",
]
