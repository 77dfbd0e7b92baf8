"""Where is personal data in this text? Texts, languages and known values in; spans out.

`Detector` is Presidio's analyzer with its registry, run in batches, with recognisers for a professional
network beside it. It never reaches out: models that are not installed are an error.
"""

from redaction.detection.detector import Detector
from redaction.detection.entities import DetectionReason, EntityType, LanguageGuess, Span
from redaction.detection.errors import DetectionError, RecordDetectionError
from redaction.detection.known_values.values import KnownValues
from redaction.detection.language.identify import identify_languages
from redaction.detection.models.backend import NerBackend, NerSpan
from redaction.detection.settings import DetectionSettings, LanguageSettings, read_profile

__all__ = [
    "DetectionError",
    "DetectionReason",
    "DetectionSettings",
    "Detector",
    "EntityType",
    "KnownValues",
    "LanguageGuess",
    "LanguageSettings",
    "NerBackend",
    "NerSpan",
    "RecordDetectionError",
    "Span",
    "identify_languages",
    "read_profile",
]
