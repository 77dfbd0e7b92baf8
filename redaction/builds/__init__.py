"""One build, step by step: open, decide, redact, assemble, audit."""

from typing import TYPE_CHECKING

from redaction.lazy_names import lazy_names

if TYPE_CHECKING:
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

_MODULES = {
    "Build": "context",
    "Inputs": "inputs",
    "InputsReport": "open",
    "OutcomeReason": "outcomes.outcome_reasons",
    "PartitionReport": "redact.redact_partition",
    "REASON_HELP": "outcomes.reason_help",
    "RedactionSession": "redact.redact_partition",
    "RightsReport": "decide",
    "StagedRelease": "assemble",
    "announce": "lineage_events",
    "decide_rights": "decide",
    "instant_of": "open",
    "nothing_kept": "outcomes.reason_help",
    "open_inputs": "inputs",
    "partitions_to_redact": "redact.redaction_queue",
    "prepare": "open",
    "publish_release": "assemble",
    "ready_workers": "redact.redact_partition",
    "reasons_by_size": "outcomes.reason_help",
    "resume_release": "assemble",
    "stage_release": "assemble",
    "unchanged_release": "unchanged",
}

__getattr__ = lazy_names(__name__, _MODULES)


def __dir__() -> list[str]:
    return __all__
