"""A build's plan: what is to be released, as of when, from which inputs. Every later step checks against it."""

import hashlib
import json
from datetime import datetime
from pathlib import Path

from pydantic import AliasChoices, Field

from redaction.base_model import FrozenModel
from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.execution.code_version import code_digest
from redaction.release import Manifest
from redaction.state.layout import CorpusPaths
from redaction.storage import write_atomic
from redaction.tables import Source, TableName, UnreadFiles

_PLAN = "plan.json"


class PlanError(DiscreetError):
    """A step was requested without the plan that it needs, or under another one."""


class Plan(FrozenModel):
    """What one build is to release. Written once, by the step that reads the inputs.

    `snapshots` holds the versions or snapshots of the Delta and Iceberg tables, which every later step reads.
    `unread` counts the files below the paths of each table that are not read.
    `rules` are the digests of the policy and of the region sets.
    `version_chosen` says whether the version was asked for; another one may become MAJOR when the rights are decided.
    `tombstones` is a digest of the tombstones at that time: a build that lacks a later one must not be published.
    """

    corpus: str
    version: str
    version_chosen: bool = False
    as_of: datetime
    config: str
    code: str
    inputs: dict[str, str]
    files: str
    snapshots: dict[str, str] = Field(default_factory=dict)
    unread: dict[str, UnreadFiles] = Field(default_factory=dict)
    rules: tuple[str, str] = ("", "")
    tombstones: str = Field("", validation_alias=AliasChoices("tombstones", "taken_back"))

    @property
    def inputs_digest(self) -> str:
        """A sha256 over the digests of all inputs."""
        return hashlib.sha256(json.dumps(self.inputs, sort_keys=True).encode()).hexdigest()

    @property
    def digest(self) -> str:
        """A sha256 that identifies what is decided and redacted; not under which version it is released."""
        return hashlib.sha256(self.model_dump_json(exclude={"version", "version_chosen"}).encode()).hexdigest()

    def made(self, manifest: Manifest) -> bool:
        """Whether a release was made from these inputs, with this config, by this code."""
        digests = manifest.digests
        return (digests.inputs, digests.config, digests.code) == (self.inputs_digest, self.config, self.code)


class InputCounts(FrozenModel):
    """How many rows each source had, well formed or not. A release must account for all of them.

    `tables` counts the rows of every table, for the next build to compare with.
    """

    rows: dict[Source, int]
    tables: dict[TableName, int] = Field(default_factory=dict)


def open_plan(paths: CorpusPaths, plan: Plan) -> None:
    """Make a plan the current one."""
    for folder in (paths.build(plan.version).path, paths.state):
        write_atomic(folder / _PLAN, plan.model_dump_json(indent=2).encode())


def close_plan(paths: CorpusPaths, version: str) -> None:
    """Close the build of a version if it is the current one: its files are no longer complete."""
    path = paths.state / _PLAN
    if path.is_file() and stored_plan(paths.state).version == version:
        path.unlink()


def current_plan(config: Config) -> Plan:
    """Read the plan that was opened last.

    Returns:
        The plan, made from this config by this code.

    Raises:
        PlanError: There is none, or the config or the code has changed since it was opened.
    """
    folder = CorpusPaths.of(config).state
    if not (folder / _PLAN).is_file():
        raise PlanError(f"{config.corpus}: no build is open; materialize source_tables first, or run discreet build")
    plan = stored_plan(folder)
    if plan.config != config.digest or plan.code != code_digest():
        raise PlanError(
            f"{config.corpus}: the config or the code changed since build {plan.version} was opened; "
            "materialize source_tables again, or run discreet build"
        )
    return plan


def stored_plan(folder: Path) -> Plan:
    """Read the plan of a build's folder. Raises PlanError where it cannot be read."""
    try:
        return Plan.model_validate_json((folder / _PLAN).read_text("utf-8"))
    except (OSError, ValueError):
        raise PlanError(f"{folder / _PLAN}: cannot be read; run discreet build again") from None
