import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.release.gates.shapes import Shape, count_shapes, may_have_shape


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("write to a.b+c@mail.example", Shape.EMAIL),
        ("(joe@mail.example)", Shape.EMAIL),
        ("joe [at] mail [dot] example", Shape.EMAIL),
        ("joe at mail dot example", Shape.EMAIL),
        ("+44 20 7946 0958", Shape.PHONE),
        ("0049 30 23125 001", Shape.PHONE),
        ("(555) 555-0142", Shape.PHONE),
        ("call 202-555-0142 now", Shape.PHONE),
        ("4111 1111 1111 1111", Shape.IDENTIFIER),
        ("card 378282246310005.", Shape.IDENTIFIER),
        ("GB82 WEST 1234 5698 7654 32", Shape.IDENTIFIER),
        ("DE89370400440532013000", Shape.IDENTIFIER),
        ("CPF 529.982.247-25", Shape.IDENTIFIER),
        ("DNI 12345678Z", Shape.IDENTIFIER),
        ("NIE X1234567L", Shape.IDENTIFIER),
        ("2 55 08 14 168 025 38", Shape.IDENTIFIER),
        ("756.9217.0769.85", Shape.IDENTIFIER),
        ("2341 2341 2346", Shape.IDENTIFIER),
        ("RSSMRA85T10A562S", Shape.IDENTIFIER),
        ("SSN 078-05-1120", Shape.IDENTIFIER),
    ],
)
def test_a_shape_is_counted(text, shape):
    assert count_shapes(text).get(shape, 0) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "[EMAIL_ADDRESS_1] and [PHONE_NUMBER_2]",
        "meet at noon and dot the i",
        "in 2021-2022 we grew 10.5 to 12.75 % of 1,000,000",
        "4111 1111 1111 1112",
        "0000 0000 0000 0000",
        "GB82 WEST 1234 5698 7654 33",
        "DNI 12345678A",
        "CPF 529.982.247-26",
        "111.111.111-11",
        "2341 2341 2347",
        "RSSMRA85T10A562T",
        "756.9217.0769.86",
        "000-12-3456 and 666-12-3456",
        "2024-03-12T10:20:30",
        "version 1.22.333-4444",
        "a" * 64 + " 0123456789abcdef0123456789abcdef",
    ],
)
def test_similar_strings_are_not_counted(text):
    assert count_shapes(text) == {}


@pytest.mark.parametrize("unit", ["a@", "1 ", "a at ", "+1", "a.", "AB12 ", "1-", "x at a dot "])
def test_repetitive_text_is_not_slow(unit):
    begun = time.process_time()
    count_shapes(unit * (100_000 // len(unit)))
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("digit", "４٤४")
def test_digits_of_other_scripts_are_read_as_digits(digit):
    assert count_shapes(f"RSSMRA85T1{digit}A562S") == count_shapes("RSSMRA85T14A562S")


CHARACTERS = st.sampled_from(
    [*"0123456789+-. ()/@AZXYaz\n[]", " at ", " dot ", "AT", "DOT", "é", "²", "٣", "\x1c", "ſ", "ı"]
)
SEEDS = st.sampled_from(
    [
        *("a@b.example", "joe [at] mail [dot] example", "joe at mail dot example", "+44 20 7946 0958", "555-010-9999"),
        *("078-05-1120", "4111 1111 1111 1111", "GB82 WEST 1234 5698 7654 32", "123.456.789-09", "12345678Z"),
        *("1 85 05 78 006 084 91", "756.9217.0769.85", "2341 2341 2346", "RSSMRA85T10A562S", "378282246310005"),
    ]
)


@given(st.lists(CHARACTERS | SEEDS, max_size=12).map("".join))
def test_the_prefilter_skips_no_text_with_a_shape(text):
    assert may_have_shape(pl.Series([text])).item() or not count_shapes(text)
