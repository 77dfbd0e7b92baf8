"""Reading of policies and regions from YAML, refusing what YAML would silently change."""

import hashlib
import json
import re
from collections.abc import Hashable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from redaction.base_model import FrozenModel
from redaction.errors import Finding
from redaction.rights.errors import RightsError
from redaction.validation_messages import validation_findings, yaml_findings

Model = TypeVar("Model", bound=BaseModel)


class DigestModel(FrozenModel):
    """A model whose content has a digest."""

    @cached_property
    def digest(self) -> str:
        """The sha256 (hex) of the canonical JSON: equal content has an equal digest, whatever the layout."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


class DatedModel(FrozenModel):
    """A model in force from `from` (inclusive) to `to` (exclusive), midnights UTC; both may be open."""

    model_config = ConfigDict(populate_by_name=True)

    since: date | None = Field(default=None, alias="from")
    """The first day of force; open, if absent."""
    until: date | None = Field(default=None, alias="to")
    """The day from which it is no longer in force; open, if absent."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.since and self.until and self.since >= self.until:
            raise ValueError("it ends before it starts; swap from and to")
        return self


class StrictLoader(yaml.SafeLoader):
    """YAML 1.1 with the booleans of YAML 1.2, so that NO is Norway; a repeated key is refused."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the class attribute that PyYAML reads
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping and refuse a repeated key, of which only the last would count."""
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def read_model(path: Path, model: type[Model]) -> Model:
    """Read and validate a YAML file, or raise RightsError with the file, the key and how to fix it."""
    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.load(text, StrictLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise RightsError(f"{path}: no such file; give the path of an existing one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RightsError(f"{path}: cannot be read ({type(error).__name__}); check the file") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise RightsError(f"{path}: {line}{problem}; fix the YAML there") from None
    if not isinstance(content, dict):
        raise RightsError(f"{path}: must be a mapping of keys to values; see docs/policies.md")
    findings = yaml_findings(text, StrictLoader, model)
    try:
        read = model.model_validate(content)
    except ValidationError as error:
        findings += validation_findings(error, model)
    if findings:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        problem = RightsError(f"{path}: {findings[0]}{more}")
        problem.findings = tuple(Finding(f"{path.name}: {f.key}", f.problem, f.mend) for f in findings)
        raise problem
    return read
