from pathlib import Path

import pytest

from redaction.detection import DetectionSettings, Detector, read_profile

PROFILES = Path(__file__).parents[2] / "configs" / "redaction"


@pytest.fixture(scope="session")
def social() -> Detector:
    return Detector.from_settings(read_profile(PROFILES / "social.yaml"))


@pytest.fixture(scope="session")
def rules_only() -> DetectionSettings:
    """The default profile's rules without any model: quick, and no model can hide a rule's miss."""
    settings = read_profile(PROFILES / "social.yaml")
    language = {"rules_only": True}
    return DetectionSettings.model_validate(
        settings.model_dump(by_alias=True) | {"languages": dict.fromkeys(("en", "de", "fr", "es", "pt"), language)}
    )


@pytest.fixture(scope="session")
def rules(rules_only: DetectionSettings) -> Detector:
    return Detector.from_settings(rules_only)


@pytest.fixture(scope="session")
def stock() -> Detector:
    return Detector.from_settings(read_profile(PROFILES / "stock.yaml"))
