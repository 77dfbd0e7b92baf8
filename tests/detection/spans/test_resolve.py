import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detection import Span
from redaction.detection.settings import Cover
from redaction.detection.spans.resolve import resolve

LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
TYPES = ["PERSON", "LOCATION", "EMAIL_ADDRESS", "STREET_ADDRESS", "POSTCODE", "HANDLE", "SOMETHING"]


@st.composite
def found(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text(st.sampled_from("ab Z.'’-@#,\n1é\u0301語😀" + LINE_ENDS) | st.characters(), max_size=60))
    spans = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        spans.append(Span(start, end, draw(st.sampled_from(TYPES)), draw(st.floats(0.1, 1)), "r"))
    return text, spans


@given(found(), st.sampled_from(Cover))
def test_resolved_spans_are_sorted_disjoint_and_cover_every_finding(case: tuple[str, list[Span]], cover: Cover) -> None:
    text, spans = case
    resolved = resolve(text, spans, cover)
    assert all(0 <= s.start < s.end <= len(text) for s in resolved)
    assert all(a.end <= b.start for a, b in itertools.pairwise(resolved))
    covered = {i for s in resolved for i in range(s.start, s.end)}
    for span in spans:
        assert all(i in covered or text[i].isspace() for i in range(span.start, span.end))
    assert all(len(text[s.start : s.end].splitlines()) == 1 for s in resolved)
    assert all(text[s.start : s.end].strip() == text[s.start : s.end] for s in resolved)
    assert resolve(text, resolved, cover) == resolved


def resolved_texts(text: str, *findings: tuple[str, str]) -> list[tuple[str, str]]:
    spans = []
    for value, entity_type in findings:
        start = text.index(value)
        spans.append(Span(start, start + len(value), entity_type, 0.9, "r"))
    return [(text[s.start : s.end], s.entity_type) for s in resolve(text, spans)]


def test_the_longest_span_wins_and_the_strictest_of_equal_ones() -> None:
    text = "write to jane.doe@example.com now"
    assert resolved_texts(text, ("jane.doe", "PERSON"), ("jane.doe@example.com", "EMAIL_ADDRESS")) == [
        ("jane.doe@example.com", "EMAIL_ADDRESS")
    ]
    assert resolved_texts("Mr 123456789", ("123456789", "AGE"), ("123456789", "NATIONAL_ID")) == [
        ("123456789", "NATIONAL_ID")
    ]


def test_spans_cover_whole_tokens_except_a_possessive() -> None:
    assert resolved_texts("Smith-Jones's plan", ("Smith", "PERSON")) == [("Smith-Jones", "PERSON")]
    assert resolved_texts("id AB-12.34/x", ("12", "EMPLOYEE_ID")) == [("AB-12.34", "EMPLOYEE_ID")]
    assert resolved_texts("see #TeamJane today", ("Jane", "PERSON")) == [("#TeamJane", "PERSON")]


def test_only_adjacent_parts_of_a_name_or_an_address_are_joined() -> None:
    assert resolved_texts("Jane van Doe", ("Jane", "PERSON"), ("Doe", "PERSON")) == [("Jane van Doe", "PERSON")]
    assert resolved_texts("Jane, Joe", ("Jane", "PERSON"), ("Joe", "PERSON")) == [
        ("Jane", "PERSON"),
        ("Joe", "PERSON"),
    ]
    address = "12 Elm Street, 90210 Springfield"
    assert resolved_texts(
        address, ("12 Elm Street", "STREET_ADDRESS"), ("90210", "POSTCODE"), ("Springfield", "LOCATION")
    ) == [(address, "STREET_ADDRESS")]
    assert resolved_texts("@jane @joe", ("@jane", "HANDLE"), ("@joe", "HANDLE")) == [
        ("@jane", "HANDLE"),
        ("@joe", "HANDLE"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", " \n\n\t "])
@pytest.mark.parametrize("cover", Cover)
def test_a_finding_over_lines_becomes_a_span_on_each(end: str, cover: Cover) -> None:
    text = f"Tom Becker{end}Denver"
    spans = resolve(text, [Span(0, len(text), "PERSON", 0.9, "r")], cover)
    assert [text[s.start : s.end] for s in spans] == ["Tom Becker", "Denver"]


def test_an_address_over_lines_keeps_its_lines() -> None:
    text = "12 Elm Street,\n90210 Springfield"
    findings = ("12 Elm Street", "STREET_ADDRESS"), ("90210", "POSTCODE"), ("Springfield", "LOCATION")
    assert resolved_texts(text, *findings) == [("12 Elm Street", "STREET_ADDRESS"), ("90210 Springfield", "LOCATION")]


@pytest.mark.parametrize(
    ("text", "left", "right", "joined"),
    [
        ("Doe, Jane would like to recall it", "Doe", "Jane", True),
        ('reply to "Doe, Jane" <x>', "Doe", "Jane", True),
        ("From: Doe, Jane", "Doe", "Jane", True),
        ("Outlook: Doe, Jane (Finance) recalled it", "Doe", "Jane", True),
        ("Max, Jane and Joe came", "Max", "Jane", False),
        ("with Max, Jane would win", "Max", "Jane", False),
        ("Max, Jane", "Max", "Jane", False),
    ],
)
def test_a_family_name_first_is_joined_in_lists_and_heads_of_mails(
    text: str, left: str, right: str, joined: bool
) -> None:
    found = [span_text for span_text, _ in resolved_texts(text, (left, "PERSON"), (right, "PERSON"))]
    assert found == ([f"{left}, {right}"] if joined else [left, right])
