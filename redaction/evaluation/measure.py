"""Count labeled and detected characters and spans, and compute figures with bootstrap intervals."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from redaction.evaluation import misses as miss
from redaction.evaluation.documents import EvaluationError, LabeledSpan, LabeledText
from redaction.evaluation.settings import EvaluationSettings
from redaction.evaluation.slices import Slice, slice_value
from redaction.replacement import SpanLike

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_CHARACTERS, _LEAKED, _LABELED, _FOUND, _DETECTED, _RIGHT = range(6)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its bootstrap interval; NaN where nothing was counted."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measure:
    """The figures of one entity type, over all texts or in one slice.

    `leak` is the share of labeled characters that no detection of any type covers. `recall` and `precision` count
    spans, by any overlap with the same type. Precision and F are NaN in a slice: a false positive belongs to none.
    """

    entity_type: str
    labelled: int
    detected: int
    leak: Interval
    recall: Interval
    precision: Interval
    f_beta: Interval


@dataclass(frozen=True, slots=True)
class Overall:
    """Figures over all texts: `over` is the covered share of unlabeled characters, without white space and links."""

    documents: int
    characters: int
    over: Interval


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one evaluation: by type, by slice and type, and the misses."""

    overall: Overall
    by_type: tuple[Measure, ...]
    by_slice: dict[Slice, dict[str, tuple[Measure, ...]]]
    misses: tuple[miss.MissGroup, ...]
    confidence: float

    def for_type(self, entity_type: str) -> Measure | None:
        """Return the figures of one type, or None where no span of it is labeled."""
        return next((m for m in self.by_type if m.entity_type == entity_type), None)


@dataclass(frozen=True, slots=True)
class _Hit:
    """One labeled span, its number of uncovered characters, and whether its type was detected."""

    document: int
    span: LabeledSpan
    characters: int
    leaked: int
    found: bool


_Detection = tuple[int, str, bool]
"""The document, the type, and whether it overlaps a label of that type."""


@dataclass(frozen=True, slots=True)
class _Counted:
    hits: list[_Hit]
    detections: list[_Detection]
    other: Counts
    covered: Counts


def evaluate(
    documents: Sequence[LabeledText], detected: Sequence[Sequence[SpanLike]], settings: EvaluationSettings
) -> Report:
    """Compare detections with labels.

    Args:
        documents: The labeled texts.
        detected: The detected spans of each text, in the same order.
        settings: Equal types and resampling.

    Returns:
        The figures.

    Raises:
        EvaluationError: There is no text, or the two lists differ in length.
    """
    if not documents or len(documents) != len(detected):
        raise EvaluationError(
            f"{len(documents)} labeled texts and {len(detected)} lists of detections; give one list a text"
        )
    counted = _count(documents, detected, settings)
    draws = _resamples(len(documents), settings)
    by_slice = {
        which: _slice(counted.hits, documents, which, draws, settings)
        for which in Slice
        if which is not Slice.KNOWN or any(d.known for d in documents)
    }
    leaks = (miss.Miss(documents[h.document], h.span, h.leaked) for h in counted.hits if h.leaked)
    return Report(
        overall=Overall(
            documents=len(documents),
            characters=int(counted.other.sum()),
            over=_ratio(counted.covered, counted.other, draws, settings),
        ),
        by_type=_measures(counted.hits, counted.detections, draws, settings),
        by_slice=by_slice,
        misses=miss.group(leaks, settings.examples),
        confidence=settings.confidence,
    )


def _count(
    documents: Sequence[LabeledText], detected: Sequence[Sequence[SpanLike]], settings: EvaluationSettings
) -> _Counted:
    hits: list[_Hit] = []
    detections: list[_Detection] = []
    other, covered = np.zeros(len(documents), np.int64), np.zeros(len(documents), np.int64)
    for index, (document, spans) in enumerate(zip(documents, detected, strict=True)):
        hidden = _mask(len(document.text), [(s.start, s.end) for s in spans])
        counts_as = [settings.same_type.get(str(s.entity_type), str(s.entity_type)) for s in spans]
        for label in document.spans:
            typed = zip(spans, counts_as, strict=True)
            same = any(kind == label.entity_type and _overlap(span, label) for span, kind in typed)
            size = label.end - label.start
            leaked = size - int(hidden[label.start : label.end].sum())
            hits.append(_Hit(index, label, size, leaked, same))
        for span, kind in zip(spans, counts_as, strict=True):
            right = any(label.entity_type == kind and _overlap(span, label) for label in document.spans)
            detections.append((index, kind, right))
        free = _free(document)
        other[index], covered[index] = free.sum(), (free & hidden).sum()
    return _Counted(hits, detections, other, covered)


def _overlap(span: SpanLike, label: LabeledSpan) -> bool:
    return span.start < label.end and span.end > label.start


def _mask(size: int, spans: Sequence[tuple[int, int]]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(size, dtype=bool)
    for start, end in spans:
        mask[start:end] = True
    return mask


def _free(document: LabeledText) -> npt.NDArray[np.bool_]:
    """Return a mask of the characters that are not labeled, not white space and not in a link."""
    text = document.text
    mask = np.fromiter((not ch.isspace() for ch in text), dtype=bool, count=len(text))
    mask &= ~_mask(len(text), [(s.start, s.end) for s in document.spans])
    return mask & ~_mask(len(text), [m.span() for m in _LINK.finditer(text)])


def _resamples(documents: int, settings: EvaluationSettings) -> Floats:
    """Return how often each text is drawn in each bootstrap resample: an array (resamples, documents)."""
    rng = np.random.default_rng(settings.seed)
    draws = rng.multinomial(documents, np.full(documents, 1 / documents), size=settings.resamples)
    return draws.astype(np.float64)


def _slice(
    hits: Sequence[_Hit], documents: Sequence[LabeledText], which: Slice, draws: Floats, settings: EvaluationSettings
) -> dict[str, tuple[Measure, ...]]:
    groups: defaultdict[str, list[_Hit]] = defaultdict(list)
    for hit in hits:
        groups[slice_value(which, documents[hit.document], hit.span)].append(hit)
    return {value: _measures(groups[value], (), draws, settings) for value in sorted(groups)}


def _measures(
    hits: Sequence[_Hit], detections: Sequence[_Detection], draws: Floats, settings: EvaluationSettings
) -> tuple[Measure, ...]:
    return tuple(_measure(key, hits, detections, draws, settings) for key in sorted({hit.span.key for hit in hits}))


def _measure(
    key: str, hits: Sequence[_Hit], detections: Sequence[_Detection], draws: Floats, settings: EvaluationSettings
) -> Measure:
    counts = np.zeros((6, draws.shape[1]), np.int64)
    for hit in hits:
        if hit.span.key == key:
            counts[:4, hit.document] += (hit.characters, hit.leaked, 1, hit.found)
    for document, kind, right in detections:
        if kind == key:
            counts[4:, document] += (1, right)
    recall = _quotients(counts[_FOUND], counts[_LABELED], draws)
    precision = _quotients(counts[_RIGHT], counts[_DETECTED], draws)
    return Measure(
        entity_type=key,
        labelled=int(counts[_LABELED].sum()),
        detected=int(counts[_DETECTED].sum()),
        leak=_ratio(counts[_LEAKED], counts[_CHARACTERS], draws, settings),
        recall=_interval(recall, settings),
        precision=_interval(precision, settings),
        f_beta=_interval(_f_beta(precision, recall, settings.beta), settings),
    )


def _ratio(part: Counts, whole: Counts, draws: Floats, settings: EvaluationSettings) -> Interval:
    return _interval(_quotients(part, whole, draws), settings)


def _quotients(part: Counts, whole: Counts, draws: Floats) -> Floats:
    """Return the ratio over all texts, then over each resample."""
    above = np.concatenate([[part.sum()], draws @ part])
    below = np.concatenate([[whole.sum()], draws @ whole])
    result: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return result


def _f_beta(precision: Floats, recall: Floats, beta: float) -> Floats:
    below = beta**2 * precision + recall
    above = (1 + beta**2) * precision * recall
    result: Floats = np.divide(above, below, out=np.where(np.isnan(below), np.nan, 0.0), where=below > 0)
    return result


def _interval(figures: Floats, settings: EvaluationSettings) -> Interval:
    value, drawn = float(figures[0]), figures[1:][~np.isnan(figures[1:])]
    if np.isnan(value) or not len(drawn):
        return Interval(value, value, value)
    tail = (1 - settings.confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(value, float(low), float(high))
