"""The languages that the model of our own has weights for, shipped or in an installed package."""

import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Final

WEIGHTS: Final = {"en": "en.npz", "hi": "hi.npz"} | dict.fromkeys(("de", "es", "fr", "it", "nl"), "latin.npz")
"""Language → file in the folder `tagger`."""
INSTALLED: Final = "discreet.weights"
"""Entry point group of packages with more weights: language → package that contains `LANGUAGE.npz`."""


def package_of(language: str) -> str | None:
    """Return the installed package that contains the weights of a language, or None; its files may be gone."""
    packages = _packages(tuple(sys.path)).get(language, ())
    return next((package for package in packages if find_spec(package) is not None), None)


def has_own_model(language: str) -> bool:
    """Return whether weights of a language are shipped or installed."""
    return language in WEIGHTS or package_of(language) is not None


@cache
def _packages(_path: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return the packages with weights, by language: reading the metadata of every package on the path takes long."""
    entries = list(entry_points(group=INSTALLED))
    return {each.name: tuple(entry.value for entry in entries if entry.name == each.name) for each in entries}
