"""Every rule of every policy that comes with the program is traced to its source, line by line."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from redaction.rights import Policy, read_policy, traced_rules, untraced
from redaction.rights.policy.sources import Confidence
from tests.rights.worlds import ROOT, at, event, make_world, plain_policy, post, profile, reason_of, signal

SHIPPED = sorted((ROOT / "configs/policies").glob("*.yaml"))
EXAMPLES = sorted((ROOT / "configs/example-policies").glob("*.yaml"))
ALL = [*SHIPPED, *EXAMPLES]
NOT_RULES = {
    "policy_id", "version", "platform", "source_url", "sources", "traces", "published_at", "other_purposes",
    "replaced_by", "region_rules",
}  # fmt: skip
"""Keys that name things, and region rules, which name their own source."""


def key_of(rule: str) -> str:
    return rule.split("/", maxsplit=1)[0]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_the_table_of_traces_is_complete(path: Path) -> None:
    policy = read_policy(path)
    assert untraced(policy) == []
    stated = {name for name in Policy.model_fields if getattr(policy, name) not in (None, (), {})}
    assert {key_of(each.rule) for each in traced_rules(policy)} == (stated - NOT_RULES) | (
        {"region_rules"} if policy.region_rules else set()
    )


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_word_of_a_list_and_every_region_rule_is_a_line(path: Path) -> None:
    policy = read_policy(path)
    rules = [each.rule for each in traced_rules(policy)]
    for key in ("categories_allowed", "categories_denied", "purposes", "recipients", "profile_fields"):
        assert {f"{key}/{word}" for word in getattr(policy, key)} <= set(rules)
    assert sum(key_of(rule) == "region_rules" for rule in rules) == len(policy.region_rules)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_source_that_others_wrote_can_be_found_and_is_read_again(path: Path) -> None:
    for source in read_policy(path).sources.values():
        if source.confidence is not Confidence.OWN_CHOICE:
            assert source.published_at or source.review_by
            assert source.url or source.archive or source.published_at or source.review_by


def test_a_trace_that_is_missing_is_found() -> None:
    plain = plain_policy("linkedin-2024-09")
    plain["traces"]["own-choice"] = [rule for rule in plain["traces"]["own-choice"] if rule != "min_age"]
    assert untraced(Policy.model_validate(plain)) == ["min_age"]


@pytest.mark.parametrize("wrong", ["categories_allowed/posts", "min_agee", "effective_from"])
def test_a_trace_of_no_rule_or_of_one_that_has_a_source_is_refused(wrong: str) -> None:
    plain = plain_policy("linkedin-2024-09")
    plain["traces"]["own-choice"] = [*plain["traces"]["own-choice"], wrong]
    with pytest.raises(ValidationError, match="is no source or rule of the policy, or is traced twice"):
        Policy.model_validate(plain)


def test_a_trace_to_an_unknown_source_is_refused() -> None:
    plain = plain_policy("linkedin-2024-09")
    plain["traces"]["a-rumor"] = ["retention"]
    with pytest.raises(ValidationError, match="a-rumor"):
        Policy.model_validate(plain)


def decided(name: str, region: str, *, birth: date = date(1985, 5, 17), kind: str = "post", action: str = "") -> str:
    policy = plain_policy(f"../example-policies/{name}")
    written, as_of = at(2025, 6, 1), at(2025, 6, 30)
    events = [event("e", "m", action, at(2025, 6, 2))] if action else []
    world = make_world(
        [post("p", "m", written, kind)],
        [profile("m", birth_date=birth)],
        events,
        [signal("m", region)],
        policy,
        as_of,
        recipient=policy["recipients"][0],
    )
    return reason_of(world, "p")


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("meta-eu-2025", {"region": "Deutschland"}, "eligible"),
        ("meta-eu-2025", {"region": "Deutschland", "action": "object"}, "objected"),
        ("meta-eu-2025", {"region": "Deutschland", "birth": date(2010, 1, 1)}, "under_age"),
        ("meta-eu-2025", {"region": "Deutschland", "kind": "message"}, "kind_denied"),
        ("meta-eu-2025", {"region": "UK"}, "region_exempt"),
        ("reddit-2024-05", {"region": "US"}, "eligible"),
        ("reddit-2024-05", {"region": "US", "action": "erase"}, "erased"),
        ("reddit-2024-05", {"region": "US", "kind": "message"}, "kind_denied"),
        ("x-2024-11", {"region": "US"}, "eligible"),
        ("x-2024-11", {"region": "US", "action": "opt_out"}, "opted_out"),
        ("x-2024-11", {"region": "Deutschland"}, "region_exempt"),
        ("bluesky-intents", {"region": "US"}, "not_opted_in"),
        ("bluesky-intents", {"region": "US", "action": "opt_in"}, "eligible"),
    ],
)
def test_examples_of_other_platforms_decide_as_their_notices_say(name: str, given: dict[str, Any], reason: str) -> None:
    assert decided(name, **given) == reason
