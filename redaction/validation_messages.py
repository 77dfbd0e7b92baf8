"""Says in plain words what pydantic and YAML find wrong in a file of settings: all of it, each in one line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from enum import Enum
from typing import Any, Final, get_args

import yaml
from pydantic import BaseModel, ValidationError

from redaction.errors import Finding

Location = tuple[int | str, ...]

_SECRET_KEYS: Final = {"key", "storage", "params"}
"""Keys below which no value is repeated: it may be a secret."""
_BOOLEAN_WORDS: Final = {"y", "n", "yes", "no", "on", "off", "true", "false"}
_ODD_NUMBER = re.compile(r"[-+]?(?:0[0-7_]+|0[box][0-9a-fA-F_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)")
"""Numbers that YAML 1.1 reads as octal, binary, hexadecimal or to the base of 60."""
_NEEDED: Final = {
    "string": ("text", "put it in quotes"),
    "int": ("a whole number", "write digits alone"),
    "float": ("a number", "write it as 0.05"),
    "bool": ("true or false", "write true or false"),
    "date": ("a date", "write it as 2025-06-30"),
    "datetime": ("an instant", "write it as 2025-06-30T00:00:00Z"),
    "list": ("a list", "write it as [a, b]"),
    "tuple": ("a list", "write it as [a, b]"),
    "dict": ("a mapping of keys to values", "write it as {key: value}"),
    "mapping": ("a mapping of keys to values", "write it as {key: value}"),
    "model": ("a mapping of keys to values", "write it as {key: value}"),
    "path": ("a path", "put it in quotes"),
}
_LIMITS: Final = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def validation_findings(error: ValidationError, model: type[BaseModel]) -> list[Finding]:
    """Translate every error of a validation, unknown keys first: a misspelled key also makes another one missing."""
    errors = error.errors(include_url=False)
    ordered = sorted(errors, key=lambda each: each["type"] != "extra_forbidden")
    return list(dict.fromkeys(_finding(dict(each), model) for each in ordered))


def yaml_findings(node: yaml.Node, model: type[BaseModel]) -> list[Finding]:
    """Find the values that YAML reads as something other than what is written: octal numbers, words for booleans."""
    return [finding for location, leaf in _leaves(node, ()) if (finding := _pitfall(location, leaf, model))]


def suggestion(name: str, choices: Sequence[str]) -> str:
    """Return which of the choices may be meant, then all of them."""
    near = get_close_matches(name.casefold(), [choice.casefold() for choice in choices], 1)
    meant = next((choice for choice in choices if near and choice.casefold() == near[0]), None)
    return (f"did you mean {meant!r}? " if meant else "") + f"choose from {', '.join(choices)}"


def _finding(error: dict[str, Any], model: type[BaseModel]) -> Finding:  # noqa: PLR0911 - one for each kind of error
    location, kind, value = tuple(error["loc"]), str(error["type"]), error.get("input")
    key = ".".join(str(part) for part in location) or "the whole file"
    given = _given(location, value)
    if kind == "extra_forbidden":
        choices = _keys(location[:-1], model)
        return Finding(key, "unknown key", suggestion(str(location[-1]), choices) if choices else "take it out")
    if kind == "missing":
        return Finding(key, "is missing", "add it")
    if kind in {"enum", "literal_error"}:
        choices = re.findall(r"'([^']*)'", str(error["ctx"].get("expected", "")))
        return Finding(key, f"{given} is none of the known values", suggestion(str(value), choices))
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return Finding(key, f"{given} is out of range", f"give {words} {error['ctx'][name]}")
    if kind == "string_pattern_mismatch":
        return Finding(key, f"{given} has characters that are not allowed", f"it must match {error['ctx']['pattern']}")
    if kind in {"too_short", "too_long", "string_too_short", "string_too_long"}:
        limit = error["ctx"].get("min_length", error["ctx"].get("max_length"))
        return Finding(key, f"is {kind.split('_', 1)[1].replace('_', ' ')}", f"the limit is {limit}")
    if kind == "value_error" or kind.startswith(("date", "datetime", "timezone")):
        return _time_finding(key, value, given, error)
    needed = _NEEDED.get(kind.split("_", maxsplit=1)[0])
    if needed:
        return Finding(key, f"{given} is not {needed[0]}", needed[1])
    return Finding(key, str(error["msg"][:1].lower() + error["msg"][1:]), "correct it")


def _time_finding(key: str, value: object, given: str, error: dict[str, Any]) -> Finding:
    if isinstance(value, date) and not isinstance(value, datetime) and "zone" in str(error["msg"]):
        return Finding(key, f"{given} is a date, not an instant", f"write {value.isoformat()}T00:00:00Z")
    if isinstance(value, datetime) and value.tzinfo is None:
        return Finding(key, f"{given} has no time zone", f"write {value.isoformat()}Z for UTC")
    kind = str(error["type"])
    if kind != "value_error":
        needed, mend = _NEEDED["datetime" if kind.startswith("datetime") else "date"]
        return Finding(key, f"{given} is not {needed}", mend)
    return _of_message(key, str(error["msg"]).removeprefix("Value error, "))


def _of_message(key: str, message: str) -> Finding:
    problem, _, mend = message.rstrip(".").partition("; ")
    return Finding(key, problem, mend or "correct it")


def _given(location: Location, value: object) -> str:
    """Return a value as a message may repeat it: short, and not where a secret may be."""
    if _SECRET_KEYS.intersection(map(str, location)):
        return "the value"
    if value is None:
        return "nothing"
    if isinstance(value, Mapping | list | tuple):
        return "a mapping" if isinstance(value, Mapping) else "a list"
    text = value.isoformat() if isinstance(value, date) else str(value)
    words = {bool: "the boolean ", int: "the number ", float: "the number "}.get(type(value), "")
    short = text if len(text) <= 40 else f"{text[:40]}…"
    return f"{words}{short!r}" if isinstance(value, str) else f"{words}{short}"


def _leaves(node: yaml.Node | None, location: Location) -> Iterator[tuple[Location, yaml.ScalarNode]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _leaves(value, (*location, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _leaves(value, (*location, number))
    elif isinstance(node, yaml.ScalarNode):
        yield location, node


def _pitfall(location: Location, node: yaml.ScalarNode, model: type[BaseModel]) -> Finding | None:
    if node.style:  # quoted
        return None
    key, text = ".".join(map(str, location)), str(node.value)
    if node.tag in {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"} and _ODD_NUMBER.fullmatch(text):
        shown = "this number" if _SECRET_KEYS.intersection(map(str, location)) else text
        return Finding(key, f"YAML reads {shown} as another number", "put it in quotes, or write plain digits")
    if node.tag == "tag:yaml.org,2002:str" and text.casefold() in _BOOLEAN_WORDS and bool in _types(location, model):
        meant = "true" if text.casefold() in {"y", "yes", "on", "true"} else "false"
        return Finding(key, f"{text!r} is a word, not true or false", f"write {meant}")
    return None


def _keys(location: Location, model: type[BaseModel]) -> list[str]:
    """Return the keys that are allowed at a location, none where that is not known."""
    inner = next((t for t in _types(location, model) if isinstance(t, type) and issubclass(t, BaseModel)), None)
    return [f.alias or name for name, f in inner.model_fields.items() if not f.exclude] if inner else []


def _types(location: Location, model: type[BaseModel]) -> list[Any]:
    """Return the types that a value at a location may have."""
    types: list[Any] = [model]
    for key in location:
        types = [inner for each in types for inner in _inner(each, key)]
    return types


def _inner(kind: Any, key: int | str) -> list[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {field.alias or name: field for name, field in kind.model_fields.items()}
        field = fields.get(str(key)) or kind.model_fields.get(str(key))
        return _flat(field.annotation) if field else []
    arguments = get_args(kind)
    return _flat(arguments[-1 if isinstance(key, str) else 0]) if arguments else []


def _flat(annotation: Any) -> list[Any]:
    arguments = get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel | Enum):
        return [annotation]
    return [annotation, *(inner for argument in arguments for inner in _flat(argument))]
