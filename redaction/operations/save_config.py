"""Write a changed config into a new file beside the one that it was made from."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from redaction.config import Config, ConfigError
from redaction.validation_messages import validation_findings


def save_values(path: Path, values: dict[str, Any], root: Path, name: str, by: str) -> Path:
    """Write the values of a config into a new file beside the config that they are made from.

    Args:
        path: The config that they are made from.
        values: Its keys and values, with the changes.
        root: Where its relative paths start.
        name: The name of the new file, without folders.
        by: The command that writes it.

    Returns:
        The new file.

    Raises:
        ConfigError: The name is no plain file name, the file exists or cannot be written, or the settings are wrong.
    """
    if not name or Path(name).name != name or name.startswith("."):
        raise ConfigError(f"{name[:80]!r}: give a file name without folders, such as trial.yaml")
    target = path.resolve().parent / name
    if target.suffix not in {".yaml", ".yml"}:
        target = target.with_name(target.name + ".yaml")
    _check(target, values, root)
    text = f"# Saved by {by} from {path.name}.\n" + yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(f"{target}: exists already; give another name") from None
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written ({type(error).__name__}); check the folder") from None
    return target


def _check(target: Path, values: dict[str, Any], root: Path) -> None:
    try:
        Config.model_validate({**values, "root": root})
    except ValidationError as error:
        problem = ConfigError.of(target, validation_findings(error, Config))
        raise problem from None
