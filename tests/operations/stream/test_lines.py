"""A stream of plain lines: one line out for each line in, whatever the input, and nothing unread in clear."""

import io
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction import load_profile
from redaction.detection import Detector
from redaction.detection.language.lines import LineLanguages
from redaction.operations.stream import LineBatches, StreamRedactor, TextIn, format_plain_line, read_plain_line
from redaction.replacement import PlaceholderNumbers, Replacer

SOCIAL = load_profile("social")
DETECTOR = Detector.from_settings(SOCIAL)
PIECES = (
    *(b"\n", b"\r\n", b"\r", b"\0", b"\x0b", b"\x0c", b"\x1c", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xff"),
    *(b"\xef\xbb\xbf", b" ", b"\t", b"Tom Becker", b"Denver", b"12 Elm Street", b"jane@example.com", b"[PERSON_1]"),
    *(b"I live in Berlin with my family", b"Hola, vivo en Madrid con toda mi familia desde hace tres meses"),
)
POLISH = "Cześć, nazywam się Juan i od trzech miesięcy mieszkam w Madrycie z całą rodziną"


def redacted(data: bytes, max_bytes: int = 1 << 20, **more) -> tuple[bytes, list[str | None]]:
    redactor = StreamRedactor(DETECTOR, Replacer(), LineLanguages(SOCIAL, more.pop("language", None)), **more)
    out: list[str] = []
    problems: list[str | None] = []
    number = 0
    for batch in LineBatches(io.BytesIO(data), max_bytes):
        lines = [read_plain_line(line, number + i) for i, line in enumerate(batch, start=1)]
        results = redactor.redact([line.text for line in lines])
        out += map(format_plain_line, lines, results)
        problems += [result.problem for result in results]
        number += len(batch)
    return "".join(out).encode(), problems


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=20).map(b"".join))
def test_as_many_lines_come_out_as_go_in_and_what_is_unread_is_withheld(data: bytes) -> None:
    out, problems = redacted(data)
    assert out.count(b"\n") == data.count(b"\n")
    lines, results = data.split(b"\n"), out.split(b"\n")
    assert len(lines) == len(results)
    for line, result, problem in zip(lines, results, [*problems, None], strict=False):
        assert line.endswith(b"\r") == result.endswith(b"\r")
        if problem is not None:
            assert result.removesuffix(b"\r") == f"[LINE WITHHELD: {problem}]".encode()
        else:
            assert b"\0" not in line
            assert b"jane@example.com" not in result
            assert line.decode().splitlines() == [] or len(line.decode().splitlines()) == len(
                result.decode().splitlines()
            )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a line with Tom Becker\nDenver\n\nx\n", b"a line with [PERSON_1]\n[LOCATION_1]\n\nx\n"),
        (b"Tom Becker\r\nDenver", b"[PERSON_1]\r\n[LOCATION_1]"),
        (b"\n \n\t\r\n", b"\n \n\t\r\n"),
        (b"", b""),
        (b"caf\xe9 Tom Becker\n", b"[LINE WITHHELD: not_utf8]\n"),
        (b"T\0o\0m\0\n", b"[LINE WITHHELD: not_text]\n"),
    ],
)
def test_lines_and_line_ends_are_kept(data: bytes, expected: bytes) -> None:
    assert redacted(data)[0] == expected


def test_a_line_that_is_too_long_is_withheld_and_the_next_is_read() -> None:
    data = b"x" * 500_000 + b"\nwrite to Jane Miller\n" + b"y" * 70_000
    out, problems = redacted(data, max_bytes=1000)
    assert out == b"[LINE WITHHELD: too_long]\nwrite to [PERSON_1]\n[LINE WITHHELD: too_long]"
    assert problems == ["too_long", None, "too_long"]


class Slow(io.RawIOBase):
    """A source that returns a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size = io.BytesIO(data), size

    def read(self, _size: int = -1) -> bytes:
        return self._data.read(self._size)


@given(st.lists(st.sampled_from([b"ab", b"\n", b"c" * 9, b"\r\n"])).map(b"".join), st.integers(1, 7))
def test_lines_do_not_depend_on_how_the_bytes_arrive(data: bytes, size: int) -> None:
    at_once = [line for batch in LineBatches(io.BytesIO(data), 20) for line in batch]
    slowly = [line for batch in LineBatches(cast(BinaryIO, Slow(data, size)), 20) for line in batch]
    assert slowly == at_once


def test_the_result_of_a_line_does_not_depend_on_the_batches() -> None:
    texts = [
        TextIn(i, text) for i, text in enumerate(["Juan", POLISH, "Juan", "ok", *["The report is late again."] * 20])
    ]
    at_once = StreamRedactor(DETECTOR, Replacer(), LineLanguages(SOCIAL)).redact(texts)
    one_by_one = StreamRedactor(DETECTOR, Replacer(), LineLanguages(SOCIAL))
    assert [one_by_one.redact([text])[0] for text in texts] == at_once


def problems_of(*lines: str, **more) -> list[str | None]:
    return redacted("\n".join(lines).encode(), **more)[1]


def test_an_unclear_line_takes_the_language_of_the_lines_before_it() -> None:
    unsupported = "language_unsupported"
    assert problems_of("Tom Becker", "12 Elm Street", "Springfield") == [None, None, None]
    assert problems_of(POLISH, "Juan") == [unsupported, unsupported]
    assert problems_of(POLISH, "Juan", language="en") == [unsupported, None]
    english = "My sister works at the bakery on the corner and she is very happy there. " * 6
    assert problems_of(POLISH, english, "Juan") == [unsupported, None, None]
    polish = problems_of(english, "Od trzech lat mieszkam z całą rodziną w pobliżu Berlina.")
    assert polish == [None, unsupported]


def test_without_a_default_an_unclear_first_line_is_withheld() -> None:
    strict = load_profile("strict")
    guesses = LineLanguages(strict).identify(["Tom", "The weather is nice and we all went to the beach today.", "Tom"])
    assert [guess.reason for guess in guesses] == ["language_unknown", None, None]
    assert [guess.language for guess in LineLanguages(strict, "en-GB").identify(["Tom"])] == ["en"]


def test_numbers_start_with_each_line_or_go_on_over_the_stream() -> None:
    data = b"I met Jane Miller\nand Paul Becker\nand Jane Miller\n"
    assert redacted(data)[0] == b"I met [PERSON_1]\nand [PERSON_1]\nand [PERSON_1]\n"
    consistent, _ = redacted(data, numbers=PlaceholderNumbers())
    assert consistent == b"I met [PERSON_1]\nand [PERSON_2]\nand [PERSON_1]\n"


def test_explanations_say_why_and_repeat_no_text() -> None:
    redactor = StreamRedactor(DETECTOR, Replacer(), LineLanguages(SOCIAL), explains=True)
    [result] = redactor.redact([TextIn(1, "Call me at +1 202 555 0143, says Jane Miller")])
    phone, person = result.explanations
    assert "call" in phone.context
    assert person.why == "Named by a language model."
    assert "Miller" not in str(result.explanations)
    assert "0143" not in str(result.explanations)
