"""What our recognisers share: a Presidio recogniser that yields matches, and words that stand near by.

Each is an EntityRecognizer for one language, as Presidio wants it. Most look the same in every language: the
words of context are of all languages at once, because a post mixes them.
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
    """Characters `[start, end)` of the text, what they are, and how sure."""

    start: int
    end: int
    entity_type: EntityType
    score: float


class RuleRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """A recogniser by rule. Subclasses name their `types`, what they need, and yield matches."""

    types: ClassVar[tuple[EntityType, ...]]
    needs: ClassVar[Needs] = Needs()
    """What every match contains; texts without it are not searched."""
    rule_patterns: tuple[RulePattern, ...] | None = None
    """The patterns of which one matches wherever something is found; None where no pattern tells."""
    name: str

    def __init__(self, supported_language: str = "en", **kwargs: Any) -> None:
        super().__init__(
            supported_entities=[str(t) for t in self.types],
            supported_language=supported_language,
            name=type(self).__name__,
            **kwargs,
        )

    def load(self) -> None:
        """Nothing to load."""

    @property
    def scan_request(self) -> ScanRequest:
        """Which texts are worth a search."""
        return ScanRequest(self.needs, self.rule_patterns)

    def matches(self, scanned: ScannedText) -> Iterable[Match]:
        """The findings in a text."""
        raise NotImplementedError

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """As Presidio calls it, text by text."""
        return self.search(ScannedText(text), entities)

    def search(self, scanned: ScannedText, entities: Sequence[str]) -> list[RecognizerResult]:
        """As `analyze`, for a text that has been scanned with those of a batch."""
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
    """Words whose presence near a number says what the number is; whole words, any case."""

    def __init__(self, *words: str, before: int = 48, after: int = 24) -> None:
        self.start = rf"(?<!\w)(?:{'|'.join(words)})"
        """How one starts; it may be cut where the search for it ends."""
        self._pattern = re.compile(rf"{self.start}(?!\w)", re.IGNORECASE)
        self._before = before
        self._after = after

    def near(self, text: str, start: int, end: int) -> bool:
        """Whether one stands before or, closer by, after `[start, end)`, on the same line or the next."""
        low = max(0, start - self._before)
        return bool(self._pattern.search(text, low, start) or self._pattern.search(text, end, end + self._after))

    def before(self, text: str, start: int) -> bool:
        """Whether one stands before `start`."""
        return bool(self._pattern.search(text, max(0, start - self._before), start))


def normal_digits(piece: str) -> str:
    """Digits of any script as 0 to 9; everything else left out."""
    if piece.isascii():
        return piece.encode().translate(None, _NO_DIGITS).decode()
    return "".join(str(int(c)) for c in piece if c.isdecimal())


def luhn(digits: str) -> bool:
    """The check digit of cards and devices."""
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
