"""The multilingual profile works with the installed models."""

from collections.abc import Iterator

import pytest

from redaction.detection import Detector, EntityType, KnownValues, read_profile
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


def test_the_german_model_finds_people_that_are_in_no_profile(multilingual: Detector) -> None:
    text = "Gestern sprach ich mit Sabine Hoffmann in Leipzig über den neuen Vertrag."
    (spans,) = multilingual.detect([text], ["de"])
    assert [(text[s.start : s.end], s.entity_type) for s in spans] == [
        ("Sabine Hoffmann", EntityType.PERSON),
        ("Leipzig", EntityType.LOCATION),
    ]
