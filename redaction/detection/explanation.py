"""Explains a span without repeating its text: what the recognizer looks for, and the context words near the span."""

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from redaction.detection.detector import Detector
from redaction.detection.entities import Span
from redaction.detection.recognizers.base import Cue, RuleRecognizer

_BEFORE: Final = 48
_AFTER: Final = 24
_MODEL: Final = "Named by a language model."
_KNOWN: Final = "A known value."


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a span was found.

    Attributes:
        why: What the recognizer finds, in one sentence.
        context: The context words for the span's type that are near it, in lower case.
    """

    why: str
    context: tuple[str, ...] = ()


def explain(detector: Detector, text: str, span: Span, language: str) -> Explanation:
    """Explain a span of a text that was analyzed in `language`."""
    recognizer = _recognizers(detector, language).get(span.recognizer)
    if recognizer is None:
        return Explanation(_KNOWN)
    cues = _cues(span.entity_type) if isinstance(recognizer, RuleRecognizer) else ()
    words = {found[0].lower() for cue in cues if (found := cue.nearest(text, span.start, span.end))}
    near = text[max(0, span.start - _BEFORE) : span.start], text[span.end : span.end + _AFTER]
    lower = [part.lower() for part in near]
    words |= {
        word.lower()
        for word in getattr(recognizer, "context", None) or ()
        if any(re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", part) for part in lower)
    }
    return Explanation(_first_sentence(recognizer), tuple(sorted(words)))


def _recognizers(detector: Detector, language: str) -> dict[str, Any]:
    recognizers: Any = detector.engine.registry.recognizers
    return {each.name: each for each in recognizers if each.supported_language == language}


@lru_cache(maxsize=256)
def _cues(entity_type: str) -> tuple[Cue, ...]:
    """Return the context words that the rules for a type declare, but for those that speak against a finding."""
    rules = {rule.__module__ for rule in RuleRecognizer.__subclasses__() if entity_type in rule.types}
    declared = [item for module in sorted(rules) for item in vars(sys.modules[module]).items()]
    return tuple(value for name, value in declared if isinstance(value, Cue) and "_NOT" not in name)


def _first_sentence(recognizer: Any) -> str:
    if "NerRecognizer" in type(recognizer).__name__ or recognizer.name in {"SpacyRecognizer", "NamedEntityRecognizer"}:
        return _MODEL
    documented = (type(recognizer).__doc__ or "").strip().partition("\n")[0]
    return documented.rstrip() or type(recognizer).__name__
