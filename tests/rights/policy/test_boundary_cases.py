"""The test kit for policies finds a rule that does not do what its effect says, and passes those that do."""

from datetime import UTC, datetime

import polars as pl
import pytest

from redaction.rights import Policy, boundary_cases, read_policy
from tests.rights.policy.test_traces import ALL
from tests.rights.worlds import plain_policy, regions


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_policy_that_comes_with_the_program_passes(path) -> None:
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
    plain = plain_policy("linkedin-2024-09", min_age=30, traces={})
    plain["max_plausible_age"] = 60
    shown = boundary_cases(Policy.model_validate(plain), regions())
    assert shown["expected"].all()
    hidden = boundary_cases(Policy.model_validate({**plain, "default_state": "opted_out", "region_rules": [
        {"set": "BR", "from": "2024-11-01", "effect": "opt_in", "authority": "-", "source": "own-choice"},
        {"set": "BR", "from": "2024-10-01", "effect": "exempt", "kinds": ["post"], "authority": "-",
         "source": "own-choice"},
    ]}), regions())  # fmt: skip
    assert not hidden.filter(rule="region_rules/BR")["expected"].all()
