"""Models of policies and regions, and their reading from YAML."""

import hashlib
import json
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from redaction.base_model import FrozenModel
from redaction.errors import Finding
from redaction.rights.errors import RightsError
from redaction.strict_yaml import read_mapping
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


def read_model(path: Path, model: type[Model]) -> Model:
    """Read and validate a YAML file, or raise RightsError with the file, the key and how to fix it."""
    node, content = read_mapping(path, RightsError, "docs/policies.md")
    findings = yaml_findings(node, model)
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
