"""What is done outside a build: explain, trace, compare, take down, redact a stream."""

from redaction.operations.check import Expected, expect, find_problems, first_rows
from redaction.operations.diff import compare_releases
from redaction.operations.explain import DecisionEvidence, decision_evidence, explain_record
from redaction.operations.policy_impact import compare_policies
from redaction.operations.redact_stream import TextIn, read_json_line, redact_stream
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
    "first_rows",
    "preview_takedown",
    "read_json_line",
    "redact_stream",
    "settle_superseded",
    "trace_subject",
    "withdraw",
]
