"""Entities of a model, without those that a rule knows to be wrong: in links, without letters, names of peoples."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.online.hashtags import is_topic
from redaction.detection.recognizers.terms import (
    is_german_noun,
    is_no_name,
    is_term,
    without_function_words,
    without_verb,
)

_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_TAG_BEFORE = re.compile(r"#\w*\Z")
_LONGEST_TAG = 60
_ENGLISH, _GERMAN = "en", "de"
_PEOPLES = word_list("peoples")
GUARDED = "guarded_type"
"""In a result's metadata: the type that the model reported, where a term became an organization."""
_GUARDED_TYPES = frozenset({EntityType.PERSON, EntityType.LOCATION})
_SIDES = ("north", "south", "east", "west")
_BEFORE_A_PEOPLE = frozenset({*_SIDES, *(f"{side}ern" for side in _SIDES), "central", "anti", "pro", "non"})


class NamedEntityRecognizer(SpacyRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio's recognizer of a model's entities; links are left to the link recognizer."""

    name: str
    hashtag_threshold: float = 0.0
    """The least score of a name inside a hashtag; most hashtags that look like names are topics."""

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Return the model's entities, cut where a link begins.

        A location that is only the English name of a people ("Iraqi", "the Swiss", "anti-Greek") becomes an NRP in an
        English text: `Roma` is a city in others. A person or
        location that is a term ("SRE", "Kafka", "Gaussian" before "noise") becomes an ORGANIZATION.
        """
        results = _retyped(
            self._names(text, entities, nlp_artifacts), text, entities, self.supported_language == _ENGLISH
        )
        links = [match.span() for match in _LINK.finditer(text)] if "://" in text or "www." in text.lower() else []
        kept = []
        for result in results:
            for start, end in links:
                if start < result.end and result.start < end:
                    result.end = max(result.start, start)
            is_weak_tag = result.score < self.hashtag_threshold and in_hashtag(text, result.start)
            if _LETTER.search(text, result.start, result.end) and not is_weak_tag and not _is_topic(result, text):
                kept.append(result)
        return kept

    def _names(self, text: str, entities: Sequence[str], nlp_artifacts: Any) -> Iterator[RecognizerResult]:
        """Yield results without ordinary words of the language, and without such words at a location's end."""
        for result in self._named(entities, nlp_artifacts):
            is_location = result.entity_type == EntityType.LOCATION
            if is_location or result.entity_type == EntityType.PERSON:
                if self.supported_language == _GERMAN:
                    if is_location:
                        result.end = without_verb(text, result.start, result.end)
                    if is_german_noun(text, result.start, result.end):
                        continue
                elif self.supported_language == _ENGLISH:
                    if is_location:
                        result.end = without_function_words(text, result.start, result.end)
                    if is_no_name(text, result.start, result.end, not is_location):
                        continue
            yield result

    def _named(self, entities: Sequence[str], nlp_artifacts: Any) -> Iterator[RecognizerResult]:
        """Yield results as SpacyRecognizer does, without logging the skipped entities."""
        if not nlp_artifacts:
            return
        about = {RecognizerResult.RECOGNIZER_NAME_KEY: self.name, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id}
        for named, score in zip(nlp_artifacts.entities, nlp_artifacts.scores, strict=False):
            label = named.label_
            if label in entities and label in self.supported_entities:
                explanation = self.build_explanation(score, self.DEFAULT_EXPLANATION.format(label))
                yield RecognizerResult(label, named.start_char, named.end_char, score, explanation, dict(about))


def _retyped(
    results: Iterable[RecognizerResult], text: str, entities: Sequence[str], peoples: bool
) -> list[RecognizerResult]:
    kept = []
    for result in results:
        if peoples and result.entity_type == EntityType.LOCATION and _names_a_people(text[result.start : result.end]):
            if EntityType.NRP not in entities:
                continue
            result.entity_type = EntityType.NRP.value
        elif result.entity_type in _GUARDED_TYPES and is_term(
            text, result.start, result.end, result.entity_type == EntityType.PERSON
        ):
            if EntityType.ORGANIZATION not in entities:
                continue
            result.recognition_metadata[GUARDED] = result.entity_type
            result.entity_type = EntityType.ORGANIZATION.value
        kept.append(result)
    return kept


def _is_topic(result: RecognizerResult, text: str) -> bool:
    """Whether it is a location in a hashtag of many words; one that may name a person is kept."""
    return result.entity_type == EntityType.LOCATION and is_topic(text, result.start)


def in_hashtag(text: str, position: int) -> bool:
    """Return whether the character at `position` belongs to a hashtag."""
    return _TAG_BEFORE.search(text, max(0, position - _LONGEST_TAG), position + 1) is not None


def _names_a_people(name: str) -> bool:
    words = set(_WORD.findall(name.lower()))
    return not words.isdisjoint(_PEOPLES) and words <= _PEOPLES | _BEFORE_A_PEOPLE
