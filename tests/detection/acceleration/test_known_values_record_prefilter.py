"""The glance at one text for what is known of its people: whatever the search finds, it must let through."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.detection.acceleration.known_values.record_prefilter import Glance
from redaction.detection.known_values.index import build_index
from redaction.detection.known_values.match import find_in_words, find_values
from redaction.detection.known_values.tokens import TokenizedText
from redaction.detection.known_values.values import KnownValues
from redaction.detection.settings import KnownSettings
from tests.detection.acceleration.test_known_values_batch_prefilter import PIECES

PEOPLE = [
    build_index(known, KnownSettings())
    for known in (
        KnownValues(full_names=("Jane Müller-Doe",), handles=("jmd_77",)),
        KnownValues(full_names=("李小龍",), emails=("jane.doe@mail.example",)),
        KnownValues(urls=("https://network.example/in/jane-doe-9",), phones=("+44 20 7946 0958",)),
        KnownValues(urls=("https://jane_doe.example",)),
        KnownValues(full_names=("Mo O'Brien",), handles=("mo.obrien",)),
    )
]


def unseen(text: str) -> list[object]:
    """What is found though the glance said that there is nothing."""
    glance, tokens = Glance.of(text), TokenizedText.from_text(text)
    hidden = [found for index in PEOPLE if not glance.may_hold(index) for found in find_values(tokens, index)]
    return [*hidden, *(word for index in PEOPLE if not glance.may_name(index) for word in find_in_words(tokens, index))]


@pytest.mark.parametrize("number", [3_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_nothing_is_found_where_the_glance_sees_nothing(number: int) -> None:
    draw = random.Random(number)
    texts = ["".join(draw.choices([*PIECES, "jane_doe.example"], k=draw.randint(1, 12))) for _ in range(number)]
    assert [text for text in texts if unseen(text)] == []
    assert (
        sum(any(True for index in PEOPLE for _ in find_values(TokenizedText.from_text(text), index)) for text in texts)
        > number / 9
    )


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=10))
def test_nor_in_any_text(pieces: list[str]) -> None:
    assert unseen("".join(pieces)) == []


def test_most_texts_are_not_read() -> None:
    glance = Glance.of("An ordinary sentence — with “quotes” and 2 emoji 🎉, as people write them every day.")
    assert not any(glance.may_hold(index) for index in (PEOPLE[0], PEOPLE[2]))
