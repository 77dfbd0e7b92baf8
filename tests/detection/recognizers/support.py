"""Helpers for the tests of recognizers."""

from redaction.detection.recognizers.base import RuleRecognizer


def found(recognizer: RuleRecognizer, text: str, threshold: float = 0.35) -> set[str]:
    """Return the texts of the spans that a recognizer finds at the default threshold."""
    results = recognizer.analyze(text, recognizer.supported_entities)
    return {text[r.start : r.end] for r in results if r.score >= threshold}


def hides(recognizer: RuleRecognizer, text: str, secret: str, threshold: float = 0.35) -> bool:
    """Return whether spans cover every character of `secret`."""
    start = text.index(secret)
    hidden: set[int] = set()
    for r in recognizer.analyze(text, recognizer.supported_entities):
        if r.score >= threshold:
            hidden.update(range(r.start, r.end))
    return set(range(start, start + len(secret))) <= hidden
