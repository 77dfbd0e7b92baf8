"""The reference of every key of the YAML files: type, default, meaning. It is made from the JSON Schemas."""

import json
from collections.abc import Callable, Iterator
from typing import Final

from reference_docs.json_schemas import ANSWERS, Schema, schema_of
from reference_docs.markdown import code, table

_WORDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "null": "null",
    "date": "date",
    "date-time": "instant",
    "path": "path",
}
_LIMITS: Final = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "maxLength": "of at most {} characters",
    "minItems": "at least {} of them",
    "multipleOf": "a multiple of {}",
    "pattern": "matching `{}`",
}


def keys(name: str) -> Callable[[], str]:
    """Return the function that lists the keys of one kind of file."""

    def section() -> str:
        schema, seen = schema_of(name), dict[str, str]()
        if name in ANSWERS:
            rows = ((key, kind, meaning) for key, kind, _, meaning in _rows(schema, schema, "", seen))
            return table(("Key", "Type", "Meaning"), rows)
        if name != "config":
            return _table(schema, schema, "", seen)
        return "\n\n".join(_sections(schema, seen))

    return section


def _sections(schema: Schema, seen: dict[str, str]) -> Iterator[str]:
    """Yield a table of the plain keys at the top, then a section for each key with keys below it."""
    nested = {key: each for key, each in schema["properties"].items() if list(_objects(each, schema))}
    plain = {key: each for key, each in schema["properties"].items() if key not in nested}
    yield _table(schema | {"properties": plain}, schema, "", seen)
    for key, each in nested.items():
        yield f"### `{key}`"
        required = "Required. " if key in schema.get("required", ()) else ""
        yield required + each.get("description", "")
        if key == "detection":
            yield "The keys are those of a [detection profile](#detection-profile)."
            continue
        yield "\n\n".join(_table(inner, schema, f"{key}{suffix}.", seen) for suffix, _, inner in _objects(each, schema))


def _table(inner: Schema, schema: Schema, prefix: str, seen: dict[str, str]) -> str:
    rows = list(_rows(inner, schema, prefix, seen))
    return table(("Key", "Type", "Default", "Meaning"), rows)


def _rows(inner: Schema, schema: Schema, prefix: str, seen: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for key, each in inner.get("properties", {}).items():
        path = f"{prefix}{key}"
        objects = list(_objects(each, schema))
        repeated = sorted({seen[name] for _, name, _ in objects if name in seen})
        meaning = each.get("description", "") + (f" Its keys are those of {code(repeated[0])}." if repeated else "")
        default = "required" if key in inner.get("required", ()) else _default(each)
        yield code(path), _type(each, schema), default, meaning
        if repeated:
            continue
        for suffix, name, below in objects:
            seen[name] = path + suffix
            choice = f" ({_name(below)})" if len(objects) > 1 else ""
            yield from _rows(below, schema, f"{path}{suffix}{choice}.", seen)


def _name(operator: Schema) -> str:
    return str(operator["properties"]["operator"].get("const", "your own"))


def _objects(each: Schema, schema: Schema, suffix: str = "") -> Iterator[tuple[str, str, Schema]]:
    """Yield the objects that a value may be or hold: the path to each, its name, and its schema."""
    if "$ref" in each:
        name = each["$ref"].removeprefix("#/$defs/")
        resolved = schema["$defs"][name]
        if "properties" in resolved:
            yield suffix, name, resolved
        else:
            yield from _objects(resolved, schema, suffix)
    for choice in (*each.get("anyOf", ()), *each.get("oneOf", ())):
        yield from _objects(choice, schema, suffix)
    if isinstance(each.get("items"), dict):
        yield from _objects(each["items"], schema, f"{suffix}[]")
    if isinstance(each.get("additionalProperties"), dict):
        yield from _objects(each["additionalProperties"], schema, f"{suffix}.<name>")


def _type(each: Schema, schema: Schema) -> str:  # noqa: PLR0911 - one for each form of a schema
    if "$ref" in each:
        return _type(schema["$defs"][each["$ref"].removeprefix("#/$defs/")], schema)
    choices = [*each.get("anyOf", ()), *each.get("oneOf", ())]
    if choices:
        return " or ".join(dict.fromkeys(_type(choice, schema) for choice in choices))
    if "const" in each:
        return code(each["const"])
    if "enum" in each:
        return ", ".join(code(word) for word in each["enum"])
    kind = each.get("type")
    if kind == "array":
        limits = _limits(each)
        return f"list of {_type(each['items'], schema)}{limits}" if isinstance(each.get("items"), dict) else "list"
    if kind == "object":
        more = each.get("additionalProperties")
        return f"mapping to {_type(more, schema)}" if isinstance(more, dict) and more else "mapping"
    return _WORDS.get(each.get("format", ""), _WORDS.get(str(kind), "any")) + _limits(each)


def _limits(each: Schema) -> str:
    said = [words.format(each[name]) for name, words in _LIMITS.items() if name in each]
    return f", {', '.join(said)}" if said else ""


def _default(each: Schema) -> str:
    if "default" not in each or (isinstance(each["default"], dict) and each["default"]):
        return ""
    return "none" if each["default"] in (None, "") else code(json.dumps(each["default"], ensure_ascii=False))
