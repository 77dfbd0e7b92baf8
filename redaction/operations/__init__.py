"""What is done outside a build: explain, trace, compare, take down, redact a stream."""

from redaction.operations.explain import Explained, explain_record, subject_records
from redaction.operations.policy_impact import compare_policies
from redaction.operations.redact_stream import TextIn, TextOut, read_json_line, redact_stream
from redaction.operations.take_down import compare_releases, settle_superseded, trace_subject, withdraw

__all__ = [
    "Explained",
    "TextIn",
    "TextOut",
    "compare_policies",
    "compare_releases",
    "explain_record",
    "read_json_line",
    "redact_stream",
    "settle_superseded",
    "subject_records",
    "trace_subject",
    "withdraw",
]
