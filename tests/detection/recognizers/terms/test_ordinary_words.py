"""Ordinary words of English and German that a model takes for names are left; names are not."""

import pytest

from redaction.detection import Detector
from redaction.detection.recognizers.terms import is_german_noun, is_no_name, without_function_words, without_verb


@pytest.mark.parametrize(
    ("text", "word", "is_person"),
    [
        ("Pleaseee help", "Pleaseee", True),
        ("that was gooood", "gooood", True),
        ("hahahaha he said", "hahahaha", True),
        ("Hurray for us", "Hurray", True),
        ("my favorite channel", "channel", True),
        ("Mr. Mr", "Mr. Mr", True),
        ("and loool he", "loool", True),
        ("the Jews there", "Jews", True),
        ("after Hurricane Dorothea", "Dorothea", True),
        ("and thsn he", "thsn", True),
        ("just north of Tampa", "north of", False),
        ("see goldfern.com now", "goldfern", False),
    ],
)
def test_words_are_no_names(text: str, word: str, is_person: bool) -> None:
    start = text.index(word)
    assert is_no_name(text, start, start + len(word), is_person)


@pytest.mark.parametrize(
    ("text", "name", "is_person"),
    [
        ("thanks jasmine", "jasmine", True),
        ("Jaaames is here", "Jaaames", True),
        ("rose and mark", "rose", True),
        ("Mr. Okafor", "Mr. Okafor", True),
        ("German is here", "German", True),
        ("Dorothea left", "Dorothea", True),
        ("jfk spoke", "jfk", True),
        ("in tampa now", "tampa", False),
        ("#channel", "channel", True),
        ("Dear Mr.Okafor", "Mr", True),
        ("Ty and Love came", "Ty", True),
        ("Ty and Love came", "Love", True),
    ],
)
def test_names_stay(text: str, name: str, is_person: bool) -> None:
    start = text.index(name)
    assert not is_no_name(text, start, start + len(name), is_person)


@pytest.mark.parametrize(
    ("text", "noun"),
    [("Der Mandant zahlt", "Mandant"), ("in der Burg", "Burg"), ("Die Abteilung", "Abteilung"), ("ein Koch", "Koch")],
)
def test_german_nouns_are_recognized(text: str, noun: str) -> None:
    start = text.index(noun)
    assert is_german_noun(text, start, start + len(noun))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Frau Burg kommt", "Burg"),
        ("Herzog sagt nein", "Herzog"),
        ("Koch sagt nein", "Koch"),
        ("der Koch Meyer", "Koch"),
        ("die Schweiz", "Schweiz"),
    ],
)
def test_german_names_stay(text: str, name: str) -> None:
    start = text.index(name)
    assert not is_german_noun(text, start, start + len(name))


def test_words_behind_a_location_are_cut() -> None:
    assert without_verb("Berg singen", 0, 11) == len("Berg")
    assert without_verb("Frankfurt am Main", 0, 17) == len("Frankfurt am Main")
    assert without_function_words("Santa Fe into", 0, 13) == len("Santa Fe")
    assert without_function_words("Stow on the Wold", 0, 16) == len("Stow on the Wold")


@pytest.mark.parametrize(
    "text",
    [
        "Der Mandant hat den Vertrag gekündigt. Die Rechnung ist offen.",
        "Wir waren auf dem Berg singen.",
        "Der Kessel ist kalt und die Burg zu.",
    ],
)
def test_german_texts_of_nouns_are_not_redacted(social: Detector, text: str) -> None:
    assert social.detect([text], "de") == [()]


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Form W-9 and form 1099-NEC are due", "1099-NEC"),
        ("flight BA0283 seat 14C, gate B22, belt 7", "seat 14C, gate B22"),
        ("The Honda Civic, Nissan Leaf and Hyundai Tucson were recalled.", "Nissan Leaf and Hyundai Tucson"),
        ("Top 10 Road Trips; 5 Park Rangers", "5 Park Rangers"),
        ("torch.nn.functional.relu breaks in utils.py", "torch.nn.functional.relu breaks in utils.py"),
        ("He has morbus Basedow and more", "Basedow"),
        ("Positive Babinski, Glasgow coma scale 15", "Babinski, Glasgow coma scale"),
    ],
)
def test_things_are_left(social: Detector, text: str, thing: str) -> None:
    start = text.index(thing)
    hidden = {i for span in social.detect([text], "en")[0] for i in range(span.start, span.end)}
    assert not hidden & set(range(start, start + len(thing)))
