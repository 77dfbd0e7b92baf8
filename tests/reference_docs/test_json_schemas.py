"""The JSON Schemas accept what ships and what the program reads, refuse a typo, and describe every key."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from redaction.config import ConfigError, read_draft
from redaction.operations.proposal.config_text import SCHEMA
from redaction.strict_yaml import StrictLoader
from reference_docs.json_schemas import DESCRIBED, schema_of

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "configs").rglob("*.yaml"))


def as_json(value: Any) -> Any:
    """Return YAML as an editor sees it: dates are text."""
    if isinstance(value, dict):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def read(text: str) -> Any:
    return as_json(yaml.load(text, StrictLoader))


def problems(name: str, values: Any) -> list[str]:
    validator = Draft202012Validator(schema_of(name))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(values)]


def keys_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in (schema, *schema.get("$defs", {}).values()):
        for key, value in each.get("properties", {}).items():
            yield f"{each['title']}.{key}", value


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_key_has_a_description(name: str) -> None:
    missing = [key for key, value in keys_of(schema_of(name)) if not value.get("description")]
    assert missing == [], "write what each key means, as a docstring below the field; then run `make reference`"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_names_its_schema_and_is_valid(path: Path) -> None:
    first, _, rest = path.read_text("utf-8").partition("\n")
    schema = path.parent / first.removeprefix("# yaml-language-server: $schema=")
    assert schema.is_file(), f"{path}: names no schema in its first line"
    assert problems(schema.stem, read(rest)) == []


@pytest.mark.parametrize(
    ("right", "typo"), [("max_quarantined", "max_quarantine"), ("grain: month", "grain: moth"), ("output:", "outptu:")]
)
def test_a_typo_is_refused_by_the_schema_and_by_the_program(right: str, typo: str, tmp_path: Path) -> None:
    text = (ROOT / "configs/sample.yaml").read_text("utf-8")
    assert right in text
    (tmp_path / "typo.yaml").write_text(text.replace(right, typo))
    assert problems("config", read(text.replace(right, typo))) != []
    assert any(isinstance(error, ConfigError) for error in read_draft(tmp_path / "typo.yaml").errors)


def test_short_forms_are_valid(tmp_path: Path) -> None:
    text = (ROOT / "configs/sample.yaml").read_text("utf-8")
    text += "replacement:\n  default: mask\n  entities: {PERSON: {operator: pseudonym, bits: 80}, AGE: my.Operator}\n"
    posts = "path: [a, b]\n    exclude: c\n    columns: {text: [x, y], title: headline}"
    text = text.replace("path: data/samples/posts", posts)
    objections = "{path: o.csv, format: csv, columns: {name: {value: x}}}"
    text = text.replace("{path: data/samples/objections.parquet}", objections)
    (tmp_path / "short.yaml").write_text(text)
    draft = read_draft(tmp_path / "short.yaml")
    assert (problems("config", read(text)), draft.errors) == ([], ())


def test_the_schema_of_a_new_config_is_shipped() -> None:
    assert SCHEMA.read_bytes() == (ROOT / "configs/schema/config.json").read_bytes()
