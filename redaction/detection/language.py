"""The language of a text, told offline by py3langid (BSD, its model inside the wheel)."""

import re
from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from redaction.detection.settings import DetectionSettings
from redaction.detection.vocabulary import DetectionReason, LanguageGuess

_NOISE = re.compile(r"https?://\S+|www\.\S+|\S*@\S+|#\w+|&[a-z]+;|\brt\b|[\d_]+", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")


def identify_languages(
    texts: Sequence[str], settings: DetectionSettings, declared: Sequence[str | None] | None = None
) -> list[LanguageGuess]:
    """For each text its language among those of the settings, or None with a reason.

    `declared` is what the source says (BCP 47); it decides where the text is too short or the guess too weak.
    """
    said = declared if declared is not None else [None] * len(texts)
    return [_guess(text, settings, primary_tag(tag)) for text, tag in zip(texts, said, strict=True)]


def primary_tag(tag: str | None) -> str | None:
    """`en` of `en-GB`; None of nothing."""
    return re.split(r"[-_]", tag.strip().lower())[0] or None if tag else None


def _guess(text: str, settings: DetectionSettings, declared: str | None) -> LanguageGuess:
    rules = settings.identification
    words = _NOISE.sub(" ", text)
    letters = len(_LETTERS.findall(words))
    language, score = _identifier().classify(words) if letters else ("und", 0.0)
    if letters >= rules.min_letters and score >= rules.min_score:
        return _among(language, float(score), settings)
    fallback = declared or (rules.default if letters < rules.min_letters else None)
    if fallback is None:
        if language in settings.languages:
            return LanguageGuess(language, float(score))
        return LanguageGuess(None, float(score), DetectionReason.LANGUAGE_UNKNOWN)
    return _among(fallback, float(score), settings)


def _among(language: str, score: float, settings: DetectionSettings) -> LanguageGuess:
    if language in settings.languages:
        return LanguageGuess(language, score)
    return LanguageGuess(None, score, DetectionReason.LANGUAGE_UNSUPPORTED)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
