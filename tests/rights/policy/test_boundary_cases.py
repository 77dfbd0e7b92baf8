"""The test kit for policies finds a rule that does not do what its effect says, and passes those that do."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from redaction.rights import Policy, boundary_cases, read_policy
from tests.rights.policy.test_traces import ALL
from tests.rights.worlds import plain_policy, regions


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_policy_that_comes_with_the_program_passes(path: Path) -> None:
    policy = read_policy(path)
    cases = boundary_cases(policy, regions())
    assert cases.filter(~pl.col("expected")).is_empty()
    dated = {rule.name for rule in policy.region_rules if rule.since}
    assert set(cases["rule"]) == dated


def test_both_sides_of_a_date_are_decided() -> None:
    cases = boundary_cases(Policy.model_validate(plain_policy("linkedin-2024-09")), regions())
    canada = cases.filter(rule="region_rules/CA").sort("as_of")
    pause = datetime(2024, 12, 10, tzinfo=UTC)
    assert canada.filter(as_of=pause)["reason"].to_list() == ["region_exempt"]
    assert canada.filter(pl.col("as_of") < pause)["reason"].to_list() == ["eligible"]


def test_a_rule_that_another_reason_hides_is_reported() -> None:
    stated = {"set": "BR", "authority": "-", "source": "own-choice"}
    rules = [
        {**stated, "from": date(2024, 10, 1), "effect": "opt_in"},
        {**stated, "from": date(2024, 11, 1), "effect": "exempt"},
    ]
    cases = boundary_cases(Policy.model_validate(plain_policy("linkedin-2024-09", region_rules=rules)), regions())
    hidden = cases.filter(~pl.col("expected"))
    assert hidden.select("effect", "reason").rows() == [("exempt", "not_opted_in")]
