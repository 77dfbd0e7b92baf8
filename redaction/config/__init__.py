"""One YAML file to typed settings, and the shipped policies, regions and profiles."""

from redaction.config.config import (
    CONFIG_VARIABLE,
    PROJECT,
    Config,
    ConfigError,
    config_from_environment,
    load_config,
    policy_path,
    profile_path,
    read_yaml,
)

__all__ = [
    "CONFIG_VARIABLE",
    "PROJECT",
    "Config",
    "ConfigError",
    "config_from_environment",
    "load_config",
    "policy_path",
    "profile_path",
    "read_yaml",
]
