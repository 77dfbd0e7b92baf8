"""What our recognisers share: a Presidio recogniser that yields matches.

Each is an EntityRecognizer for one language, as Presidio wants it; most look the same in all languages, so
`for_languages` makes one instance a language.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from redaction.detection.vocabulary import EntityType


class Match(NamedTuple):
    """Characters `[start, end)` of the text, what they are, and how sure."""

    start: int
    end: int
    entity_type: EntityType
    score: float


class RuleRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """A recogniser by rule. Subclasses name their `types` and yield matches."""

    types: ClassVar[tuple[EntityType, ...]]
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

    def could_match(self, text: str) -> bool:
        """A cheap necessary condition: False only where `matches` would yield nothing."""
        return True

    def matches(self, text: str) -> Iterable[Match]:
        """The findings."""
        raise NotImplementedError

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """As Presidio calls it."""
        if not self.could_match(text):
            return []
        return list(self._results(text, entities))

    def _results(self, text: str, entities: Sequence[str]) -> Iterator[RecognizerResult]:
        for match in self.matches(text):
            if match.entity_type in entities:
                yield RecognizerResult(
                    entity_type=str(match.entity_type),
                    start=match.start,
                    end=match.end,
                    score=match.score,
                    analysis_explanation=AnalysisExplanation(
                        recognizer=self.name, original_score=match.score
                    ),
                    recognition_metadata={
                        RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                        RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                    },
                )
