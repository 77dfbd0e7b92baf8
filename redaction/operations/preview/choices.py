"""What can be chosen in the preview, and how it changes a config."""

from pathlib import Path
from typing import Any

from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.config import Config, load_profile, read_draft
from redaction.operations.save_config import save_values
from redaction.replacement.settings import OperatorName


class Choices(FrozenModel):
    """Settings that replace those of a config; None leaves the config's."""

    profile: str | None = Field(default=None, max_length=200)
    caution: float | None = Field(default=None, ge=-10, le=10)
    threshold: float | None = Field(default=None, ge=0, le=1)
    operator: OperatorName | None = None
    policy: str | None = Field(default=None, max_length=200)


def configure(config: Config, choices: Choices) -> Config:
    """Apply choices to a config.

    Returns:
        The config with the chosen settings.

    Raises:
        DiscreetError: There is no such profile.
    """
    detection = config.detection if choices.profile is None else load_profile(choices.profile, config.root)
    changes: dict[str, Any] = {
        name: value
        for name, value in (("caution", choices.caution), ("threshold", choices.threshold))
        if value is not None
    }
    detection = detection.model_copy(update=changes)
    replacement = config.replacement
    if choices.operator is not None:
        replacement = type(replacement).model_validate(
            replacement.model_dump(mode="json") | {"default": choices.operator.value}
        )
    rights = config.rights if choices.policy is None else config.rights.model_copy(update={"policy": choices.policy})
    return config.model_copy(update={"detection": detection, "replacement": replacement, "rights": rights})


def save_config(path: Path, choices: Choices, name: str) -> Path:
    """Write a config with the choices into a new file beside the first one.

    Args:
        path: The config that the choices change.
        choices: The choices.
        name: The name of the new file, without folders.

    Returns:
        The new file.

    Raises:
        ConfigError: The name is no plain file name, the file exists or cannot be written, or the settings are wrong.
    """
    draft = read_draft(path)
    values = dict(draft.values)
    if choices.profile is not None:
        values["detection"] = load_profile(choices.profile, draft.root).model_dump(
            mode="json", by_alias=True, exclude_unset=True
        )
    if choices.caution is not None:
        values["detection"]["caution"] = choices.caution
    if choices.threshold is not None:
        values["detection"]["threshold"] = choices.threshold
    if choices.operator is not None:
        values["replacement"] = {**(values.get("replacement") or {}), "default": choices.operator.value}
    if choices.policy is not None:
        values["rights"] = {**(values.get("rights") or {}), "policy": choices.policy}
    return save_values(path, values, draft.root, name, "discreet preview")
