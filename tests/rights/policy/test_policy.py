"""Policies and region sets: what is shipped, what is refused, and with which message."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from redaction.rights import Policy, RightsError, RightsSettings, Rules, read_policy, read_regions
from tests.rights.worlds import (
    ROOT,
    at,
    decided,
    event,
    make_world,
    plain_policy,
    post,
    profile,
    reason_of,
    regions,
    signal,
)

POLICIES = ROOT / "configs/policies"
REGIONS = ROOT / "configs/regions.yaml"


@pytest.mark.parametrize("name", ["linkedin-2024-09", "linkedin-2025-11", "linkedin-2026-08", "opt-in"])
def test_shipped_policies_load_and_name_existing_sets(name: str) -> None:
    policy = read_policy(POLICIES / f"{name}.yaml")
    assert policy.policy_id == name
    assert {rule.set for rule in policy.region_rules} <= set(read_regions(REGIONS).sets)
    assert len(policy.digest) == 64


def test_every_shipped_policy_denies_private_kinds() -> None:
    for path in POLICIES.glob("*.yaml"):
        denied = set(read_policy(path).categories_denied)
        assert {"message", "credential", "payment", "salary", "job_application"} <= denied


def test_the_digest_depends_on_content_not_layout(tmp_path: Path) -> None:
    content = plain_policy("linkedin-2024-09")
    sorted_keys = tmp_path / "sorted.yaml"
    sorted_keys.write_text(yaml.safe_dump(content, sort_keys=True))
    assert read_policy(sorted_keys).digest == read_policy(POLICIES / "linkedin-2024-09.yaml").digest
    changed = tmp_path / "changed.yaml"
    changed.write_text(yaml.safe_dump({**content, "min_age": 19}))
    assert read_policy(changed).digest != read_policy(sorted_keys).digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_agee": 18}, "min_agee: unknown key; did you mean 'min_age'"),
        ({"min_age": "old"}, "min_age: 'old' is not a whole number; write digits alone"),
        ({"categories_allowed": ["post", "message"]}, "message is both allowed and denied"),
        ({"effective_to": date(2024, 1, 1)}, "effective_to must be after effective_from"),
        ({"default_state": "maybe"}, "'maybe' is none of the known values; choose from opted_in, opted_out"),
        ({"recipients": ["everyone"]}, r"recipients\.0: 'everyone' is none of the known values; choose from self"),
        (
            {"region_rules": [{"set": "EU27", "effect": "exempt", "authority": "-"}]},
            r"region_rules\.0\.source: is missing",
        ),
    ],
)
def test_a_wrong_policy_is_refused_in_one_line(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump({**plain_policy("linkedin-2024-09"), **change}))
    with pytest.raises(RightsError, match=message) as raised:
        read_policy(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert "\n" not in str(raised.value)


def test_invalid_yaml_and_duplicate_keys_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    for text, message in (
        ("a: [", "line 1: .*correct it"),
        ("min_age: 18\nmin_age: 8\n", "line 2: the key 'min_age' is given twice"),
        ("- a\n", "not a mapping"),
    ):
        path.write_text(text)
        with pytest.raises(RightsError, match=message):
            read_policy(path)
    with pytest.raises(RightsError, match="no such file"):
        read_policy(tmp_path / "missing.yaml")


def test_norway_is_norway_without_quotes(tmp_path: Path) -> None:
    content = yaml.safe_load(REGIONS.read_text())
    path = tmp_path / "regions.yaml"
    path.write_text(yaml.safe_dump(content).replace("'NO'", "NO"))
    assert "'NO'" not in path.read_text()
    codes = {code for row in read_regions(path).sets["EEA"].rows for code in row.codes}
    assert codes == {"IS", "LI", "NO"}
    assert read_regions(path).digest == read_regions(REGIONS).digest


def test_a_rule_over_an_unknown_set_stops_the_run() -> None:
    rule = {"set": "ATLANTIS", "effect": "exempt", "authority": "-", "source": "-"}
    policy = plain_policy("linkedin-2024-09", region_rules=[rule], sources={}, traces={})
    world = make_world(policy=policy)
    world.sets["ATLANTIS"] = []
    with pytest.raises(RightsError, match="the regions file has no set ATLANTIS"):
        decided(world)
    with pytest.raises(RightsError, match="earliest_content_date: no set EU in the regions file"):
        decided(make_world(dates={"EU": date(2020, 1, 1)}))


def test_the_2025_policy_requires_a_reference_and_dates() -> None:
    policy = Policy.model_validate(plain_policy("linkedin-2025-11"))
    as_of = at(2025, 12, 1)
    reference = "LIA-2025-017"
    dates = {"default": date(2020, 1, 1)}
    for settings, message in (
        (RightsSettings(earliest_content_dates=dates), "rights.legitimate_interest_reference: .* demands a reference"),
        (RightsSettings(legitimate_interest_reference=" ", earliest_content_dates=dates), "demands a reference"),
        (RightsSettings(legitimate_interest_reference=reference), "demands a date for CA"),
        (
            RightsSettings(legitimate_interest_reference=reference, earliest_content_dates={"CA": date(2020, 1, 1)}),
            "demands a date for CH",
        ),
    ):
        with pytest.raises(RightsError, match=message):
            Rules.of(policy, regions(), settings, as_of)
    whole = RightsSettings(legitimate_interest_reference=reference, earliest_content_dates=dates)
    assert Rules.of(policy, regions(), whole, as_of).dates == dates


def test_the_2025_policy_covers_europe_from_its_earliest_content_date() -> None:
    world = make_world(
        [post("old", "a", at(2022, 12, 31)), post("new", "a", at(2023, 1, 1)), post("u", "b", at(2022, 12, 31))],
        [profile("a"), profile("b")],
        [],
        [signal("a", "Deutschland"), signal("b", "US")],
        policy=plain_policy("linkedin-2025-11"),
        as_of=at(2025, 12, 1),
        dates={"default": date(2020, 1, 1), "EU27": date(2023, 1, 1)},
    )
    reasons = dict(decided(world).records.filter(source="posts").select("source_id", "reason").iter_rows())
    assert reasons == {"old": "before_earliest_content", "new": "eligible", "u": "eligible"}


def test_a_purpose_or_recipient_that_the_policy_does_not_name_stops_the_run() -> None:
    with pytest.raises(RightsError, match=r"rights\.purpose: .* use one of ai_training"):
        decided(make_world(purpose="advertising"))
    with pytest.raises(RightsError, match=r"rights\.recipient: .* does not cover third_party"):
        decided(make_world(recipient="third_party"))


def test_an_expired_policy_is_refused() -> None:
    with pytest.raises(RightsError, match="effective_to is 2025-06-30"):
        decided(make_world(policy=plain_policy("linkedin-2024-09", effective_to=date(2025, 6, 30))))


def test_the_opt_in_policy_keeps_only_members_who_opted_in() -> None:
    policy = plain_policy("opt-in")
    world = make_world([post("p", "a", at(2024, 1, 1))], [profile("a")], [], [signal("a", "US")], policy=policy)
    assert reason_of(world, "p") == "not_opted_in"
    opted_in = [event("e", "a", "opt_in", at(2025, 1, 1), categories=["post"])]
    world = make_world(
        [post("p", "a", at(2024, 1, 1))], [profile("a")], opted_in, [signal("a", "Deutschland")], policy=policy
    )
    assert reason_of(world, "p") == "eligible"
    assert reason_of(world, "a", "profiles") == "not_opted_in"


def test_the_documentation_names_every_key_of_a_policy() -> None:
    text = (ROOT / "docs/policies.md").read_text()
    assert [key for key in Policy.model_fields if f"`{key}`" not in text] == []
