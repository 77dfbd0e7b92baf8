"""Policies as tables, and the effect of a change in counts."""

from redaction.rights import Policy, policy_diff, policy_table
from tests.rights.worlds import AS_OF, at, decided, event, make_world, plain_policy, post, profile, signal


def test_a_policy_table_holds_every_key_and_rule_and_the_digest() -> None:
    policy = Policy.model_validate(plain_policy("linkedin-2024-09"))
    rows = dict(policy_table(policy))
    assert rows["digest"] == policy.digest
    assert rows["min_age"] == "18"
    assert rows["effective_to"] == "none"
    assert rows["signals_honoured"] == "gpc: affiliate, third_party"
    assert rows["region_rules/HK"].startswith("exempt, from 2024-10-11 to open; PCPD")
    assert set(Policy.model_fields) - {"region_rules", "sources"} <= rows.keys()


def test_a_diff_counts_what_another_policy_or_instant_would_change() -> None:
    posts = [post(f"p{n}", "a", at(2024, 1, 1)) for n in range(3)] + [post("q", "b", at(2024, 1, 1))]
    rows = (
        posts,
        [profile("a"), profile("b")],
        [event("e", "b", "opt_in", at(2024, 5, 1))],
        [signal("a", "HK"), signal("b", "US")],
    )
    early, late = (decided(make_world(*rows, as_of=instant)) for instant in (at(2024, 10, 10), AS_OF))
    diff = policy_diff(early, late)
    assert diff.counts.filter(source="posts").rows() == [
        ("posts", "region_exempt", 0, 3, 3),
        ("posts", "eligible", 4, 1, -3),
    ]
    assert diff.moves.rows() == [
        ("posts", "eligible", "region_exempt", 3),
        ("profiles", "eligible", "region_exempt", 1),
    ]
    opt_in = decided(make_world(*rows, policy=plain_policy("opt-in")))
    assert "eligible" not in policy_diff(late, opt_in).moves["reason_after"]
    assert policy_diff(late, late).moves.is_empty()


def test_a_diff_adds_up_when_records_come_and_go() -> None:
    first = decided(make_world([post("p", "a", at(2024, 1, 1))], [profile("a")], [], [signal("a", "US")]))
    second = decided(make_world([post("q", "a", at(2024, 1, 1))], [profile("a")], [], [signal("a", "US")]))
    diff = policy_diff(first, second)
    assert diff.counts.rows() == [("posts", "eligible", 1, 1, 0), ("profiles", "eligible", 1, 1, 0)]
    assert diff.moves.rows() == [("posts", "absent", "eligible", 1), ("posts", "eligible", "absent", 1)]
