"""What an author types in the form of a placeholder is never what an operator writes for somebody."""

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.replacement import ReplacementSettings, Replacer
from tests.replacement.test_replacer import KEY, Mark

NAMES = ("Ann Berg", "Bob Carr", "Cleo Dorn")
SCHEMES = (
    "[PERSON_1] [PERSON_2] [PERSON_4]",
    "[PERSON_01] [PERSON_002]",
    "[PERSON_\uff11] [PERSON_\u0661]",
    "[PERSON_1][PERSON_2][PERSON_3]" * 50,
    "[PERSON_kaaaaaaaaaaaa] [PERSON_k234567234567]",
    "[[PERSON_1]] {[PERSON_1]}",
)
OPERATORS: tuple[Any, ...] = (
    "placeholder",
    "pseudonym",
    "date_to_month",
    "hash",
    "redact",
    {"operator": "mask", "masking_char": "1"},
)


def shown(text: str) -> str:
    """Return what is left of a text's own placeholders: round brackets."""
    return re.sub(r"\[(PERSON_(?:[0-9\uff11]+|k\w+))\]", r"(\1)", text)


def written(text: str, operator: Any) -> tuple[list[str], str]:
    """Redact the names in a text; return what is written for each, and the text."""
    replacer = Replacer(ReplacementSettings.model_validate({"default": operator}), KEY)
    spans = [Mark(found.start(), found.end(), "PERSON") for found in re.finditer("|".join(NAMES), text)]
    [redacted] = replacer.replace([text], [spans])
    parts, begin = list[str](), spans[0].start
    for span, following in zip(spans, [*(each.start for each in spans[1:]), len(text)], strict=True):
        between = shown(text[span.end : following])
        end = redacted.text.index(between, begin)
        parts.append(redacted.text[begin:end])
        begin = end + len(between)
    return parts, redacted.text


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme[:20])
def test_a_typed_scheme_names_no_person(scheme: str, operator: Any) -> None:
    text = f"{scheme} met {NAMES[0]}; then {NAMES[1]}; then {NAMES[2]}; {scheme}"
    parts, redacted = written(text, operator)
    assert redacted.startswith(shown(scheme))
    assert redacted.endswith(shown(scheme))
    numbers = {int(number) for number in re.findall(r"_(\d+)\]", scheme)}
    for part in filter(None, parts):
        assert part not in redacted[: len(scheme)]
        found = re.fullmatch(r"\[PERSON_(\d+)\]", part)
        assert found is None or int(found[1]) not in numbers


FORM = re.compile(r"\[[A-Z][A-Z0-9_]*_(?:[0-9]+|k[a-z2-7]+)\]")
MIXED_TYPES: dict[str, Any] = {
    "GONE": "redact",
    "MASKED": {"operator": "mask", "masking_char": "1"},
    "BRACKETED": {"operator": "mask", "masking_char": "["},
    "KEPT": "keep",
    "HASHED": "hash",
    "MONTH": "date_to_month",
    "KEYED": "pseudonym",
}
MIXED = Replacer(ReplacementSettings.model_validate({"default": "placeholder", "entities": MIXED_TYPES}), KEY)
FRAGMENTS = ("[", "]", "[[", "PERSON", "PERSON_", "_", "1", "12", "k", "ka2", "[PERSON_1]", "[PERSON_kab2]", "Ann", " ",
             "3 March 2021", "03/04/2021", "é", "[KEYED_k", "MONTH_2]")  # fmt: skip


@st.composite
def typed_texts(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    """A text of parts of placeholders, and spans anywhere in it."""
    text = "".join(draw(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=2), min_size=1, max_size=14)))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=9)))
    kinds = st.sampled_from(
        ["PERSON", "LOCATION", "GONE", "MASKED", "BRACKETED", "KEPT", "HASHED", "MONTH", "KEYED", ""]
    )
    spans = [Mark(start, end, draw(kinds)) for start, end in itertools.pairwise(cuts)]
    return text, [span for span in spans if span.entity_type]


ROUND = str.maketrans("[]", "()")
WRITTEN = {"KEYED": r"\[KEYED_k[a-z2-7]+\]", "MONTH": r"(?:\[MONTH_[0-9]+\])?"}


@given(typed_texts())
@settings(max_examples=500)
def test_whatever_has_the_form_of_a_placeholder_was_written_by_an_operator(typed: tuple[str, list[Mark]]) -> None:
    text, spans = typed
    [redacted] = MIXED.replace([text], [spans])
    expected = "".join(
        WRITTEN.get(span.entity_type, "" if number is None else rf"\[{span.entity_type}_{number}\]")
        for span, number in zip(spans, redacted.numbers, strict=True)
    )
    assert re.fullmatch(expected, "".join(FORM.findall(redacted.text)))


@given(typed_texts())
def test_beside_spans_only_brackets_change(typed: tuple[str, list[Mark]]) -> None:
    text, spans = typed
    [redacted] = MIXED.replace([text], [[span for span in spans if span.entity_type == "KEPT"]])
    assert len(redacted.text) == len(text)
    assert redacted.text.translate(ROUND) == text.translate(ROUND)
