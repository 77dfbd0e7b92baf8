"""Fit the last layer of the shipped model to an operator's labeled texts, and say whether that made it better.

What is compared was not learnt from: the texts are split into folds, and each fold is read by a layer that was fitted
to the others. The fitted layer hides as large a share of the other words as the shipped one, so a lower leak is not
bought with more redaction.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from redaction.detection import DetectionSettings
from redaction.detection.models.backend import OWN
from redaction.detection.models.fine_tuned import FineTuned
from redaction.detection.models.linear import one_thread
from redaction.detection.models.tagger import Tagger
from redaction.detection.models.tagger.last_layer import TaggedWords, allowed_tags, fit_head
from redaction.detection.models.tagger.weights import weights_path
from redaction.errors import DiscreetError
from redaction.evaluation import EvaluationSettings, LabeledText, Report, detect_labeled, evaluate
from redaction.replacement import SpanLike

FOLDS: Final = 5
MIN_TEXTS: Final = 100
MIN_NAMES: Final = 50
STIFFNESS: Final = 200.0
"""Chosen on development sets of posts: between 100 and 300 the figures hardly differ."""
_SHARED: Final = 8
"""Texts that share so many words in a row are in one fold: what is learnt of one is not measured on its copy."""
_FORGOTTEN: Final = 0.01
"""The rise of leak or over-redaction on the reference texts from which a layer is refused."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of the shipped and of the fitted layer on the same texts."""

    before: Report
    after: Report

    def rows(self, types: Collection[str]) -> list[tuple[str, int, float, float]]:
        """Return each type, its labeled spans, and its leak before and after."""
        pairs = ((each, self.after.for_type(each.entity_type)) for each in self.before.by_type)
        return [
            (was.entity_type, was.labelled, was.leak.value, now.leak.value)
            for was, now in pairs
            if now is not None and was.entity_type in types
        ]


@dataclass(frozen=True, slots=True)
class FineTuning:
    """A fitted layer and what is known of it.

    types: the types of name that the profile hides and the model finds.
    own: the operator's texts, each read by a layer that was not fitted to it; names alone, without rules.
    reference: other labeled texts, read by the whole profile; None without one in the language.
    refusals: why the layer is worse, a sentence each; empty where it is better.
    """

    fine_tuned: FineTuned
    types: frozenset[str]
    own: Comparison
    reference: Comparison | None
    refusals: tuple[str, ...]


def fine_tune(
    documents: Sequence[LabeledText],
    settings: DetectionSettings,
    language: str,
    reference: Sequence[LabeledText] = (),
) -> FineTuning:
    """Fit the last layer of the model of one language.

    Args:
        documents: Labeled texts of the language. A type of name that no text labels is not learnt from.
        settings: The detection profile.
        language: The language.
        reference: Other labeled texts of the language, which the fitted layer must not read worse.

    Returns:
        The layer, the comparison, and the refusals.

    Raises:
        DiscreetError: The language has no model of our own, or there are too few texts or names.
    """
    shipped = _tagger(settings, language)
    hidden = shipped.labels if settings.entities is None else map(str, settings.entities)
    types = set(hidden) & set(shipped.labels)
    labeled = {span.entity_type for each in documents for span in each.spans} & set(shipped.labels)
    names = sum(_is_name(span.key, types) for each in documents for span in each.spans)
    if len(documents) < MIN_TEXTS or names < MIN_NAMES:
        raise DiscreetError(
            f"{len(documents)} texts with {names} names in {language}: too few to measure; label at least {MIN_TEXTS} "
            f"texts with {MIN_NAMES} names"
        )
    caution = settings.caution + settings.languages[language].caution
    folds = folds_of(documents)
    with one_thread():
        texts = [[each.text for each in _of_fold(documents, folds, fold)] for fold in range(FOLDS)]
        words = [_words(shipped, _of_fold(documents, folds, fold), labeled) for fold in range(FOLDS)]
        held_out = [shipped.with_head(_fit(shipped, _without(words, fold), caution, types)) for fold in range(FOLDS)]
        found = [_spans(tagger, part, caution, types) for tagger, part in zip(held_out, texts, strict=True)]
        plain = [_spans(shipped, part, caution, types) for part in texts]
        head = _fit(shipped, words, caution, types)
    ordered = [each for fold in range(FOLDS) for each in _of_fold(documents, folds, fold)]
    own = Comparison(_measure(ordered, plain, types), _measure(ordered, found, types))
    fine_tuned = FineTuned.of(Tagger.load(weights_path(language)).fingerprint, head)
    compared = _on_reference(reference, settings, language, fine_tuned) if reference else None
    return FineTuning(fine_tuned, frozenset(types), own, compared, (*_worse(own), *_forgotten(compared, types)))


def _with_fine_tuned(settings: DetectionSettings, language: str, fine_tuned: FineTuned) -> DetectionSettings:
    changed = settings.languages[language].model_copy(update={"fine_tuned": fine_tuned})
    return settings.model_copy(update={"languages": {**settings.languages, language: changed}})


def _tagger(settings: DetectionSettings, language: str) -> Tagger:
    chosen = settings.languages.get(language)
    if chosen is None or OWN not in (chosen.ner, *chosen.also):
        raise DiscreetError(f"language {language}: the profile has no `ner: own` for it; only that model is fine-tuned")
    cautions = {
        str(each): settings.cautions.get(each, 0.0) + chosen.cautions.get(each, 0.0)
        for each in (*settings.cautions, *chosen.cautions)
    }
    return Tagger.load(weights_path(language)).with_cautions(cautions)


def _is_name(key: str, types: set[str]) -> bool:
    """Test whether a label is of a plain name that the profile hides; handles and hashtags are found by rules."""
    return key in types


def folds_of(documents: Sequence[LabeledText]) -> list[int]:
    """Return the fold of each text, from 0; texts that share eight words in a row, or are equal, are in one fold."""
    groups = list(range(len(documents)))
    first = dict[tuple[str, ...], int]()
    for index, document in enumerate(documents):
        words = document.text.casefold().split()
        for start in range(max(1, len(words) - _SHARED + 1)):
            other = first.setdefault(tuple(words[start : start + _SHARED]), index)
            groups[_group(groups, index)] = _group(groups, other)
    chosen = (documents[_group(groups, index)].text for index in range(len(documents)))
    return [int(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(), 16) % FOLDS for text in chosen]


def _group(groups: list[int], index: int) -> int:
    """Return the representative of a text's group."""
    while groups[index] != index:
        groups[index] = groups[groups[index]]
        index = groups[index]
    return index


def _words(tagger: Tagger, documents: Sequence[LabeledText], labeled: set[str]) -> TaggedWords:
    inputs, allowed = [np.zeros((0, len(tagger.head) - 1), np.float32)], [np.zeros((0, tagger.head.shape[1]), np.bool_)]
    texts = [each.text for each in documents]
    for document, (tokens, states) in zip(documents, tagger.inputs_of_head(texts), strict=True):
        spans = [(span.start, span.end, span.key) for span in document.spans]
        tags, usable = allowed_tags(tokens, spans, tagger.labels, labeled)
        inputs.append(states[usable])
        allowed.append(tags[usable])
    return TaggedWords(np.concatenate(inputs), np.concatenate(allowed))


def _of_fold(documents: Sequence[LabeledText], folds: Sequence[int], fold: int) -> list[LabeledText]:
    return [each for each, at in zip(documents, folds, strict=True) if at == fold]


def _without(parts: Sequence[TaggedWords], fold: int) -> list[TaggedWords]:
    return [part for i, part in enumerate(parts) if i != fold]


def _fit(shipped: Tagger, parts: Sequence[TaggedWords], caution: float, types: set[str]) -> npt.NDArray[np.float32]:
    """Fit the layer to parts, and shift it until it hides as many of the other words as the shipped one."""
    # How many it hides is seen on words that it was not fitted to: each part by a layer fitted to the rest.
    others = [part.inputs[~_allows(part, shipped.labels, types)] for part in parts]
    hidden = sum(int((shipped.name_odds(inputs, types) + caution > 0).sum()) for inputs in others)
    fitted = (shipped.with_head(_fit_once(shipped, _without(parts, i))) for i in range(len(parts)))
    odds = np.concatenate([tagger.name_odds(inputs, types) for tagger, inputs in zip(fitted, others, strict=True)])
    head = _fit_once(shipped, parts)
    limit = np.sort(odds)[::-1][hidden] if hidden < len(odds) else -np.inf
    if np.isfinite(limit):
        # The last row is the bias, the first column the tag "none".
        head[-1, 0] += (limit + caution) * shipped.temperature
    return head


def _allows(words: TaggedWords, labels: Sequence[str], types: set[str]) -> npt.NDArray[np.bool_]:
    """Test which words are labeled as a name that is hidden."""
    columns = [1 + 2 * i + part for i, label in enumerate(labels) if label in types for part in (0, 1)]
    named: npt.NDArray[np.bool_] = words.allowed[:, columns].any(axis=1) & ~words.allowed[:, 0]
    return named


def _fit_once(shipped: Tagger, parts: Sequence[TaggedWords]) -> npt.NDArray[np.float32]:
    inputs, allowed = np.concatenate([p.inputs for p in parts]), np.concatenate([p.allowed for p in parts])
    return fit_head(shipped.head, shipped.temperature, TaggedWords(inputs, allowed), STIFFNESS)


def _measure(documents: Sequence[LabeledText], found: Sequence[list[list[SpanLike]]], types: set[str]) -> Report:
    """Measure the leak of the plain names that the profile hides."""
    labels = [replace(d, spans=tuple(s for s in d.spans if _is_name(s.key, types))) for d in documents]
    return evaluate(labels, [spans for part in found for spans in part], EvaluationSettings())


def _spans(tagger: Tagger, texts: Sequence[str], caution: float, types: set[str]) -> list[list[SpanLike]]:
    return [
        [_Found(s.start, s.end, s.label) for s in spans if s.label in types] for spans in tagger.predict(texts, caution)
    ]


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    entity_type: str


def _on_reference(
    documents: Sequence[LabeledText], settings: DetectionSettings, language: str, fine_tuned: FineTuned
) -> Comparison:
    tuned = _with_fine_tuned(settings, language, fine_tuned)
    before, after = (detect_labeled(documents, profile, language) for profile in (settings, tuned))
    measured = EvaluationSettings()
    return Comparison(evaluate(documents, before, measured), evaluate(documents, after, measured))


def _worse(own: Comparison) -> list[str]:
    """Say in which figures the fitted layer is worse on texts that it was not fitted to."""
    before, after = own.before, own.after
    refusals = list[str]()
    if _leaked(after) > _leaked(before):
        refusals.append(f"more of the names is visible: {_leaked(before):.3f} before, {_leaked(after):.3f} after")
    for measure in before.by_type:
        now = after.for_type(measure.entity_type)
        if now is not None and now.leak.value > measure.leak.high:
            refusals.append(
                f"the leak of {measure.entity_type} rises: {measure.leak.value:.3f} to {now.leak.value:.3f}"
            )
    was, now_over = before.overall.over, after.overall.over.value
    if now_over > was.high:
        refusals.append(f"more other words are redacted: {was.value:.4f} before, {now_over:.4f} after")
    return refusals


def _forgotten(reference: Comparison | None, types: set[str]) -> list[str]:
    """Say what the fitted layer reads worse of the reference texts."""
    if reference is None:
        return []
    refusals = [
        f"the leak of {kind} in the reference texts rises: {was:.3f} to {now:.3f}"
        for kind, _, was, now in reference.rows(types)
        if now > was + _FORGOTTEN
    ]
    over, now_over = reference.before.overall.over.value, reference.after.overall.over.value
    if now_over > over + _FORGOTTEN:
        refusals.append(f"more of the reference texts is redacted: {over:.3f} to {now_over:.3f}")
    return refusals


def _leaked(report: Report) -> float:
    """Return the leak over all types of name, weighted by their spans."""
    weights = sum(measure.labelled for measure in report.by_type)
    return sum(measure.leak.value * measure.labelled for measure in report.by_type) / max(weights, 1)
