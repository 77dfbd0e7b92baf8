"""The prefiltered recognizer against Presidio's own telephone recognizer."""

import random
from typing import Any

import phonenumbers
import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from redaction.detection.acceleration.phone_prefilter import PrefilteredPhoneRecognizer

RECOGNIZER: Any = PhoneRecognizer()
ODD: Any = PhoneRecognizer(supported_regions=("CH", "AT", "SG", "NZ", "LU"))
ALPHABET = "0123456789" * 4 + "+-()./ []#x~,;:\u2013\u00a0\uff0b\u0663\uff15abet"


def found(recognizer: Any, text: str) -> list[tuple[int, int, str, float]]:
    results = recognizer.analyze(text, ["PHONE_NUMBER"], None)
    return sorted((r.start, r.end, r.entity_type, r.score) for r in results)


def texts(count: int) -> list[str]:
    """Numbers of every region in every format, complete, truncated and joined, with dates, amounts and ids."""
    rng = random.Random(count)
    fake = Faker("en_US")
    fake.seed_instance(count)
    numbers = [n for r in phonenumbers.SUPPORTED_REGIONS if (n := phonenumbers.example_number(r)) is not None]
    formats = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)

    def number() -> str:
        written: str = phonenumbers.format_number(rng.choice(numbers), rng.choice(formats))
        written = written.replace("+", rng.choice(("+", "00", "011", "")), 1)
        return written[rng.randrange(3) :] if rng.random() < 0.2 else written + rng.choice(("", " ext. 12", "x3", "#4"))

    others = (fake.date, fake.phone_number, fake.iban, fake.ssn, lambda: str(rng.randrange(10 ** rng.randrange(1, 12))))
    pieces = (number, number, lambda: str(rng.choice(others)()))
    return [
        rng.choice(("", "call ", "in "))
        + rng.choice((" ", "/", ", ", " - ", "")).join(rng.choice(pieces)() for _ in "123")
        for _ in range(count)
    ]


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("recognizer", [RECOGNIZER, ODD])
def test_numbers_equal_those_of_presidio(recognizer: Any, count: int) -> None:
    assert PrefilteredPhoneRecognizer.supports(recognizer)
    prefiltered = PrefilteredPhoneRecognizer(recognizer)
    sample = texts(count)
    expected = [found(recognizer, text) for text in sample]
    assert [found(prefiltered, text) for text in sample] == expected
    assert sum(map(bool, expected)) > count / 3


@given(st.text(ALPHABET, max_size=40))
def test_numbers_in_any_text_equal_those_of_presidio(text: str) -> None:
    assert found(PrefilteredPhoneRecognizer(RECOGNIZER), text) == found(RECOGNIZER, text)


@pytest.mark.parametrize(
    "recognizer", [PhoneRecognizer(leniency=0), PhoneRecognizer(supported_regions=("US", "AR")), object()]
)
def test_other_recognizers_are_not_supported(recognizer: Any) -> None:
    assert not PrefilteredPhoneRecognizer.supports(recognizer)
