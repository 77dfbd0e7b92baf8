"""A text in which the search finds a known value is never skipped."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.detection.known_values.match import KnownValueSearch
from redaction.detection.known_values.values import KnownValues
from redaction.detection.settings import KnownSettings
from redaction.detection.text.view import normalize

OBJECTORS = KnownValues(
    full_names=("Jane Müller-Doe", "Will Grace", "李小龍", "Ødegård Sørensen", "Mo O'Brien", "अनिता शर्मा"),
    handles=("jmd_77", "mo.obrien"),
    urls=("https://network.example/in/jane-doe-9",),
    phones=("+44 20 7946 0958",),
    emails=("jane.doe@mail.example",),
)
SEARCH = KnownValueSearch(KnownSettings())
PIECES = [
    *("Jane", "Müller", "MUELLER", "doe", "Mo", "obrien", "O'Brien", "Will", "Grace", "李小龍", "ødegård", "Sørensen"),
    *("j4ne", "M0", "TeamJaneDoe", "janeDoe9", "jmd_77", "jmd77", "अनिता", "शर्मा", "in/jane-doe-9", "www.x.example/"),
    *(
        "jane.doe",
        "@",
        "mail",
        "example",
        "020 7946 0958",
        "J.",
        "D",
        "http://a.example/u/",
        "timetable",
        "the",
        "Ünder",
    ),
    *(
        " ",
        " ",
        ".",
        "-",
        "_",
        "\u200b",
        "\ufe0f",
        "\U0001f600",
        "&#97;",
        "&amp;",
        "е",
        "ａ",
        "™",
        "\u0301",
        "\n",
        "½",
        "ⓙ",
    ),
]


def passes(text: str, known: KnownValues = OBJECTORS) -> bool:
    return SEARCH.may_find([text], known)[0]


def found(text: str, known: KnownValues = OBJECTORS) -> bool:
    return bool(SEARCH.find(normalize(text).text, known))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"]), max_size=8).map("".join))
def test_no_text_with_a_value_is_skipped(text):
    assert passes(text) or not found(text)


def test_any_character_may_be_between_or_inside_names():
    """A sample of Unicode's first plane, as a part of a word and as a separator."""
    drawn = random.Random(7)
    characters = [chr(n) for n in range(0x20, 0x30000) if not 0xD800 <= n <= 0xDFFF]
    for form in ("Ja{}ne", "Jane{}Doe", "{}mo x", "x{}Mo", "#a{}JaneB", "teamJ{}ane", "j{}4ne"):
        texts = [form.format(character) for character in drawn.sample(characters, 4000)]
        may = SEARCH.may_find(texts, OBJECTORS)
        assert [t for t, possible in zip(texts, may, strict=True) if not possible and found(t)] == []


@pytest.mark.parametrize(
    "text", ["the winter timetable is out", "Grüße aus dem Zug 😀", "", "a manual for janitors", "—"]
)
def test_most_texts_are_skipped(text):
    assert not passes(text)


@pytest.mark.parametrize("text", ["thanks teamJ\u00adane", "teamJ\u200bane", "j\u200b4ne", "j\u202e4ne"])
def test_an_invisible_character_hides_no_objector(text):
    assert found(text)
    assert passes(text)


def test_without_values_every_text_is_skipped():
    assert not passes("Jane Doe", KnownValues())
