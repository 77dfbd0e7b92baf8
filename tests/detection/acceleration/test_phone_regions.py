"""Regions that are left out against libphonenumber's own matcher."""

import random

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

from redaction.detection.acceleration.phone_regions import RegionFilter, fewest_digits
from redaction.detection.recognizers.numbers.phones import WIDE


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


def test_no_region_is_skipped_in_which_a_part_is_valid() -> None:
    draw = random.Random(4)
    regions = RegionFilter(WIDE, fewest_digits())
    left_out = 0
    for piece in pieces(draw, 150):
        possible = regions.regions(piece)
        for region in draw.sample(WIDE, 6):
            valid = PhoneNumberMatcher(piece, region, leniency=Leniency.VALID).has_next()
            assert region in possible or not valid, region
            left_out += region not in possible
    assert left_out > 100
