"""What the tables of these tests have in common."""

from redaction.detection.recognizers.base import RuleRecognizer


def found(recognizer: RuleRecognizer, text: str, threshold: float = 0.35) -> set[str]:
    """The pieces of text that a recogniser finds, at the default threshold, as Presidio would call it."""
    results = recognizer.analyze(text, recognizer.supported_entities)
    return {text[r.start : r.end] for r in results if r.score >= threshold}


def hides(recognizer: RuleRecognizer, text: str, secret: str, threshold: float = 0.35) -> bool:
    """Whether every character of `secret` is found."""
    start = text.index(secret)
    hidden: set[int] = set()
    for r in recognizer.analyze(text, recognizer.supported_entities):
        if r.score >= threshold:
            hidden.update(range(r.start, r.end))
    return set(range(start, start + len(secret))) <= hidden
