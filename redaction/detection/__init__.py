"""Where is personal data in this text? Texts, languages and known values in; spans out.

`Detector` is Presidio's analyzer with its registry, run in batches, with recognisers for a professional
network beside it. It never reaches out: models that are not installed are an error.
"""

import redaction.detection.libraries  # noqa: F401 - before anything that would load them
from redaction.detection.detector import Detector
from redaction.detection.errors import DetectionError, RecordDetectionError
from redaction.detection.known import KnownValues
from redaction.detection.language import identify_languages
from redaction.detection.ner import NerBackend, NerSpan
from redaction.detection.settings import DetectionSettings, LanguageSettings, load_profile
from redaction.detection.vocabulary import DetectionReason, EntityType, LanguageGuess, Span

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
    "load_profile",
]
