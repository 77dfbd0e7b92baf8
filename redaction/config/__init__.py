"""One YAML file to typed settings, and the shipped policies, regions and profiles."""

from redaction.config.errors import ConfigError
from redaction.config.loading import (
    CONFIG_VARIABLE,
    Draft,
    config_from_environment,
    load_config,
    read_draft,
    read_yaml,
    root_of,
)
from redaction.config.model import Config
from redaction.config.shipped import SHIPPED_FILES, load_policy, load_profile, load_regions

__all__ = [
    "CONFIG_VARIABLE",
    "SHIPPED_FILES",
    "Config",
    "ConfigError",
    "Draft",
    "config_from_environment",
    "load_config",
    "load_policy",
    "load_profile",
    "load_regions",
    "read_draft",
    "read_yaml",
    "root_of",
]
