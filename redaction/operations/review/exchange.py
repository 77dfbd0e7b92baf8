"""Exports labels into files of their owner, and takes labels over that another tool made of such a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from redaction.builds.review import ReviewCase, reviewed_records, reviewed_texts
from redaction.evaluation import LabeledSpan, LabeledText
from redaction.operations.review.formats import Format, dump
from redaction.operations.review.review_case import ReviewError
from redaction.state import CorpusPaths
from redaction.state.private_tables import REVIEW
from redaction.state.stores.review_store import IS_LABEL, Decision, Status, read_review, text_digests, update_review
from redaction.storage import write_atomic


@dataclass(frozen=True, slots=True)
class Imported:
    """How many texts were taken over, and how many are not in the review, so that they were not."""

    texts: int
    unknown: int


def exported_texts(case: ReviewCase, *, undecided: bool = False) -> list[LabeledText]:
    """Return the texts to export.

    Args:
        case: The inputs.
        undecided: The texts that are still open, with what was found in them, instead of those that are done.

    Returns:
        The texts. Their ids name nobody.
    """
    if not undecided:
        return reviewed_texts(case)
    records = (each for each in reviewed_records(case) if each.status is not Status.DONE)
    return [
        replace(
            each.text,
            spans=tuple(
                span
                for span, decision in zip(each.text.spans, each.decisions, strict=True)
                if decision is not Decision.REJECTED
            ),
        )
        for each in records
    ]


def write_export(
    path: Path, texts: Sequence[LabeledText], form: Format, paths: CorpusPaths, *, undecided: bool = False
) -> None:
    """Write texts into a file that only its owner may read.

    Args:
        path: The file; it is replaced.
        texts: The texts.
        form: The format.
        paths: The corpus, in whose releases nothing may be written.
        undecided: Whether the spans are only what was found.

    Raises:
        ReviewError: There is no text, the file would be published, or it cannot be written.
    """
    if not texts:
        raise ReviewError(f"{paths.corpus}: no text to export; review some with discreet review")
    if isinstance(paths.corpora, Path) and path.resolve().is_relative_to(paths.corpora.resolve()):
        raise ReviewError(f"{path}: is in the folder of the releases, and raw texts are private; choose another")
    try:
        write_atomic(path, dump(texts, form, predicted=undecided).encode(), mode=0o600)
    except OSError as error:
        raise ReviewError(f"{path}: cannot be written ({type(error).__name__}); check the folder") from None


def import_labels(case: ReviewCase, texts: Sequence[LabeledText]) -> Imported:
    """Take over labels of texts of the review, and count these texts as done.

    A text is found by its content, so ids of other tools do not matter. Found spans that are not labeled are rejected,
    corrected where they overlap a label, and all other labels are added.

    Args:
        case: The inputs.
        texts: The labeled texts.

    Returns:
        What was taken over.
    """
    digests = text_digests(pl.Series([text.text for text in texts], dtype=pl.String), case.secret)
    labels = dict(zip(digests.to_list(), (text.spans for text in texts), strict=True))
    rows = read_review(case.build.paths).join(case.eligible, on=["source", "source_id"], how="semi")
    known = {digest for digest in rows["digest"].to_list() if digest in labels}

    def change(stored: pl.DataFrame) -> pl.DataFrame:
        decided = [
            _decided(spans, labels[digest]) if digest in known else spans
            for digest, spans in stored.select("digest", "spans").iter_rows()
        ]
        is_known = pl.col("digest").is_in(list(known))
        return stored.with_columns(
            pl.Series("spans", decided, REVIEW.schema["spans"]),
            pl.when(is_known).then(pl.lit(Status.DONE.value)).otherwise("status").alias("status"),
        )

    if known:
        update_review(case.build.paths, change)
    return Imported(len(known), len(labels.keys() - known))


def _decided(spans: Iterable[dict[str, Any]], labels: Sequence[LabeledSpan]) -> list[dict[str, Any]]:
    """Return the spans of a text with the decisions that its labels imply."""
    left = {(label.start, label.end, label.entity_type) for label in labels}
    decided, others = [], []
    for span in spans:
        place = (span["start"], span["end"], span["entity_type"])
        if place in left:
            left.remove(place)
            accepted = span["decision"] if span["decision"] in IS_LABEL else Decision.ACCEPTED.value
            decided.append(span | {"decision": accepted})
        elif span["recognizer"]:
            others.append(span)
    for start, end, entity_type in sorted(left):
        over = next((s for s in others if s["start"] < end and s["end"] > start), None)
        if over is not None:
            others.remove(over)
        origin = over or {"score": 1.0, "recognizer": ""}
        decision = Decision.CHANGED if over else Decision.ADDED
        corrected = {"start": start, "end": end, "entity_type": entity_type, "decision": decision.value}
        decided.append({**origin, **corrected})
    decided += [span | {"decision": Decision.REJECTED.value} for span in others]
    return sorted(decided, key=lambda span: (span["start"], span["end"]))
