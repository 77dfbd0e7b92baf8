"""Finds personal data in texts: texts, languages and known values in, spans out.

    detector = Detector.from_settings(redaction.load_profile("social"))
    detector.detect(["mail me: ivy (at) corp dot example"], "en")

`Detector` runs Presidio's analyzer and registry over batches, with recognizers for a professional network. It downloads
nothing; a model that is not installed is an error.
"""

from typing import TYPE_CHECKING

from redaction.lazy_names import lazy_names

if TYPE_CHECKING:
    from redaction.detection.detector import Detector
    from redaction.detection.entities import DetectionReason, EntityType, LanguageGuess, Span
    from redaction.detection.errors import DetectionError, RecordDetectionError
    from redaction.detection.known_values.values import KnownValues
    from redaction.detection.language.identify import identify_languages
    from redaction.detection.settings import DetectionSettings, read_profile

__all__ = [
    "DetectionError",
    "DetectionReason",
    "DetectionSettings",
    "Detector",
    "EntityType",
    "KnownValues",
    "LanguageGuess",
    "RecordDetectionError",
    "Span",
    "identify_languages",
    "read_profile",
]

_MODULES = {
    "DetectionError": "errors",
    "DetectionReason": "entities",
    "DetectionSettings": "settings",
    "Detector": "detector",
    "EntityType": "entities",
    "KnownValues": "known_values.values",
    "LanguageGuess": "entities",
    "RecordDetectionError": "errors",
    "Span": "entities",
    "identify_languages": "language.identify",
    "read_profile": "settings",
}

__getattr__ = lazy_names(__name__, _MODULES)


def __dir__() -> list[str]:
    return __all__
