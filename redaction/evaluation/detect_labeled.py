"""Runs a detector over labelled texts, so that what it finds can be held against the labels."""

from collections.abc import Sequence
from dataclasses import fields

from redaction.detection import DetectionSettings, Detector, KnownValues, RecordDetectionError, Span
from redaction.evaluation.documents import EvaluationError, LabeledText

_KINDS = frozenset(field.name for field in fields(KnownValues))


def detect_labeled(
    documents: Sequence[LabeledText], settings: DetectionSettings, language: str
) -> list[tuple[Span, ...]]:
    """The spans found in each text, in order. `language` stands for that of texts which tell none.

    A text on which a recogniser fails counts as one in which nothing was found.

    Raises:
        EvaluationError: a language that the profile does not have, or known values of an unknown kind.
    """
    languages = [document.language or language for document in documents]
    if strangers := sorted(set(languages) - set(settings.languages)):
        raise EvaluationError(f"language {strangers[0]}: not in the profile; add it, or take these texts out")
    if kinds := sorted({kind for document in documents for kind in document.known} - _KINDS):
        raise EvaluationError(f"known.{kinds[0]}: no kind of known value; choose from {', '.join(sorted(_KINDS))}")
    known = [KnownValues(**{kind: tuple(values) for kind, values in each.known.items()}) for each in documents]
    found = Detector.from_settings(settings).detect_each([each.text for each in documents], languages, known)
    return [() if isinstance(spans, RecordDetectionError) else spans for spans in found]
