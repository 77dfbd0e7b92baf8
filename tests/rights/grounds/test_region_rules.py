"""Rules by region, recipient, kind and purpose, and the boundaries of the shipped policies."""

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from redaction.rights import RightsError
from tests.rights.reference import World
from tests.rights.worlds import DAY, TICK, at, decided, make_world, plain_policy, post, profile, reason_of, signal

DATES = {"default": date(2020, 1, 1)}
CREATED = at(2025, 6, 1)
AS_OF = at(2026, 9, 30)


def member(value: str, kind: str = "post", as_of: datetime = AS_OF, **others: Any) -> World:
    """A world of one member, a, from one region, with one post, p."""
    chosen = {"policy": plain_policy("linkedin-2025-11"), "dates": DATES, **others}
    born = chosen.pop("born", date(1980, 1, 1))
    people = [profile("a", birth_date=born)]
    return make_world([post("p", "a", CREATED, kind)], people, [], [signal("a", value)], as_of=as_of, **chosen)


@pytest.mark.parametrize(
    ("value", "recipient", "kind", "reason"),
    [
        ("Deutschland", "self", "post", "eligible"),
        ("Deutschland", "affiliate", "post", "region_exempt"),
        ("Deutschland", "self", "feedback", "region_exempt"),
        ("US", "self", "feedback", "eligible"),
        ("US", "affiliate", "group_message", "eligible"),
        ("UK", "affiliate", "post", "eligible"),
        ("UK", "affiliate", "video", "eligible"),
        ("UK", "affiliate", "group_post", "region_exempt"),
        ("UK", "affiliate", "resume", "region_exempt"),
        ("UK", "self", "resume", "eligible"),
        ("HK", "affiliate", "post", "region_exempt"),
        ("Canada", "affiliate", "post", "region_exempt"),
        ("Canada", "self", "poll_response", "eligible"),
        ("CA", "affiliate", "post", "region_ambiguous"),
    ],
)
@pytest.mark.parametrize("policy", ["linkedin-2025-11", "linkedin-2026-08"])
def test_what_the_notices_allow_depends_on_region_recipient_and_kind(
    value: str, recipient: str, kind: str, reason: str, policy: str
) -> None:
    assert reason_of(member(value, kind, recipient=recipient, policy=plain_policy(policy)), "p") == reason


@pytest.mark.parametrize(("recipients", "reason"), [(("self",), "eligible"), (("self", "affiliate"), "region_exempt")])
def test_a_record_for_several_recipients_is_kept_only_if_all_may_have_it(
    recipients: tuple[str, ...], reason: str
) -> None:
    assert reason_of(member("Deutschland", recipient=recipients), "p") == reason


def test_the_profile_of_a_british_member_is_not_shared() -> None:
    assert reason_of(member("UK", recipient="affiliate"), "a", "profiles") == "region_exempt"
    assert reason_of(member("UK"), "a", "profiles") == "eligible"


def test_a_decision_names_the_rule_with_its_limits() -> None:
    records = decided(member("Deutschland", recipient="affiliate")).records.filter(pl.col("source") == "posts")
    assert records["rule"].to_list() == ["region_rules/EU27/affiliate"]


@pytest.mark.parametrize(("as_of", "reason"), [(at(2026, 8, 21), "eligible"), (at(2026, 8, 21) - TICK, "refused")])
def test_the_policy_of_august_2026_is_used_from_its_day(as_of: datetime, reason: str) -> None:
    world = member("US", as_of=as_of, policy=plain_policy("linkedin-2026-08"))
    if reason == "refused":
        with pytest.raises(RightsError, match="allow no use before 2026-08-21"):
            decided(world)
        return
    assert reason_of(world, "p") == reason


@pytest.mark.parametrize("value", ["Canada", "KR"])
@pytest.mark.parametrize(
    ("born", "reason"), [(CREATED.date().replace(year=2006), "eligible"), (date(2006, 6, 2), "under_age")]
)
def test_the_least_age_is_that_of_the_region(value: str, born: date, reason: str) -> None:
    assert reason_of(member(value, born=born, policy=plain_policy("linkedin-2026-08")), "p") == reason
    assert reason_of(member("US", born=born, policy=plain_policy("linkedin-2026-08")), "p") == "eligible"
    assert reason_of(member(value, born=born), "p") == "eligible"


def test_a_region_that_was_left_before_the_content_asks_for_no_age() -> None:
    left = signal("a", "KR", valid_to=CREATED - DAY)
    signals = [left, signal("a", "US")]
    for moved, reason in ((left, "eligible"), (left | {"valid_to": CREATED + TICK}, "under_age")):
        world = make_world(
            [post("p", "a", CREATED)],
            [profile("a", birth_date=date(2007, 1, 1))],
            [],
            [moved, signals[1]],
            as_of=at(2026, 9, 30),
            policy=plain_policy("linkedin-2026-08"),
            dates=DATES,
        )
        assert reason_of(world, "p") == reason


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"purpose": ("ai_training", "profit")}, r"rights\.purpose"),
        ({"recipient": ("self", "third_party")}, r"rights\.recipient"),
    ],
)
def test_every_purpose_and_recipient_must_be_the_policys(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(RightsError, match=message):
        decided(member("US", **setting))
