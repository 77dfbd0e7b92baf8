import pytest
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from spacy.lang.en import English

from redaction.detection.models.backend import NerSpan
from redaction.detection.presidio.nlp_engine import BackendNlpEngine
from redaction.detection.recognizers.model_entities import NamedEntityRecognizer

TYPES = ["PERSON", "LOCATION", "NRP"]


class Everything:
    """A backend that names every text whole."""

    name = "everything"
    fingerprint = "0"
    labels = tuple(TYPES)

    def __init__(self, label: str) -> None:
        self._label = label

    def spans(self, texts, languages):
        return [(NerSpan(0, len(text), self._label, 0.9),) for text in texts]


def named(text: str, label: str = "PERSON", entities: list[str] | None = None) -> list[tuple[str, str]]:
    nlp = BackendNlpEngine({"en": [Everything(label)]}, {"en": English}, {})
    registry = RecognizerRegistry(recognizers=[NamedEntityRecognizer("en", TYPES)], supported_languages=["en"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])
    return [(text[r.start : r.end], r.entity_type) for r in engine.analyze(text, "en", entities=entities)]


def test_links_and_names_without_a_letter_are_left_out() -> None:
    assert named("Jane Doe") == [("Jane Doe", "PERSON")]
    assert named("https://example.com/Jane") == []
    assert named("Jane https://example.com/a") == [("Jane ", "PERSON")]
    assert named("2023 :-)") == []


@pytest.mark.parametrize("people", ["Iraqi", "Palestinians", "South African", "anti-Greek", "SWISS", "Sunni-Shiite"])
def test_a_location_that_names_only_a_people_is_no_location(people: str) -> None:
    assert named(people, "LOCATION") == [(people, "NRP")]
    assert named(people, "LOCATION", ["LOCATION"]) == []


@pytest.mark.parametrize("place", ["South Africa", "French Quarter", "North", "Little Italy", "Swissvale"])
def test_locations_stay_locations(place: str) -> None:
    assert named(place, "LOCATION") == [(place, "LOCATION")]


def test_a_person_with_the_name_of_a_people_stays_a_person() -> None:
    assert named("German", "PERSON") == [("German", "PERSON")]


def test_a_hashtag_of_more_words_than_a_name_is_no_location() -> None:
    assert named("#RockingTheWholeTownOfTampa", "LOCATION") == []
    assert named("#PortlandOregon", "LOCATION") == [("#PortlandOregon", "LOCATION")]
    assert named("#JaneDoeForMayorOfTampa") == [("#JaneDoeForMayorOfTampa", "PERSON")]
