"""Does anything leave that must not? The audit of staged bytes, sharing no code with the detector."""

from redaction.release.gates.audit import Audit, Evidence, read_ahead, run_gates, set_aside_gate
from redaction.release.gates.known_values import KnownValueScanner
from redaction.release.gates.patterns import ValueKind
from redaction.release.gates.records import count_small_counts
from redaction.release.gates.shapes import Shape, count_shapes
from redaction.release.gates.text_scanner import HITS, TextReader
from redaction.release.settings import GateSettings, KnownValueLimits, ShapeLimits

__all__ = [
    "HITS",
    "Audit",
    "Evidence",
    "GateSettings",
    "KnownValueLimits",
    "KnownValueScanner",
    "Shape",
    "ShapeLimits",
    "TextReader",
    "ValueKind",
    "count_shapes",
    "count_small_counts",
    "read_ahead",
    "run_gates",
    "set_aside_gate",
]
