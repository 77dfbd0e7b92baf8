"""The audit: gates that measure the staged bytes. It shares no code and no library with the detector."""

from redaction.release.gates.record_checks import count_small_counts
from redaction.release.gates.run_gates import Audit, Evidence, run_gates, scan_ahead, set_aside_gate
from redaction.release.gates.text_scanner import TextScanner

__all__ = [
    "Audit",
    "Evidence",
    "TextScanner",
    "count_small_counts",
    "run_gates",
    "scan_ahead",
    "set_aside_gate",
]
