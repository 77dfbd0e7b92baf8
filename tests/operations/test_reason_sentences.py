"""Every reason of every enumeration has a sentence, and every sentence can be filled in."""

from dataclasses import replace

import pytest

from redaction.builds import OutcomeReason
from redaction.detection import DetectionReason
from redaction.operations.explain import SENTENCES
from redaction.operations.explain.facts import Facts
from redaction.rights import Reason
from redaction.tables import QuarantineReason

REASONS = [str(reason) for reasons in (Reason, DetectionReason, OutcomeReason, QuarantineReason) for reason in reasons]


def test_every_reason_has_a_sentence() -> None:
    assert sorted(SENTENCES) == sorted(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_a_sentence_is_filled_in_with_what_is_known_and_without(reason: str) -> None:
    for rule in ("", *SENTENCES[reason].variants):
        facts = replace(Facts(), rule=rule)
        because, otherwise = facts.because(reason), facts.otherwise(reason)
        assert because
        assert "{" not in because + otherwise
        assert "  " not in because + otherwise
        assert not because.endswith(".")
        assert because[0].islower()
        assert not otherwise or otherwise.endswith(".")


def test_a_rule_may_have_a_sentence_of_its_own() -> None:
    facts = Facts(who="the member", rule="school_words")
    assert facts.because("under_age") == "the member was at secondary school then, by the education in the profile"
    assert Facts(min_age=" of 18").because("under_age") == "its author had not reached the minimum age of 18 then"
