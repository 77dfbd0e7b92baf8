"""One YAML file to typed settings, and the shipped policies, regions and profiles.

Each name is imported when it is first used, so that a command loads only what it needs.
"""

from typing import TYPE_CHECKING

from redaction.lazy_names import lazy_names

if TYPE_CHECKING:
    from redaction.config.errors import ConfigError
    from redaction.config.loading import (
        CONFIG_VARIABLE,
        Draft,
        check_canaries,
        check_labeled_sets,
        config_from_environment,
        load_config,
        load_settings,
        read_draft,
        read_yaml,
        root_of,
    )
    from redaction.config.model import CORPUS_NAME, Config
    from redaction.config.shipped import SHIPPED_FILES, Kind, load_policy, load_profile, load_regions, shipped_names

__all__ = [
    "CONFIG_VARIABLE",
    "CORPUS_NAME",
    "SHIPPED_FILES",
    "Config",
    "ConfigError",
    "Draft",
    "Kind",
    "check_canaries",
    "check_labeled_sets",
    "config_from_environment",
    "load_config",
    "load_policy",
    "load_profile",
    "load_regions",
    "load_settings",
    "read_draft",
    "read_yaml",
    "root_of",
    "shipped_names",
]

_MODULES = {
    "CONFIG_VARIABLE": "loading",
    "CORPUS_NAME": "model",
    "Config": "model",
    "ConfigError": "errors",
    "Draft": "loading",
    "Kind": "shipped",
    "SHIPPED_FILES": "shipped",
    "check_canaries": "loading",
    "check_labeled_sets": "loading",
    "config_from_environment": "loading",
    "load_config": "loading",
    "load_policy": "shipped",
    "load_profile": "shipped",
    "load_regions": "shipped",
    "load_settings": "loading",
    "read_draft": "loading",
    "read_yaml": "loading",
    "root_of": "loading",
    "shipped_names": "shipped",
}

__getattr__ = lazy_names(__name__, _MODULES)
