"""Who does the work: a build's steps, each over the rooms, and the one function that redacts a chunk."""

from redaction.execution.alone import BusyError, alone
from redaction.execution.announce import Announcer
from redaction.execution.assemble import StagedRelease, publish_release, stage_release
from redaction.execution.build import Build
from redaction.execution.chunks import REDACTED, Chunk, Redacted, Tools, redact_chunk
from redaction.execution.compare import compare_policies
from redaction.execution.decide import RightsReport, decide_rights
from redaction.execution.explain import Explained, explain_record, subject_records
from redaction.execution.failures import ExecutionError
from redaction.execution.inputs import Inputs, open_inputs
from redaction.execution.kept import partitions_to_redact
from redaction.execution.keys import master_key
from redaction.execution.measuring import MeasuringError, detect_labelled
from redaction.execution.outcomes import DECISIONS, OutcomeReason
from redaction.execution.plan import Plan, PlanError, Workplace, current_plan, private_folder
from redaction.execution.prepare import InputsReport, instant_of, prepare
from redaction.execution.redact import (
    PartitionReport,
    ready_workers,
    redact_posts,
    redact_profiles,
    redacted_so_far,
)
from redaction.execution.stream import TextIn, TextOut, read_json_line, redact_stream
from redaction.execution.withdraw import compare_releases, settle_superseded, trace_subject, withdraw

__all__ = [
    "DECISIONS",
    "REDACTED",
    "Announcer",
    "Build",
    "BusyError",
    "Chunk",
    "ExecutionError",
    "Explained",
    "Inputs",
    "InputsReport",
    "MeasuringError",
    "OutcomeReason",
    "PartitionReport",
    "Plan",
    "PlanError",
    "Redacted",
    "RightsReport",
    "StagedRelease",
    "TextIn",
    "TextOut",
    "Tools",
    "Workplace",
    "alone",
    "compare_policies",
    "compare_releases",
    "current_plan",
    "decide_rights",
    "detect_labelled",
    "explain_record",
    "instant_of",
    "master_key",
    "open_inputs",
    "partitions_to_redact",
    "prepare",
    "private_folder",
    "publish_release",
    "read_json_line",
    "ready_workers",
    "redact_chunk",
    "redact_posts",
    "redact_profiles",
    "redact_stream",
    "redacted_so_far",
    "settle_superseded",
    "stage_release",
    "subject_records",
    "trace_subject",
    "withdraw",
]
