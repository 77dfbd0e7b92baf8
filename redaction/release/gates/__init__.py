"""The audit: gates that measure the staged bytes. It shares no code and no library with the detector."""

from redaction.release.gates.gate_names import Gate, at_most, gates_of_build
from redaction.release.gates.record_checks import count_small_counts
from redaction.release.gates.run_gates import Audit, Evidence, run_gates, scan_ahead, set_aside_gate
from redaction.release.gates.text_scanner import TextScanner

__all__ = [
    "Audit",
    "Evidence",
    "Gate",
    "TextScanner",
    "at_most",
    "count_small_counts",
    "gates_of_build",
    "run_gates",
    "scan_ahead",
    "set_aside_gate",
]
