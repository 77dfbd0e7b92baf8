"""The multilingual profile works with the installed models."""

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from redaction.config import load_profile
from redaction.detection import DetectionSettings, Detector, EntityType, KnownValues, read_profile
from redaction.detection.models.own_languages import has_own_model
from tests.detection.conftest import PROFILES

GREETINGS = {
    "de": "Danke {}, bitte an ivy (at) corp punkt example schreiben",
    "fr": "Merci {}, écris à ivy (at) corp point fr",
    "es": "Gracias {}, escribe a ivy arroba corp punto es",
    "pt": "Obrigada {}, escreve para ivy (arroba) corp (ponto) pt",
    "it": "Grazie {}, scrivi a ivy chiocciola corp punto it",
    "nl": "Bedankt {}, mail naar ivy (at) corp punt nl",
    "hi": "धन्यवाद {}, ईमेल ivy@corp.example",
}


@pytest.fixture(scope="module")
def multilingual() -> Iterator[Detector]:
    yield Detector.from_settings(read_profile(PROFILES / "multilingual.yaml"))


@pytest.mark.parametrize(("language", "greeting"), GREETINGS.items())
def test_known_names_and_mail_in_each_language(multilingual: Detector, language: str, greeting: str) -> None:
    text = greeting.format("Quillon Zebedee")
    known = KnownValues(given_names=("Quillon",), family_names=("Zebedee",))
    (spans,) = multilingual.detect([text], [language], [known])
    assert {(text[s.start : s.end], s.entity_type) for s in spans} >= {("Quillon Zebedee", EntityType.PERSON)}
    assert any(s.entity_type == EntityType.EMAIL_ADDRESS for s in spans)


def test_a_language_without_its_package_is_left_out() -> None:
    languages = {"en": {"ner": "own"}, "eo": {"ner": "own", "if_installed": True}}
    assert set(DetectionSettings.model_validate({"languages": languages}).languages) == {"en"}
    for other in ({"rules_only": True}, {"ner": "xx_pipeline"}):
        with pytest.raises(ValidationError, match="if_installed"):
            DetectionSettings.model_validate({"languages": {"eo": {"if_installed": True, **other}}})


def test_the_default_profile_has_portuguese_where_its_package_is_installed() -> None:
    languages = set(load_profile("social").languages)
    assert languages - {"pt"} == {"en", "de", "es", "hi", "it"}
    assert ("pt" in languages) == has_own_model("pt")


def test_a_city_whose_name_is_an_english_word_for_a_people_is_a_location(multilingual: Detector) -> None:
    (spans,) = multilingual.detect(["Ieri sera a Roma con tutta la famiglia"], ["it"])
    assert [s.entity_type for s in spans] == [EntityType.LOCATION]


def test_the_german_model_finds_people_that_are_in_no_profile(multilingual: Detector) -> None:
    text = "Gestern sprach ich mit Sabine Hoffmann in Leipzig über den neuen Vertrag."
    (spans,) = multilingual.detect([text], ["de"])
    assert [(text[s.start : s.end], s.entity_type) for s in spans] == [
        ("Sabine Hoffmann", EntityType.PERSON),
        ("Leipzig", EntityType.LOCATION),
    ]


def english(language: dict[str, object], **more: object) -> Detector:
    settings = {"languages": {"en": {"ner": "own", **language}}, "rules": True, **more}
    return Detector.from_settings(DetectionSettings.model_validate(settings))


def test_a_language_has_a_caution_of_its_own() -> None:
    text = "Yesterday I met Jane Miller in London."
    assert len(english({}).detect([text], "en")[0]) == 2
    assert english({"caution": -10.0}).detect([text], "en") == [()]


def test_a_name_in_a_hashtag_needs_the_score_of_hashtags() -> None:
    text = "A rainy day in London again #London"
    for threshold, found in ((0.0, ["London", "#London"]), (1.0, ["London"])):
        (spans,) = english({}, hashtag_threshold=threshold).detect([text], "en")
        assert [text[s.start : s.end] for s in spans] == found
