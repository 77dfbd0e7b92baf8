"""The plan of the open build: it is closed with its own version, and by no other."""

from pathlib import Path

import pytest

from redaction.config import load_config
from redaction.state import current_plan
from redaction.state.plan import PlanError, close_plan
from tests.network import paths_of


def test_a_plan_is_closed_with_its_own_version_only(config: Path) -> None:
    settings = load_config(config)
    plan = current_plan(settings)
    close_plan(paths_of(config), "9.9.9")
    assert current_plan(settings) == plan
    close_plan(paths_of(config), plan.version)
    with pytest.raises(PlanError):
        current_plan(settings)
    close_plan(paths_of(config), plan.version)
