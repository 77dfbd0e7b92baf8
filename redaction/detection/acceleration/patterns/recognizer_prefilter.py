"""Skips Presidio recognizers on texts in which they cannot match, by exact and cheap conditions.

The slow reference is `every_text`: each recognizer analyzes each text.
"""

from collections.abc import Callable
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, PatternRecognizer
from presidio_analyzer.predefined_recognizers import (
    CryptoRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    PhoneRecognizer,
    SpacyRecognizer,
    UrlRecognizer,
)

from redaction.detection.acceleration.patterns.necessary_conditions import Needs, Traits, either, needs_of_pattern
from redaction.detection.acceleration.phone_regions import fewest_digits
from redaction.detection.presidio.nlp_engine import LazyArtifacts
from redaction.detection.recognizers.model_entities import NamedEntityRecognizer

_BY_PATTERNS = (PatternRecognizer.analyze, IbanRecognizer.analyze)
"""Methods whose results come from the recognizer's patterns only."""

_QUICK: dict[type[EntityRecognizer], str] = {
    CryptoRecognizer: r"(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25}",
    EmailRecognizer: r"@\w+(?:-+\w+)*\.\w",
    IbanRecognizer: r"[0-9](?<=[A-Z]{2}[0-9])(?<![A-Z0-9][A-Z]{2}[0-9])[0-9](?:[ -]?[A-Z0-9]{4}){2}",
    IpRecognizer: r"[0-9]\.[0-9]{1,3}\.[0-9]|:[0-9A-Fa-f]{0,4}:",
    UrlRecognizer: r"[a-z0-9.\-][.][a-z]",
}
"""Recognizer → a faster pattern that matches in every text in which one of its own patterns matches."""

Condition = Callable[[str, Traits, LazyArtifacts], bool]
"""(text, its traits, its artifacts) → whether the recognizer could match."""


def necessary_condition(recognizer: EntityRecognizer) -> Condition:
    """Return a condition for a recognizer to match; `every_text` for one that is not supported."""
    if isinstance(recognizer, SpacyRecognizer):
        # These two read the entities and nothing else; another subclass may do more.
        return _has_entities if type(recognizer) in (SpacyRecognizer, NamedEntityRecognizer) else every_text
    if type(recognizer) is PhoneRecognizer:
        return _meets(Needs(digits=fewest_digits()))
    needs, quick = _needs(recognizer), _QUICK.get(type(recognizer))
    if quick is not None and vars(recognizer)["patterns"] == vars(type(recognizer))["PATTERNS"]:
        return _meets(needs, regex.compile(quick, flags=vars(recognizer)["global_regex_flags"]))
    return _meets(needs) if needs != Needs() else every_text


def every_text(_text: str, _traits: Traits, _artifacts: LazyArtifacts) -> bool:
    """Let the recognizer analyze every text."""
    return True


def _needs(recognizer: EntityRecognizer) -> Needs:
    if isinstance(recognizer, PatternRecognizer) and type(recognizer).analyze in _BY_PATTERNS:
        patterns: list[Any] = vars(recognizer)["patterns"]
        flags: int = vars(recognizer)["global_regex_flags"]
        return either(needs_of_pattern(p.regex, flags) for p in patterns)
    return Needs()


def _meets(needs: Needs, quick: Any = None) -> Condition:
    if quick is None:
        return lambda _text, traits, _artifacts: traits.meet(needs)
    return lambda text, traits, _artifacts: traits.meet(needs) and quick.search(text) is not None


def _has_entities(_text: str, _traits: Traits, artifacts: LazyArtifacts) -> bool:
    return bool(artifacts.entities)
