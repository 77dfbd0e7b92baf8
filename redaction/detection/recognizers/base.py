"""The base of the rule recognizers, and context words near a match.

A recognizer is a Presidio EntityRecognizer for one language. Most are the same for every language: their context
words come from all languages at once, because a post mixes them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText, ScanRequest
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType

_NO_DIGITS = bytes(code for code in range(128) if not chr(code).isdecimal())


class Match(NamedTuple):
    """One match: characters `[start, end)` of the text, their type, and the score."""

    start: int
    end: int
    entity_type: EntityType
    score: float


class RuleRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """A recognizer by rule. Subclasses declare `types` and conditions for a match, and yield matches."""

    types: ClassVar[tuple[EntityType, ...]]
    needs: ClassVar[Needs] = Needs()
    """Conditions that every match meets; texts that do not meet them are skipped."""
    rule_patterns: tuple[RulePattern, ...] | None = None
    """Patterns of which one matches wherever the recognizer finds something; None if there are none."""
    name: str

    def __init__(self, supported_language: str = "en", **kwargs: Any) -> None:
        super().__init__(
            supported_entities=[str(t) for t in self.types],
            supported_language=supported_language,
            name=type(self).__name__,
            **kwargs,
        )

    def load(self) -> None:
        """Do nothing: there is no model to load."""

    @property
    def scan_request(self) -> ScanRequest:
        """The conditions under which a text must be searched."""
        return ScanRequest(self.needs, self.rule_patterns)

    def matches(self, scanned: ScannedText) -> Iterable[Match]:
        """Yield the matches in a text."""
        raise NotImplementedError

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Search one text, as Presidio calls it."""
        return self.search(ScannedText(text), entities)

    def search(self, scanned: ScannedText, entities: Sequence[str]) -> list[RecognizerResult]:
        """Search a text that was scanned with its batch; results as of `analyze`."""
        return list(self._results(scanned, entities))

    def _results(self, scanned: ScannedText, entities: Sequence[str]) -> Iterator[RecognizerResult]:
        for match in self.matches(scanned):
            if match.entity_type in entities:
                yield RecognizerResult(
                    entity_type=str(match.entity_type),
                    start=match.start,
                    end=match.end,
                    score=match.score,
                    analysis_explanation=AnalysisExplanation(self.name, match.score),
                    recognition_metadata={
                        RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                        RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                    },
                )


class Cue:
    """Context words that say what a number near them is: whole words, any case; `_` ends a word too."""

    def __init__(self, *words: str, before: int = 48, after: int = 24) -> None:
        self.start = rf"(?<!\w)(?:{'|'.join(words)})"
        """A pattern for the start of a context word; the search window may cut its end off."""
        self._begin = re.compile(self.start, re.IGNORECASE)
        self._pattern = re.compile(rf"{self.start}(?![^\W_])", re.IGNORECASE)
        self._before = before
        self._after = after

    def near(self, text: str, start: int, end: int) -> bool:
        """Whether a context word is before or, in a smaller window, after `[start, end)`."""
        low = max(0, start - self._before)
        return bool(self._pattern.search(text, low, start) or self._pattern.search(text, end, end + self._after))

    def is_possible(self, text: str, start: int, end: int) -> bool:
        """Whether `near` may be true for any part of `[start, end)`; one search instead of many in a long run."""
        return self._begin.search(text, max(0, start - self._before), end + self._after) is not None

    def nearest(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """Return the last context word before `[start, end)`, or else the first after it."""
        found = None
        for found in self._pattern.finditer(text, max(0, start - self._before), start):  # noqa: B007
            pass
        return found or self._pattern.search(text, end, end + self._after)

    def before(self, text: str, start: int) -> bool:
        """Whether a context word is before `start`."""
        return bool(self._pattern.search(text, max(0, start - self._before), start))


def normal_digits(text: str) -> str:
    """Return the digits of a text, of any script, as 0 to 9; other characters are dropped."""
    if text.isascii():
        return text.encode().translate(None, _NO_DIGITS).decode()
    return "".join(str(int(c)) for c in text if c.isdecimal())


def luhn(digits: str) -> bool:
    """Whether the Luhn check digit holds (ISO/IEC 7812-1)."""
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
