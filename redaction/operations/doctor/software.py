"""The installed software: versions, conflicts, and the models of a detection profile."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

from packaging.requirements import Requirement

from redaction.detection import DetectionSettings, Detector
from redaction.errors import DiscreetError
from redaction.operations.doctor.checkup import Condition, State

_SHOWN: Final = ("discreet", "spacy", "presidio-analyzer", "presidio-anonymizer", "polars", "dagster")


def check_software() -> Iterator[Condition]:
    """Report the versions that matter, and every requirement that what is installed does not fulfill."""
    versions = ", ".join(f"{name} {_version(name) or 'missing'}" for name in _SHOWN)
    yield Condition(name="versions", state=State.OK, found=f"Python {platform.python_version()}, {versions}")
    for requirement in map(Requirement, requires("discreet") or ()):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        installed = _version(requirement.name)
        if installed is None or not requirement.specifier.contains(installed, prereleases=True):
            yield Condition(
                name="versions",
                state=State.PROBLEM,
                found=f"{requirement.name} {installed or 'is missing'}; discreet needs {requirement.specifier}",
                correction=f"pip install '{requirement}'",
            )


def check_models(settings: DetectionSettings) -> Iterator[Condition]:
    """Load the models of a profile, as the workers of a build do."""
    try:
        Detector.from_settings(settings)
    except DiscreetError as error:
        yield Condition.problem("models", error)
        return
    languages = ", ".join(f"{language} {each.ner or 'rules only'}" for language, each in settings.languages.items())
    yield Condition(name="models", state=State.OK, found=f"loaded: {languages}")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
