"""How much slips through? Labelled text and what a detector found in it → recall, precision, leak and
over-redaction.

*Leak* is the share of labelled characters that no detection of any type covers. *Over* is the share of the
other characters, white space and real links left out, that a detection covers. Both count characters, so
half a name left standing counts as half.

Typical use::

    documents = read_labelled(path)
    report = evaluate(documents, detector.detect([d.text for d in documents], ...), settings)
    print(render(report)); verdict = judge(report, settings.gate)
"""

from redaction.evaluation.curve import CurvePoint, trace_curve
from redaction.evaluation.documents import EvaluationError, LabelledSpan, LabelledText, SpanLike, read_labelled
from redaction.evaluation.gate import Judgement, Verdict, judge
from redaction.evaluation.measure import Interval, Measure, Overall, Report, evaluate
from redaction.evaluation.misses import MissClass, MissGroup
from redaction.evaluation.render import render, to_json
from redaction.evaluation.settings import Bound, EvaluationSettings, GateSettings
from redaction.evaluation.slices import Slice

__all__ = [
    "Bound",
    "CurvePoint",
    "EvaluationError",
    "EvaluationSettings",
    "GateSettings",
    "Interval",
    "Judgement",
    "LabelledSpan",
    "LabelledText",
    "Measure",
    "MissClass",
    "MissGroup",
    "Overall",
    "Report",
    "Slice",
    "SpanLike",
    "Verdict",
    "evaluate",
    "judge",
    "read_labelled",
    "render",
    "to_json",
    "trace_curve",
]
