"""JSON Schemas of the YAML files, for editors; the reference of their keys is made from these."""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

import griffe
from pydantic import BaseModel

from pipelines.cli.evidence.verify import VerifyAnswer
from redaction.config import Config
from redaction.detection import DetectionSettings
from redaction.evaluation import EvaluationSettings
from redaction.operations.canaries import CanaryAnswer
from redaction.operations.explain import Answer
from redaction.operations.takedown_answer import TakedownAnswer
from redaction.release import Manifest
from redaction.release.history.diff_report import DiffReport
from redaction.release.history.trace_report import TraceReport
from redaction.rights import Policy, RegionSets

Schema = dict[str, Any]

MODELS: Final[Mapping[str, type[BaseModel]]] = {
    "config": Config,
    "profile": DetectionSettings,
    "policy": Policy,
    "regions": RegionSets,
    "evaluation": EvaluationSettings,
}
"""Each kind of file with an editor's schema, and the model that reads it."""

ANSWERS: Final[Mapping[str, type[BaseModel]]] = {
    "explain": Answer,
    "trace": TraceReport,
    "takedown": TakedownAnswer,
    "verify": VerifyAnswer,
    "diff": DiffReport,
    "canary": CanaryAnswer,
}
"""Each command with `--json`, and the object that it prints."""

DESCRIBED: Final[Mapping[str, type[BaseModel]]] = {**MODELS, "manifest": Manifest, **ANSWERS}
"""The same, and what only the program writes."""


def schema_file(name: str) -> Callable[[], str]:
    """Return the function that writes the schema of one kind of file."""
    return lambda: json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"


@cache
def schema_of(name: str) -> Schema:
    """Return the JSON Schema of one kind of file, with a description of each key."""
    model = DESCRIBED[name]
    schema = model.model_json_schema(mode="serialization" if name in ANSWERS else "validation")
    objects: Schema = {**schema.get("$defs", {}), model.__name__: schema}
    for each in _models(model, set()):
        _describe(each, objects[each.__name__])
    if model is Config:
        detection = schema["properties"]["detection"]
        profile = {"$ref": detection.pop("$ref")}
        detection["anyOf"] = [{"type": "string"}, profile]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": f"Discreet: {name}"}


def _describe(model: type[BaseModel], schema: Schema) -> None:
    for name, field in model.model_fields.items():
        key = field.alias or name
        if field.exclude:  # set by the program, not in the file
            del schema["properties"][key]
            schema["required"].remove(key)
        elif key in schema.get("properties", {}) and (text := field.description or _docstring(model, name)):
            schema["properties"][key]["description"] = " ".join(text.split())


def _docstring(model: type[BaseModel], field: str) -> str:
    """Return the docstring below a field, which Python itself does not keep."""
    for each in model.__mro__:
        if each.__module__.startswith("redaction") and "[" not in each.__qualname__:
            member = _module(each.__module__, str(inspect.getsourcefile(each)))[each.__qualname__].members.get(field)
            if member is not None and member.docstring:
                return str(member.docstring.value)
    return ""


@cache
def _module(name: str, file: str) -> griffe.Module:
    path = Path(file)
    return griffe.visit(name, filepath=path, code=path.read_text("utf-8"))


def _models(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Yield a model and those of its fields, each once."""
    if model in seen:
        return
    seen.add(model)
    yield model
    for field in model.model_fields.values():
        for inner in () if field.exclude else _types(field.annotation):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from _models(inner, seen)


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _types(argument)
