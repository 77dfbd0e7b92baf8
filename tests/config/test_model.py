from pathlib import Path

from redaction.config import load_config

ROOT = Path(__file__).parents[2]


def test_the_digest_does_not_depend_on_acceleration() -> None:
    config = load_config(ROOT / "configs/sample.yaml")
    off = config.detection.model_copy(update={"acceleration": False})
    assert config.model_copy(update={"detection": off}).digest == config.digest
    less = config.detection.model_copy(update={"threshold": 0.9})
    assert config.model_copy(update={"detection": less}).digest != config.digest
