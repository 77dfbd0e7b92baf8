"""Is everything in place for the next build? One line for each thing, and what to do where it is not."""

from redaction.operations.doctor.checkup import Checkup, Condition, DoctorReport, State
from redaction.operations.doctor.examine import examine

__all__ = ["Checkup", "Condition", "DoctorReport", "State", "examine"]
