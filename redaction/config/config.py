"""One YAML file describes a run whole; this module assembles it from each room's own settings.

Everything that can be refused is refused here, before any work starts.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Annotated, Any, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from redaction.base_model import FrozenModel, Instant
from redaction.detection import DetectionSettings
from redaction.errors import DiscreetError
from redaction.execution.settings import ExecutionSettings
from redaction.release import KeySettings, ReleaseSettings
from redaction.replacement import ReplacementSettings
from redaction.rights import RightsSettings
from redaction.rights.policy.yaml_models import StrictLoader
from redaction.storage import StoragePath, StorageSettings, is_uri, list_names, parse_path
from redaction.tables import TABLES, InputsSettings, PartitionSettings, find_files

CONFIG_VARIABLE = "DISCREET_CONFIG"
PROJECT = Path(__file__).parents[2]


_PLACES = ("output", "state", "storage", "execution", "key", "as_of", "root")
"""Keys that say where or how, not what: they change no byte of a release, or are told beside the digest."""


class ConfigError(DiscreetError):
    """A config that cannot be run. One line: the file, the key, the mend."""


def _local(value: object) -> object:
    if isinstance(value, str) and is_uri(value):
        raise ValueError("is private, and so a local path, on a disk that others cannot read; a URI will not do")
    return value


LocalPath = Annotated[Path, BeforeValidator(_local)]


class Config(FrozenModel):
    """A run: what goes in, by which rules, what comes out and where.

    Relative paths start at `root`: the nearest folder above the file that holds a pyproject.toml, or else the
    file's own folder.
    """

    corpus: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="The corpus's name, as a folder name.")
    as_of: Instant | None = Field(None, description="The instant at which rights are evaluated; now, if absent.")
    output: str = Field(
        min_length=1, description="Where releases are published: a path or a URI. May be shown to users of the corpus."
    )
    state: LocalPath = Field(description="Where keys, decisions and spans are kept: a path. Private.")
    storage: StorageSettings = Field(
        default_factory=StorageSettings, description="How object stores are reached; never a secret."
    )
    inputs: InputsSettings
    partitions: PartitionSettings
    rights: RightsSettings
    detection: DetectionSettings
    replacement: ReplacementSettings = Field(default_factory=ReplacementSettings)
    key: KeySettings
    release: ReleaseSettings = Field(default_factory=ReleaseSettings)
    execution: ExecutionSettings = Field(default_factory=ExecutionSettings)
    root: Path = Field(exclude=True, description="Set by `load_config`; not a key of the file.")

    @property
    def digest(self) -> str:
        """A sha256 over every setting that may change a release's bytes (not how or where the work is done)."""
        settings = self.model_dump(mode="json", exclude=set(_PLACES))
        for table in settings["inputs"].values():
            if isinstance(table, dict):
                del table["path"]
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    @property
    def corpora(self) -> StoragePath:
        """The folder that holds the releases of every corpus."""
        return parse_path(self.output, self.root, self.storage)

    @property
    def releases(self) -> StoragePath:
        """The folder that holds this corpus's releases, a folder a version."""
        return self.corpora / self.corpus

    @property
    def tombstones(self) -> Path:
        """The private file of what was taken back and must never return."""
        return self.private / "tombstones.parquet"

    @property
    def private(self) -> Path:
        """The folder that holds what is private about this corpus."""
        return self.root / self.state / self.corpus


def load_config(path: Path) -> Config:
    """Reads and checks a config; nothing else is touched.

    Raises:
        ConfigError: the file is missing, is no YAML mapping, has an unknown key, a wrong type or an impossible value.
        DiscreetError: an input, policy or profile that it names is missing, or a place cannot be reached.
    """
    values = read_yaml(path)
    root = _root(path)
    if "root" in values:
        raise ConfigError(f"{path}: root: unknown key; take it out")
    profile = values.get("detection")
    if isinstance(profile, str):
        values["detection"] = read_yaml(root / profile)
    try:
        config = Config.model_validate({**values, "root": root})
    except ValidationError as error:
        raise ConfigError(f"{path}: {_first(error)}") from None
    if not isinstance(config.corpora, Path):
        list_names(config.releases)
    for name, table in TABLES.items():
        settings = getattr(config.inputs, name)
        if settings is not None:
            find_files(table, settings, root, config.storage)
    return config


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping. Raises ConfigError where there is none."""
    try:
        values = yaml.load(path.read_text("utf-8"), StrictLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; correct the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({type(error).__name__}); give a UTF-8 YAML file") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise ConfigError(f"{path}: {line}{problem}; correct it") from None
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: not a mapping of keys to values; see configs/sample.yaml")
    return values


def config_from_environment() -> Path:
    """The config that the Dagster code location serves: `DISCREET_CONFIG`, or the sample's."""
    return Path(os.environ.get(CONFIG_VARIABLE, PROJECT / "configs" / "sample.yaml"))


def profile_path(profile: str) -> Path:
    """The file of a detection profile: one of `configs/redaction` by its name, or any by its path."""
    named = PROJECT / "configs" / "redaction" / f"{profile}.yaml"
    return named if named.is_file() else Path(profile)


def policy_path(policy: str) -> Path:
    """The file of a policy: one of `configs/policies` by its id, or any by its path."""
    named = PROJECT / "configs" / "policies" / f"{policy}.yaml"
    return named if named.is_file() else Path(policy)


def _root(path: Path) -> Path:
    folder = path.resolve().parent
    return next((f for f in (folder, *folder.parents) if (f / "pyproject.toml").is_file()), folder)


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)
    detail = next((each for each in found if each["type"] == "extra_forbidden"), found[0])
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        allowed = _siblings(Config, list(detail["loc"])[:-1])
        return f"{key}: unknown key; " + (f"choose from {', '.join(allowed)}" if allowed else "take it out")
    if detail["type"] == "missing":
        return f"{key}: missing; add it"
    return f"{key}: {detail['msg'][0].lower()}{detail['msg'][1:]}".replace("value error, ", "")


def _siblings(model: Any, keys: list[int | str]) -> list[str]:
    for key in keys:
        field = getattr(model, "model_fields", {}).get(str(key))
        if field is None:
            return []
        options = [field.annotation, *get_args(field.annotation)]
        model = next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), None)
    return [name for name in getattr(model, "model_fields", {}) if name != "root"]
