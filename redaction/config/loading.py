"""Reads a run's YAML file and checks it before any work starts."""

import os
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from redaction.config.errors import ConfigError
from redaction.config.model import Config
from redaction.config.shipped import SHIPPED_FILES, Kind, find
from redaction.rights.policy.yaml_models import StrictLoader
from redaction.storage import list_names
from redaction.tables import TABLES, find_files

CONFIG_VARIABLE = "DISCREET_CONFIG"


def load_config(name: str | Path) -> Config:
    """Read and check a config: a path, or the name of a shipped one, such as `sample`.

    Relative paths start at the nearest folder above the file that holds a pyproject.toml, or else at the file's own
    folder. Those of a shipped config start at the current directory, but for its inputs, which ship with it.

    Returns:
        The settings of the run.

    Raises:
        ConfigError: the file is missing, is not a YAML mapping, or has an unknown key or a wrong value.
        DiscreetError: an input, policy or profile that it names is missing, or a store cannot be reached.
    """
    path = find(Kind.CONFIG, name)
    values = read_yaml(path)
    if "root" in values:
        raise ConfigError(f"{path}: root: unknown key; take it out")
    if path.is_relative_to(SHIPPED_FILES):
        root = Path.cwd()
        _use_shipped_inputs(values)
    else:
        root = _root(path)
    profile = values.get("detection")
    if isinstance(profile, str):
        values["detection"] = read_yaml(find(Kind.PROFILE, profile, root))
    try:
        config = Config.model_validate({**values, "root": root})
    except ValidationError as error:
        raise ConfigError(f"{path}: {_message(error)}") from None
    if not isinstance(config.corpora, Path):
        list_names(config.corpora / config.corpus)
    for table_name, table in TABLES.items():
        settings = getattr(config.inputs, table_name)
        if settings is not None:
            find_files(table, settings, root, config.storage)
    return config


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping. Raises ConfigError where the file is missing, or is none."""
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
    """Name the config that the Dagster code location serves: `DISCREET_CONFIG`, or the shipped sample."""
    return Path(os.environ.get(CONFIG_VARIABLE, "sample"))


def _use_shipped_inputs(values: dict[str, Any]) -> None:
    for table in values["inputs"].values():
        if isinstance(table, dict):
            table["path"] = str(SHIPPED_FILES / table["path"])


def _root(path: Path) -> Path:
    folder = path.resolve().parent
    return next((f for f in (folder, *folder.parents) if (f / "pyproject.toml").is_file()), folder)


def _message(error: ValidationError) -> str:
    """Describe the first error in one line: the key, and what to do. Unknown keys come first."""
    errors = error.errors(include_url=False, include_input=False)
    first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        allowed = _allowed_keys(first["loc"][:-1])
        return f"{key}: unknown key; " + (f"choose from {', '.join(allowed)}" if allowed else "take it out")
    if first["type"] == "missing":
        return f"{key}: missing; add it"
    return f"{key}: {first['msg'][0].lower()}{first['msg'][1:]}".replace("value error, ", "")


def _allowed_keys(location: tuple[int | str, ...]) -> list[str]:
    model: Any = Config
    for key in location:
        field = getattr(model, "model_fields", {}).get(str(key))
        if field is None:
            return []
        options = [field.annotation, *get_args(field.annotation)]
        model = next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), None)
    return [name for name in getattr(model, "model_fields", {}) if name != "root"]
