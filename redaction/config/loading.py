"""Reads a run's YAML file and checks it before any work starts."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from redaction.config.errors import ConfigError
from redaction.config.model import Config
from redaction.config.shipped import SHIPPED_FILES, Kind, find
from redaction.detection import DetectionSettings
from redaction.errors import findings_of
from redaction.storage import list_names
from redaction.strict_yaml import read_mapping
from redaction.tables import TABLES, find_files
from redaction.validation_messages import validation_findings, yaml_findings

CONFIG_VARIABLE = "DISCREET_CONFIG"
_EXAMPLE = "configs/sample.yaml"


@dataclass(frozen=True, slots=True)
class Draft:
    """A config file as far as it can be read.

    Attributes:
        path: The file.
        root: Where its relative paths start.
        values: Its keys and values, with the detection profile in place.
        errors: What is wrong in the file itself.
        config: The settings; None where something is wrong.
    """

    path: Path
    root: Path
    values: dict[str, Any]
    errors: tuple[ConfigError, ...]
    config: Config | None

    def section(self, *keys: str) -> Any:
        """Validate one section by itself, such as `("inputs", "posts")`. None where it is missing or wrong."""
        model: type[BaseModel] = Config
        value: Any = self.values
        for key in keys[:-1]:
            model = cast("type[BaseModel]", model.model_fields[key].annotation)
            value = value.get(key) if isinstance(value, dict) else None
        if not isinstance(value, dict) or value.get(keys[-1]) is None:
            return None
        field = model.model_fields[keys[-1]]
        try:
            kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
            return TypeAdapter(kind).validate_python(value[keys[-1]])
        except ValidationError:
            return None


def load_config(name: str | Path) -> Config:
    """Read and check a config: a path, or the name of a shipped one, such as `sample`.

    Relative paths start at the nearest folder above the file that holds a pyproject.toml, or else at the file's own
    folder. Those of a shipped config start at the current directory, but for its inputs, which ship with it.

    Returns:
        The settings of the run.

    Raises:
        ConfigError: the file is missing, is not a YAML mapping, or has unknown keys or wrong values: all are reported.
        DiscreetError: an input, policy or profile that it names is missing, or a store cannot be reached.
    """
    config = load_settings(name)
    if not isinstance(config.corpora, Path):
        list_names(config.corpora / config.corpus)
    for table_name, table in TABLES.items():
        settings = getattr(config.inputs, table_name)
        if settings is not None:
            find_files(table, settings, config.root, config.storage)
    check_labeled_sets(config)
    check_canaries(config)
    return config


def load_settings(name: str | Path) -> Config:
    """Read and check a config like `load_config`, but look for none of the files that it names.

    For questions that are answered from the state and the releases, even if an input is gone.

    Returns:
        The settings of the run.

    Raises:
        ConfigError: the file is missing, is not a YAML mapping, or has unknown keys or wrong values: all are reported.
    """
    draft = read_draft(name)
    if draft.config is None:
        problem = ConfigError.of(draft.path, findings_of(list(draft.errors)))
        raise problem
    return draft.config


def check_labeled_sets(config: Config) -> None:
    """Check that the labeled sets exist: they are read after hours, when a release is staged.

    Raises:
        ConfigError: One does not.
    """
    for path in config.release.gates.labelled:
        if not (config.root / path).is_file():
            raise ConfigError(f"release.gates.labelled: {config.root / path}: no such file; correct the path")


def check_canaries(config: Config) -> None:
    """Raise ConfigError where canaries are asked for, which are English, and the profile has no English."""
    if config.release.canaries and "en" not in config.detection.languages:
        raise ConfigError("release.canaries: the sentences are English, and the profile has no English; set it to 0")


def read_draft(name: str | Path) -> Draft:
    """Read a config file and collect everything that is wrong in it.

    Returns:
        What could be read.

    Raises:
        ConfigError: the file is missing, or is not a YAML mapping.
    """
    path = find(Kind.CONFIG, name)
    node, values = read_mapping(path, ConfigError, _EXAMPLE)
    errors: list[ConfigError] = []
    if path.is_relative_to(SHIPPED_FILES):
        root = Path.cwd()
        _use_shipped_inputs(values)
    else:
        root = root_of(path)
    if values.pop("root", None) is not None:
        errors.append(ConfigError("root: unknown key; take it out"))
    profile = values.get("detection")
    findings = yaml_findings(node, Config)
    if isinstance(profile, str):
        try:
            profile_path = find(Kind.PROFILE, profile, root)
            node, values["detection"] = read_mapping(profile_path, ConfigError, _EXAMPLE)
            findings += yaml_findings(node, DetectionSettings)
        except ConfigError as error:
            errors.append(ConfigError(f"detection: {error}"))
            values["detection"] = {}
    config = None
    try:
        config = Config.model_validate({**values, "root": root})
    except ValidationError as error:
        known = {finding.key for finding in findings}
        findings += [each for each in validation_findings(error, Config) if each.key not in known]
    if errors:
        findings = [each for each in findings if not each.key.startswith("detection")]
    if findings:
        errors.append(ConfigError.of(path, findings))
    return Draft(path, root, values, tuple(errors), None if errors else config)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping. Raises ConfigError where the file is missing, or is none."""
    return read_mapping(path, ConfigError, _EXAMPLE)[1]


def config_from_environment() -> Path:
    """Name the config that the Dagster code location serves: `DISCREET_CONFIG`, or the shipped sample."""
    return Path(os.environ.get(CONFIG_VARIABLE, "sample"))


def _use_shipped_inputs(values: dict[str, Any]) -> None:
    for table in values.get("inputs", {}).values():
        if isinstance(table, dict) and "path" in table:
            table["path"] = str(SHIPPED_FILES / table["path"])


def root_of(path: Path) -> Path:
    """Return where the relative paths of a config start."""
    folder = path.resolve().parent
    return next((f for f in (folder, *folder.parents) if (f / "pyproject.toml").is_file()), folder)
