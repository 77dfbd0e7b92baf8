"""Run a detector on labeled texts, for comparison with the labels."""

from collections.abc import Sequence
from dataclasses import fields

from redaction.detection import DetectionSettings, Detector, KnownValues, RecordDetectionError, Span
from redaction.evaluation.documents import EvaluationError, LabeledText

_KINDS = frozenset(field.name for field in fields(KnownValues))


def detect_labeled(
    documents: Sequence[LabeledText], settings: DetectionSettings, language: str
) -> list[tuple[Span, ...]]:
    """Detect the spans of labeled texts.

    Args:
        documents: The texts, with their language and the author's known values.
        settings: The detection profile.
        language: The language of texts that declare none.

    Returns:
        The spans of each text, in order; none for a text on which a recognizer fails.

    Raises:
        EvaluationError: A language that the profile does not have, or known values of an unknown kind.
    """
    languages = [document.language or language for document in documents]
    if unsupported := sorted(set(languages) - set(settings.languages)):
        raise EvaluationError(f"language {unsupported[0]}: not in the profile; add it, or remove these texts")
    if kinds := sorted({kind for document in documents for kind in document.known} - _KINDS):
        raise EvaluationError(f"known.{kinds[0]}: not a kind of known value; choose from {', '.join(sorted(_KINDS))}")
    known = [KnownValues(**{kind: tuple(values) for kind, values in each.known.items()}) for each in documents]
    detected = Detector.from_settings(settings).detect_each([each.text for each in documents], languages, known)
    return [() if isinstance(spans, RecordDetectionError) else spans for spans in detected]
