"""Measure how much personal data a detector misses, and how much other text it redacts.

*Leak* is the share of labeled characters that no detection of any type covers. *Over* is the share of the other
characters, without white space and links, that a detection covers. Both count characters, so half a missed name
counts as half.

Typical use::

    documents = read_labeled(path)
    report = evaluate(documents, detect_labeled(documents, load_profile("social"), "en"), EvaluationSettings())
    print(render(report))
"""

from redaction.evaluation.detect_labeled import detect_labeled
from redaction.evaluation.documents import LabeledSpan, LabeledText, read_labeled, with_same_types
from redaction.evaluation.measure import Interval, Report, evaluate
from redaction.evaluation.render import render, to_json
from redaction.evaluation.settings import EvaluationSettings, ThresholdSettings
from redaction.evaluation.thresholds import check_thresholds

__all__ = [
    "EvaluationSettings",
    "Interval",
    "LabeledSpan",
    "LabeledText",
    "Report",
    "ThresholdSettings",
    "check_thresholds",
    "detect_labeled",
    "evaluate",
    "read_labeled",
    "render",
    "to_json",
    "with_same_types",
]
