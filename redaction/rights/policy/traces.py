"""Traces every rule of a policy to the source that it was read in, one line each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from redaction.rights.policy.policy import Policy

_LISTS: Final = (
    "purposes",
    "recipients",
    "categories_allowed",
    "categories_denied",
    "excluded_contexts",
    "requires",
    "profile_fields",
)
"""Keys of which each word is a rule."""
_VALUES: Final = (
    "notice_at",
    "effective_from",
    "effective_to",
    "replaced_on",
    "default_state",
    "legal_basis",
    "optout_scope",
    "grace_days",
    "min_age",
    "max_plausible_age",
    "max_ledger_age_days",
    "clock_skew_seconds",
    "retention",
)
"""Keys that are one rule each, where they have a value."""


@dataclass(frozen=True, slots=True)
class TracedRule:
    """One rule: the key that says it, its value in words, and the name of its source; None where none is given."""

    rule: str
    value: str
    source: str | None


def traced_rules(policy: "Policy") -> list[TracedRule]:
    """List every rule of a policy, in the order of its keys.

    Args:
        policy: the policy. `traces` names, for each source, the keys that it supports: a key for all of its words
            (`categories_allowed`), or one word (`categories_allowed/post`), which takes precedence.

    Returns:
        The rules. A policy without `sources` has no traces, and all of its rules are untraced but those of regions.
    """
    by_rule = {rule: source for source, rules in policy.traces.items() for rule in rules}
    traced = [
        TracedRule(rule, value, by_rule.get(rule, by_rule.get(rule.split("/")[0]))) for rule, value in _rules(policy)
    ]
    regions = [
        TracedRule(rule.name, f"{rule.described}, from {rule.since}" if rule.since else rule.described, rule.source)
        for rule in policy.region_rules
    ]
    return traced + regions


def untraced(policy: "Policy") -> list[str]:
    """List the rules that no source supports."""
    return [rule.rule for rule in traced_rules(policy) if rule.source not in policy.sources]


def unknown_traces(policy: "Policy") -> list[str]:
    """List what `traces` names and the policy does not have: sources, rules, and rules that are there twice."""
    rules = [rule for rule, _ in _rules(policy)]
    known = {*rules, *(rule.split("/")[0] for rule in rules)}
    named = [rule for each in policy.traces.values() for rule in each]
    twice = {rule for rule in named if named.count(rule) > 1}
    return sorted((policy.traces.keys() - policy.sources.keys()) | (set(named) - known) | twice)


def _rules(policy: "Policy") -> Iterator[tuple[str, str]]:
    for key in _VALUES:
        value: Any = getattr(policy, key)
        if value is not None:
            yield key, str(value)
    for key in _LISTS:
        yield from ((f"{key}/{word}", str(word)) for word in getattr(policy, key) or ())
    yield from ((f"earliest_content_date/{region}", str(day)) for region, day in policy.earliest_content_date.items())
    honored = policy.signals_honoured.gpc
    yield "signals_honoured/gpc", ", ".join(honored) or "none"
    yield "school_words", f"{len(policy.school_words)} words"
