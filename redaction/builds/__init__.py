"""One build, step by step: open, decide, redact, assemble, audit."""

from redaction.builds.assemble import StagedRelease, publish_release, resume_release, stage_release
from redaction.builds.context import Build
from redaction.builds.decide import RightsReport, decide_rights
from redaction.builds.inputs import Inputs, open_inputs
from redaction.builds.lineage_events import announce
from redaction.builds.open import InputsReport, instant_of, prepare
from redaction.builds.outcomes.outcome_reasons import OutcomeReason
from redaction.builds.outcomes.reason_help import REASON_HELP, nothing_kept, reasons_by_size
from redaction.builds.redact.redact_partition import PartitionReport, RedactionSession, ready_workers
from redaction.builds.redact.redaction_queue import partitions_to_redact
from redaction.builds.unchanged import unchanged_release

__all__ = [
    "REASON_HELP",
    "Build",
    "Inputs",
    "InputsReport",
    "OutcomeReason",
    "PartitionReport",
    "RedactionSession",
    "RightsReport",
    "StagedRelease",
    "announce",
    "decide_rights",
    "instant_of",
    "nothing_kept",
    "open_inputs",
    "partitions_to_redact",
    "prepare",
    "publish_release",
    "ready_workers",
    "reasons_by_size",
    "resume_release",
    "stage_release",
    "unchanged_release",
]
