"""What is kept privately between builds."""

from redaction.state.keys import master_key
from redaction.state.lock import BusyError, alone
from redaction.state.plan import Plan, PlanError, Workplace, current_plan, private_folder

__all__ = [
    "BusyError",
    "Plan",
    "PlanError",
    "Workplace",
    "alone",
    "current_plan",
    "master_key",
    "private_folder",
]
