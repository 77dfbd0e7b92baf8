"""What is done outside a build: explain, trace, compare, take down, redact a stream.

Each name is imported when it is first used, so that a command loads only what it needs.
"""

from typing import TYPE_CHECKING

from redaction.lazy_names import lazy_names

if TYPE_CHECKING:
    from redaction.operations.check import Expected, expect, find_problems, find_unreadable, first_rows
    from redaction.operations.diff import compare_releases
    from redaction.operations.explain import DecisionEvidence, decision_evidence, explain_record
    from redaction.operations.policy_impact import compare_policies
    from redaction.operations.stream import TextIn, redact_stream
    from redaction.operations.take_down import preview_takedown, settle_superseded, withdraw
    from redaction.operations.trace import trace_subject

__all__ = [
    "DecisionEvidence",
    "Expected",
    "TextIn",
    "compare_policies",
    "compare_releases",
    "decision_evidence",
    "expect",
    "explain_record",
    "find_problems",
    "find_unreadable",
    "first_rows",
    "preview_takedown",
    "redact_stream",
    "settle_superseded",
    "trace_subject",
    "withdraw",
]

_MODULES = {
    "DecisionEvidence": "explain",
    "Expected": "check",
    "TextIn": "stream",
    "compare_policies": "policy_impact",
    "compare_releases": "diff",
    "decision_evidence": "explain",
    "expect": "check",
    "explain_record": "explain",
    "find_problems": "check",
    "find_unreadable": "check",
    "first_rows": "check",
    "preview_takedown": "take_down",
    "redact_stream": "stream",
    "settle_superseded": "take_down",
    "trace_subject": "trace",
    "withdraw": "take_down",
}

__getattr__ = lazy_names(__name__, _MODULES)
