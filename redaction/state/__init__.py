"""What is stored privately between builds."""

from redaction.state.keys import master_key
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.lock import BusyError, corpus_lock
from redaction.state.plan import Plan, PlanError, current_plan

__all__ = [
    "BuildFolder",
    "BusyError",
    "CorpusPaths",
    "Plan",
    "PlanError",
    "corpus_lock",
    "current_plan",
    "master_key",
]
