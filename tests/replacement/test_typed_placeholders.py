"""What an author types in the form of a placeholder is never what an operator writes for somebody."""

import re
from typing import Any

import pytest

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


def written(text: str, operator: Any) -> tuple[list[str], str]:
    """Redact the names in a text; return what is written for each, and the text."""
    replacer = Replacer(ReplacementSettings.model_validate({"default": operator}), KEY)
    spans = [Mark(found.start(), found.end(), "PERSON") for found in re.finditer("|".join(NAMES), text)]
    [redacted] = replacer.replace([text], [spans])
    parts, begin = list[str](), spans[0].start
    for span, following in zip(spans, [*(each.start for each in spans[1:]), len(text)], strict=True):
        between = text[span.end : following]
        end = redacted.text.index(between, begin)
        parts.append(redacted.text[begin:end])
        begin = end + len(between)
    return parts, redacted.text


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme[:20])
def test_a_typed_scheme_names_no_person(scheme: str, operator: Any) -> None:
    text = f"{scheme} met {NAMES[0]}; then {NAMES[1]}; then {NAMES[2]}; {scheme}"
    parts, redacted = written(text, operator)
    assert redacted.startswith(scheme)
    assert redacted.endswith(scheme)
    numbers = {int(number) for number in re.findall(r"_(\d+)\]", scheme)}
    for part in filter(None, parts):
        assert part not in scheme
        found = re.fullmatch(r"\[PERSON_(\d+)\]", part)
        assert found is None or int(found[1]) not in numbers
