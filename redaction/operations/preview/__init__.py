"""Try detection, replacement and policy settings on texts of one's own inputs, before a build uses them."""

from redaction.operations.preview.choices import Choices, configure, save_config
from redaction.operations.preview.samples import SampleText, eligible_texts
from redaction.operations.preview.session import Analysis, PreviewSession, SampleTotals, ShownSpan

__all__ = [
    "Analysis",
    "Choices",
    "PreviewSession",
    "SampleText",
    "SampleTotals",
    "ShownSpan",
    "configure",
    "eligible_texts",
    "save_config",
]
