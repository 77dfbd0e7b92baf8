"""No span crosses a line end, and nothing that a span covers is lost but white space."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detection import Span
from redaction.detection.spans.lines import split_at_line_ends

ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def parts(text: str, *spans: tuple[int, int]) -> list[str]:
    made = [Span(start, end, "PERSON", 0.5, "some") for start, end in spans]
    return [text[part.start : part.end] for part in split_at_line_ends(text, made)]


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("Ada Okafor", (0, 10), ["Ada Okafor"]),
        ("Ada\r\nOkafor", (0, 11), ["Ada", "Okafor"]),
        ("Ada \n  Okafor ", (0, 14), ["Ada", "Okafor"]),
        ("\nAda\n", (0, 5), ["Ada"]),
        (" \n ", (0, 3), []),
        ("Ada", (-2, 9), ["Ada"]),
        ("Ada", (2, 2), []),
    ],
)
def test_each_line_has_its_part(text: str, span: tuple[int, int], expected: list[str]) -> None:
    assert parts(text, span) == expected


def test_a_span_of_one_line_stays_the_same_object() -> None:
    span = Span(0, 3, "PERSON", 0.5, "some")
    assert next(split_at_line_ends("Ada Okafor", [span])) is span


@given(
    st.text(st.sampled_from(f"a1 \t{ENDS}"), max_size=30),
    st.lists(st.tuples(st.integers(-2, 32), st.integers(-2, 32)), max_size=3),
)
def test_what_was_covered_is_covered_but_for_white_space(text: str, spans: Sequence[tuple[int, int]]) -> None:
    made = [Span(start, end, "PERSON", 0.5, "some") for start, end in spans if start <= end]
    split = list(split_at_line_ends(text, made))
    assert all(len(text[part.start : part.end].splitlines()) == 1 for part in split)
    before = {at for span in made for at in range(max(span.start, 0), min(span.end, len(text)))}
    after = {at for part in split for at in range(part.start, part.end)}
    assert after <= before
    assert all(text[at].isspace() for at in before - after)
