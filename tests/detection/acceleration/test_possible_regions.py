"""Regions that are left out against libphonenumber's own word on them."""

import random

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

from redaction.detection.acceleration.phones.matcher import SparedMatcher
from redaction.detection.acceleration.phones.possible_regions import likely_regions
from redaction.detection.recognizers.phones import WIDE


def pieces(draw: random.Random, number: int) -> list[str]:
    examples = [e for region in WIDE if (e := phonenumbers.example_number(region)) is not None]
    known = [phonenumbers.format_number(e, PhoneNumberFormat.NATIONAL) for e in examples]
    known += [phonenumbers.format_number(e, PhoneNumberFormat.INTERNATIONAL).replace("+", "00") for e in examples]
    made = []
    for _ in range(number):
        piece = draw.choice(known)
        at = draw.randrange(len(piece))
        made.append(piece[:at] + str(draw.randrange(10)) + piece[at + draw.randint(0, 1) :] + draw.choice(("", " 12")))
    return [*known, *made]


def test_no_region_is_left_out_in_which_some_of_it_is_valid() -> None:
    draw = random.Random(4)
    left_out = 0
    for piece in pieces(draw, 150):
        likely = set(likely_regions(piece, WIDE))
        for region in draw.sample(WIDE, 6):
            valid = PhoneNumberMatcher(piece, region, leniency=Leniency.VALID).has_next()
            assert region in likely or not valid, region
            left_out += region not in likely
    assert left_out > 100


def test_the_matcher_that_is_spared_finds_the_same() -> None:
    draw = random.Random(5)
    for piece in (*pieces(draw, 150), "(2014–2019", "10,000 of 000-1234", "12 34/56 78 90 12"):
        for region in draw.sample(WIDE, 6):
            spared = [(m.start, m.end) for m in SparedMatcher(piece, region)]
            assert spared == [(m.start, m.end) for m in PhoneNumberMatcher(piece, region, leniency=Leniency.VALID)]
