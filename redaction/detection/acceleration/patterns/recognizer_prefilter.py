"""Whether a recogniser could match a text at all, decided exactly and cheaply, for any Presidio recogniser."""

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
from redaction.detection.acceleration.phones.possible_regions import fewest_digits
from redaction.detection.presidio.nlp_engine import LazyArtifacts
from redaction.detection.recognizers.base import RuleRecognizer
from redaction.detection.recognizers.model_entities import NamedEntityRecognizer

_BY_PATTERNS = (PatternRecognizer.analyze, IbanRecognizer.analyze)
"""What finds by its patterns and nothing else."""

_QUICK: dict[type[EntityRecognizer], str] = {
    CryptoRecognizer: r"(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25}",
    EmailRecognizer: r"@\w+(?:-+\w+)*\.\w",
    IbanRecognizer: r"[0-9](?<=[A-Z]{2}[0-9])(?<![A-Z0-9][A-Z]{2}[0-9])[0-9](?:[ -]?[A-Z0-9]{4}){2}",
    IpRecognizer: r"[0-9]\.[0-9]{1,3}\.[0-9]|:[0-9A-Fa-f]{0,4}:",
    UrlRecognizer: r"[a-z0-9.\-][.][a-z]",
}
"""What is found faster than the patterns that a recogniser comes with, in every text in which one of them is found."""

Gate = Callable[[str, Traits, LazyArtifacts], bool]
"""Text, what it holds, and its artifacts → whether to look."""


def gate_of(recognizer: EntityRecognizer) -> Gate:
    """The gate of a recogniser. One that is not understood is always let look."""
    if isinstance(recognizer, SpacyRecognizer):
        # These read the entities and nothing else; another subclass may do more.
        return _has_entities if type(recognizer) in (SpacyRecognizer, NamedEntityRecognizer) else _always
    if type(recognizer) is PhoneRecognizer:
        return _meets(Needs(digits=fewest_digits()))
    needs, quick = _needs(recognizer), _QUICK.get(type(recognizer))
    if quick is not None and vars(recognizer)["patterns"] == vars(type(recognizer))["PATTERNS"]:
        return _meets(needs, regex.compile(quick, flags=vars(recognizer)["global_regex_flags"]))
    return _meets(needs) if needs != Needs() else _always


def _needs(recognizer: EntityRecognizer) -> Needs:
    if isinstance(recognizer, RuleRecognizer):
        return recognizer.needs
    if isinstance(recognizer, PatternRecognizer) and type(recognizer).analyze in _BY_PATTERNS:
        patterns: list[Any] = vars(recognizer)["patterns"]
        flags: int = vars(recognizer)["global_regex_flags"]
        return either(needs_of_pattern(p.regex, flags) for p in patterns)
    return Needs()


def _meets(needs: Needs, quick: Any = None) -> Gate:
    if quick is None:
        return lambda _text, traits, _artifacts: traits.meet(needs)
    return lambda text, traits, _artifacts: traits.meet(needs) and quick.search(text) is not None


def _has_entities(_text: str, _traits: Traits, artifacts: LazyArtifacts) -> bool:
    return bool(artifacts.entities)


def _always(_text: str, _traits: Traits, _artifacts: LazyArtifacts) -> bool:
    return True
