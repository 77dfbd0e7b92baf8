"""Every shipped rule cites its source; sources that changed, and policies that were replaced, are reported."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from redaction.rights import Policy, RightsError, policy_notes, read_policy, source_drift
from redaction.rights.policy.sources import Confidence
from tests.rights.worlds import ROOT, plain_policy

POLICIES = sorted((ROOT / "configs/policies").glob("linkedin-*.yaml"))
NOTICE = "european-notice-2025-11"


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_rule_of_a_shipped_policy_cites_a_source_that_says_where_it_was_read(path: Path) -> None:
    policy = read_policy(path)
    for rule in policy.region_rules:
        source = policy.sources[rule.source]
        if source.confidence is not Confidence.OWN_CHOICE:
            assert source.review_by or source.published_at, rule
        assert (rule.authority == "this program's own choice") == (source.confidence is Confidence.OWN_CHOICE), rule
    cited = {rule.source for rule in policy.region_rules} | policy.traces.keys()
    assert policy.sources.keys() == cited


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_what_was_read_in_an_archive_names_the_revision_and_the_day(path: Path) -> None:
    for source in read_policy(path).sources.values():
        if source.archive:
            assert source.revision and source.retrieved_at and source.review_by


def test_a_policy_that_was_replaced_says_so_from_that_day() -> None:
    policy = read_policy(ROOT / "configs/policies/linkedin-2024-09.yaml")
    assert policy_notes(policy, datetime(2025, 11, 2, 23, 59, tzinfo=UTC), date(2025, 11, 2)) == ()
    assert policy_notes(policy, datetime(2025, 11, 3, tzinfo=UTC), date(2025, 11, 3)) == (
        "linkedin-2024-09 was replaced by linkedin-2025-11 on 2025-11-03",
    )


def test_a_review_that_is_due_is_reported() -> None:
    policy = Policy.model_validate(plain_policy("linkedin-2026-08"))
    due = policy.sources["european-notice-2026-08"].review_by
    assert due is not None
    assert policy_notes(policy, datetime(2026, 9, 1, tzinfo=UTC), due)[-1].startswith(
        f"source european-notice-2026-08: must be read again since {due}"
    )


def test_the_chain_of_shipped_policies_has_no_gap() -> None:
    by_id = {policy.policy_id: policy for policy in map(read_policy, POLICIES)}
    for policy in by_id.values():
        if policy.replaced_by:
            assert by_id[policy.replaced_by].effective_from == policy.replaced_on


def test_a_saved_source_is_compared_by_its_digest(tmp_path: Path) -> None:
    saved = tmp_path / "notice.md"
    saved.write_text("what the notice says")
    digest = hashlib.sha256(saved.read_bytes()).hexdigest()
    content = plain_policy("linkedin-2025-11")
    unread = Policy.model_validate(content)
    assert digest in (source_drift(unread, NOTICE, saved) or "")
    content["sources"][NOTICE]["sha256"] = digest
    policy = Policy.model_validate(content)
    assert source_drift(policy, NOTICE, saved) is None
    saved.write_text("what the notice says now")
    assert "differs from what was read" in (source_drift(policy, NOTICE, saved) or "")
    with pytest.raises(RightsError, match="has no source 'notice'; it has announcement-2025-09"):
        source_drift(policy, "notice", saved)
    with pytest.raises(RightsError, match="cannot be read"):
        source_drift(policy, NOTICE, tmp_path / "missing.md")


RULE = {"set": "GB", "effect": "exempt", "authority": "-", "source": "own-choice", "from": date(2025, 1, 1)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kinds": ["posts"]}, "kinds: the policy has no 'posts'"),
        ({"except_kinds": ["posts"]}, "except_kinds: the policy has no 'posts'"),
        ({"purposes": ["training"]}, "purposes: the policy has no 'training'"),
        ({"recipients": ["third_party"]}, "recipients: the policy has no 'third_party'"),
        ({"source": "hearsay"}, "source: the policy has no 'hearsay'"),
        ({"kinds": ["post"], "except_kinds": ["comment"]}, "has kinds and except_kinds; keep one"),
        ({"kinds": []}, "kinds"),
        ({"effect": "min_age"}, "min_age goes with the effect min_age"),
        ({"min_age": 19}, "min_age goes with the effect min_age"),
    ],
)
def test_a_rule_with_a_word_that_the_policy_does_not_know_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Policy.model_validate(plain_policy("linkedin-2025-11", region_rules=[RULE | change]))
