"""Listed towns, German adjectives and streets are locations; words of the language are not."""

import pytest

from redaction.detection.recognizers.addresses.places import PlaceNameRecognizer
from tests.detection.recognizers.support import found

GERMAN, ITALIAN = PlaceNameRecognizer("de"), PlaceNameRecognizer("it")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("A65 Ludwigshafen Richtung Landau", {"Ludwigshafen"}),
        ("GIESSEN und Elsterwerda", {"Elsterwerda"}),
        ("Wir sind in Bad Aibling und Mülheim an der Ruhr", {"Bad Aibling", "Mülheim an der Ruhr"}),
        ("in Köln am Montag", {"Köln"}),
        ("Ludwigshafens Rathaus", {"Ludwigshafens"}),
        ("der Ludwigshafener Konzern", {"Ludwigshafener"}),
        ("die Stresemannstraße ist zu", {"Stresemannstraße"}),
        ("am Rahlstedter Weg", {"Rahlstedter Weg"}),
        ("im Kreis Euskirchen", {"Euskirchen"}),
    ],
)
def test_german_places_are_found(text: str, places: set[str]) -> None:
    assert places <= found(GERMAN, text)


@pytest.mark.parametrize(
    "text",
    [
        "Das Essen in der Halle war gut, die Waren sind da.",
        "eine Einbahnstraße, die Hauptstraße und der Parkplatz",
        "Der Mandant und der Kläger gingen in den Wald.",
        "@Ludwigshafen und www.elsterwerda.example",
        "Der Fußballer kommt, der Lehrer geht.",
        "Im Kreis Ihrer Freunde",
        "Das Bad ist alt.",
    ],
)
def test_german_words_are_no_places(text: str) -> None:
    assert not found(GERMAN, text)


def test_italian_towns_are_found_and_words_are_left() -> None:
    assert found(ITALIAN, "Vivo ad Agrigento, poi San Giovanni Rotondo") == {"Agrigento", "San Giovanni Rotondo"}
    assert found(ITALIAN, "SAN GIOVANNI ROTONDO, poi in Sardegna") == {"SAN GIOVANNI ROTONDO", "Sardegna"}
    assert not found(ITALIAN, "La piazza e il porto. Marina e Vittoria vanno al Lido, San e Castel, Piazza e Monte.")
