"""A build's plan: what is to be released, as of when, from which inputs. Every later step holds to it."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Self

from redaction.base_model import FrozenModel
from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.execution.code_version import code_digest
from redaction.tables import Source

_PLAN = "plan.json"


class PlanError(DiscreetError):
    """A step that was asked for before, or beside, the plan that it needs."""


class Plan(FrozenModel):
    """What one build is about. Written once, by the step that reads the inputs.

    `taken_back` tells which tombstones there were: a build that does not know all of them may not be published.
    """

    corpus: str
    version: str
    as_of: datetime
    config: str
    code: str
    inputs: dict[str, str]
    files: str
    taken_back: str = ""

    @property
    def inputs_digest(self) -> str:
        """A sha256 over the digests of all inputs."""
        return hashlib.sha256(json.dumps(self.inputs, sort_keys=True).encode()).hexdigest()

    @property
    def digest(self) -> str:
        """A sha256 that tells two plans apart."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class InputCounts(FrozenModel):
    """How many rows each source had, well formed or not; kept with the build, since a release must account for them."""

    rows: dict[Source, int]


class Workplace:
    """The private folder of one build, and where each thing lies in it."""

    def __init__(self, config: Config, version: str) -> None:
        self.folder = config.private / version
        self.index = self.folder / "index.parquet"
        self.quarantine = self.folder / "quarantine.parquet"
        self.counts = self.folder / "inputs.json"
        self.rights = self.folder / "rights.parquet"
        self.subjects = self.folder / "subjects.parquet"
        self.kept = self.folder / "kept.parquet"
        self.decisions = self.folder / "decisions.parquet"
        self.sources = self.folder / "sources.json"

    def partition(self, source: str, key: str) -> Path:
        """Where the redacted rows of one partition of a source are staged."""
        return self.folder / "redacted" / source / key

    @classmethod
    def of(cls, config: Config, plan: Plan) -> Self:
        """The workplace of a plan."""
        return cls(config, plan.version)


def open_plan(config: Config, plan: Plan) -> None:
    """Makes a plan the current one."""
    private_folder(config.private)
    place = Workplace.of(config, plan)
    place.folder.mkdir(parents=True, exist_ok=True)
    write_whole(place.folder / _PLAN, plan.model_dump_json(indent=2))
    write_whole(config.private / _PLAN, plan.model_dump_json(indent=2))


def close_plan(config: Config, version: str) -> None:
    """Ends the build of a version if it is the one that is open: what it was working on is no longer whole."""
    path = config.private / _PLAN
    if path.is_file() and stored_plan(config.private).version == version:
        path.unlink()


def current_plan(config: Config) -> Plan:
    """The plan that was opened last.

    Raises:
        PlanError: there is none, or the config or the code has changed since it was opened.
    """
    path = config.private / _PLAN
    if not path.is_file():
        raise PlanError(f"{config.corpus}: no build is open; materialize source_tables first, or run discreet build")
    plan = stored_plan(config.private)
    if plan.config != config.digest or plan.code != code_digest():
        raise PlanError(
            f"{config.corpus}: the config or the code changed since build {plan.version} was opened; "
            "materialize source_tables again, or run discreet build"
        )
    return plan


def stored_plan(folder: Path) -> Plan:
    """The plan that a build's folder holds. Raises PlanError where it cannot be read."""
    try:
        return Plan.model_validate_json((folder / _PLAN).read_text("utf-8"))
    except (OSError, ValueError):
        raise PlanError(f"{folder / _PLAN}: cannot be read; run discreet build again") from None


def private_folder(folder: Path) -> None:
    """Makes a folder that only its owner may enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that a reader sees all of it or nothing."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)
