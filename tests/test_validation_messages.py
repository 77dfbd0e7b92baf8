"""What pydantic and YAML find is said in plain words: all of it, without secrets."""

from datetime import date, datetime
from enum import StrEnum

import pytest
import yaml
from pydantic import AwareDatetime, Field, ValidationError

from redaction.base_model import FrozenModel
from redaction.strict_yaml import StrictLoader
from redaction.validation_messages import suggestion, validation_findings, yaml_findings


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(FrozenModel):
    on: bool = False
    number: int = Field(default=1, ge=1, le=9)


class Example(FrozenModel):
    name: str
    color: Color = Color.RED
    at: AwareDatetime | None = None
    inner: Inner = Inner()
    key: str = Field(default="", max_length=3)


def findings(**values: object) -> list[str]:
    with pytest.raises(ValidationError) as error:
        Example.model_validate({"name": "x"} | values)
    return [str(finding) for finding in validation_findings(error.value, Example)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"nmae": 1}, "nmae: unknown key; did you mean 'name'? choose from name, color, at, inner, key"),
        ({"name": None}, "name: nothing is not text; put it in quotes"),
        ({"color": "rde"}, "color: 'rde' is none of the known values; did you mean 'red'? choose from red, blue"),
        ({"inner": {"number": 0}}, "inner.number: the number 0 is out of range; give at least 1"),
        ({"inner": {"number": 10}}, "inner.number: the number 10 is out of range; give at most 9"),
        ({"inner": {"on": "maybe"}}, "inner.on: 'maybe' is not true or false; write true or false"),
        ({"inner": [1]}, "inner: a list is not a mapping of keys to values; write it as {key: value}"),
        ({"at": date(2025, 6, 30)}, "at: 2025-06-30 is a date, not an instant; write 2025-06-30T00:00:00Z"),
        ({"at": datetime(2025, 6, 30)}, "at: 2025-06-30T00:00:00 has no time zone; write 2025-06-30T00:00:00Z for UTC"),
        ({"key": 7}, "key: the value is not text; put it in quotes"),
    ],
)
def test_an_error_says_what_is_wrong_and_how_to_correct_it(values: dict[str, object], message: str) -> None:
    assert findings(**values) == [message]


def test_all_errors_are_reported_and_unknown_keys_first() -> None:
    found = findings(name=1, inner={"number": 0}, zzz=1)
    assert [each.split(":")[0] for each in found] == ["zzz", "name", "inner.number"]


def test_a_secret_is_not_repeated() -> None:
    assert not any("hunter2" in each for each in findings(key="hunter2"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: 012", ["name: YAML reads 012 as another number; put it in quotes, or write plain digits"]),
        ("name: 1:30", ["name: YAML reads 1:30 as another number; put it in quotes, or write plain digits"]),
        ("key: 012", ["key: YAML reads this number as another number; put it in quotes, or write plain digits"]),
        ("inner: {on: yes}", ["inner.on: 'yes' is a word, not true or false; write true"]),
        ("inner: {on: off}", ["inner.on: 'off' is a word, not true or false; write false"]),
        ("name: '012'\ninner: {on: true, number: 12}", []),
        ("name: no", []),
    ],
)
def test_what_yaml_would_change_is_found(text: str, expected: list[str]) -> None:
    node = yaml.compose(text, StrictLoader)
    assert node is not None
    assert [str(finding) for finding in yaml_findings(node, Example)] == expected


def test_a_suggestion_ignores_case_and_lists_all_choices() -> None:
    assert suggestion("RED", ["red", "blue"]) == "did you mean 'red'? choose from red, blue"
    assert suggestion("xyz", ["red", "blue"]) == "choose from red, blue"
