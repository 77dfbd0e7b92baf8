"""The settings of a run, assembled from the settings of each package."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from redaction.base_model import FrozenModel, Instant
from redaction.detection import DetectionSettings
from redaction.execution.settings import ExecutionSettings
from redaction.release import KeySettings, ReleaseSettings
from redaction.replacement import ReplacementSettings
from redaction.rights import RightsSettings
from redaction.storage import StoragePath, StorageSettings, is_uri, parse_path
from redaction.tables import InputsSettings, PartitionSettings

CORPUS_NAME: Final = r"^[a-z0-9][a-z0-9_-]*$"
"""What the name of a corpus looks like: it is the name of a folder, too."""
_NOT_IN_DIGEST = {"output", "state", "storage", "execution", "key", "as_of", "root"}
"""Keys that change no byte of a release, or that the manifest records beside the digest."""


def _refuse_uri(value: object) -> object:
    if isinstance(value, str) and is_uri(value):
        raise ValueError("is private, so it must be a local path that others cannot read, not a URI")
    return value


LocalPath = Annotated[Path, BeforeValidator(_refuse_uri)]


class Config(FrozenModel):
    """A run: its inputs, its rules, and where the results go.

    Relative paths start at `root`, see `load_config`.
    """

    corpus: str = Field(pattern=CORPUS_NAME, description="The corpus's name, as a folder name.")
    as_of: Instant | None = Field(None, description="The instant at which rights are evaluated; now, if absent.")
    output: str = Field(
        min_length=1, description="Where releases are published: a path or a URI. May be shown to users of the corpus."
    )
    state: LocalPath = Field(description="The folder of keys, decisions and spans: a local path. Private.")
    storage: StorageSettings = Field(
        default_factory=StorageSettings, description="Options of object stores; never a secret."
    )
    inputs: InputsSettings
    """The tables of the network: where they are and what their columns are called."""
    partitions: PartitionSettings
    """How records are divided by time into the units that are redacted."""
    rights: RightsSettings
    """The policy, and the choices of this run about rights."""
    detection: DetectionSettings
    """A detection profile: the name of a shipped one, a path, or its keys in place."""
    replacement: ReplacementSettings = Field(default_factory=ReplacementSettings)
    """What replaces each type of personal data."""
    key: KeySettings
    """The source of the master key: exactly one of `file`, `env`, `command`."""
    release: ReleaseSettings = Field(default_factory=ReleaseSettings)
    """What is published, and the thresholds of the gates."""
    execution: ExecutionSettings = Field(default_factory=ExecutionSettings)
    """How the work is distributed. It changes no byte of a release."""
    root: Path = Field(exclude=True, description="Set by `load_config`; not a key of the file.")

    @property
    def digest(self) -> str:
        """The sha256 (hex) of every setting that may change a byte of a release."""
        settings = self.model_dump(mode="json", exclude=_NOT_IN_DIGEST)
        for table in settings["inputs"].values():
            if isinstance(table, dict):
                table.pop("path", None)
        del settings["detection"]["acceleration"]
        del settings["release"]["skip_unchanged"]
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    @property
    def corpora(self) -> StoragePath:
        """The folder of the releases of every corpus."""
        return parse_path(self.output, self.root, self.storage)
