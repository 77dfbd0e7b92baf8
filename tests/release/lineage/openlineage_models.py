"""JSON schemas of OpenLineage events, made from the models that its own client generates from the specification.

The client carries no schema files, so this is what can be held against offline. Stricter than the specification, a
model refuses unknown properties, so every name in an event is one of the standard.
"""

import importlib
import pkgutil
import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attr
import jsonschema
from openlineage.client import generated
from openlineage.client.generated.base import BaseFacet, RunEvent

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    Any: {},
}
_ALWAYS = {"producer", "schemaURL", "_producer", "_schemaURL"}
"""The client fills these in, and the specification requires them."""


def check_event(event: dict[str, Any]) -> None:
    """Raises jsonschema's ValidationError unless the event, and each facet in it, is as its model says."""
    _check(event, RunEvent)
    models = _facet_models()
    for facet in facets_of(event):
        _check(facet, models[facet["_schemaURL"]])


def facets_of(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every facet of an event."""
    for part in (event["run"], event["job"], *event.get("inputs", []), *event.get("outputs", [])):
        for name in ("facets", "inputFacets", "outputFacets"):
            yield from part.get(name, {}).values()


def _check(value: dict[str, Any], model: type) -> None:
    definitions: dict[str, Any] = {}
    _define(model, definitions)
    schema = {"$ref": f"#/$defs/{model.__qualname__}", "$defs": definitions}
    jsonschema.Draft202012Validator(schema).validate(value)


def _facet_models() -> dict[str, type]:
    """The model of each facet, by the URL of its schema."""
    found: dict[str, type] = {}
    for module in pkgutil.iter_modules(generated.__path__):
        for model in vars(importlib.import_module(f"{generated.__name__}.{module.name}")).values():
            if isinstance(model, type) and issubclass(model, BaseFacet):
                found[model._get_schema()] = model
    return found


def _define(model: type, definitions: dict[str, Any]) -> None:
    """Add the schema of a model; facets in it are only required to be facets, and are checked by their own model."""
    if model.__qualname__ in definitions:
        return
    hints, fields = get_type_hints(model), attr.fields(model)
    schema = definitions[model.__qualname__] = {
        "type": "object",
        "required": [field.name for field in fields if field.default is attr.NOTHING or field.name in _ALWAYS],
        "additionalProperties": False,
    }
    schema["properties"] = {field.name: _schema_of(hints[field.name], definitions) for field in fields}


def _schema_of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema_of(each, definitions) for each in inner]}
    if origin is list:
        return {"type": "array", "items": _schema_of(inner[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema_of(inner[1], definitions)}
    if issubclass(hint, Enum):
        return {"enum": [each.value for each in hint]}
    if issubclass(hint, BaseFacet):
        return {"type": "object", "required": ["_producer", "_schemaURL"]}
    _define(hint, definitions)
    return {"$ref": f"#/$defs/{hint.__qualname__}"}
