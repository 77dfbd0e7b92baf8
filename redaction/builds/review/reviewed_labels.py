"""The reviewed texts as labeled texts: offsets from the private state, texts from the inputs."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import polars as pl

from redaction.builds.context import Build
from redaction.builds.redact.known_people import known_people, known_values_of
from redaction.builds.review.texts import ReviewCase, current_texts
from redaction.evaluation import LabeledSpan, LabeledText
from redaction.rights import KEEP
from redaction.state.layout import remove_private_reports
from redaction.state.private_tables import INDEX, REVIEW, RIGHTS
from redaction.state.stores.review_store import IS_LABEL, TEXT, Decision, Status, read_review, retain_reviewed

SET_NAME = "reviewed"
"""The name of the reviewed texts among the labeled sets."""


@dataclass(frozen=True, slots=True, repr=False)
class LabeledRecord:
    """One text of the review as it is now in the inputs, with its row in the review."""

    text: LabeledText
    status: Status
    decisions: tuple[Decision, ...]
    """Of each span in `text`."""


def reviewed_records(case: ReviewCase) -> list[LabeledRecord]:
    """Read all texts of the review that may be used and have not changed, with all spans, rejected ones too.

    Args:
        case: The inputs.

    Returns:
        The texts, in the order of the review. The id of each is the digest of its text, which names nobody.
    """
    rows = read_review(case.build.paths)
    texts = current_texts(case, rows).select(*TEXT, "text", "subjects")
    found = rows.join(texts, on=TEXT, how="inner", maintain_order="left")
    return list(_labeled(found, known_people(case.build))) if found.height else []


def reviewed_texts(case: ReviewCase) -> list[LabeledText]:
    """Read the texts whose review is done, with the accepted, corrected and added spans.

    Args:
        case: The inputs.

    Returns:
        The texts, in the order of the review.
    """
    return [labels_of(each) for each in reviewed_records(case) if each.status is Status.DONE]


def reviewed_in_build(build: Build) -> list[LabeledText]:
    """Read `reviewed_texts` of records that a build keeps by their rights."""
    return reviewed_texts(ReviewCase(build, build.folder.file(INDEX), _eligible(build)))


def retain_eligible(build: Build) -> None:
    """Remove from the private state what quotes or names records that a build does not keep by their rights."""
    remove_private_reports(build.paths)
    if build.paths.file(REVIEW).is_file():
        retain_reviewed(build.paths, _eligible(build))


def _eligible(build: Build) -> pl.DataFrame:
    """Return the records of the review (source, source_id) that the build keeps."""
    rows = read_review(build.paths).lazy().select("source", "source_id")
    kept = pl.scan_parquet(build.folder.file(RIGHTS), glob=False).filter(pl.col("decision") == KEEP)
    return kept.select("source", "source_id").join(rows, on=["source", "source_id"], how="semi").collect()


def labels_of(record: LabeledRecord) -> LabeledText:
    """Return a text with only the spans that are labels."""
    spans = zip(record.text.spans, record.decisions, strict=True)
    return replace(record.text, spans=tuple(span for span, decision in spans if decision in IS_LABEL))


def _labeled(found: pl.DataFrame, people: pl.DataFrame) -> Iterator[LabeledRecord]:
    known = known_values_of(found["subjects"], people)
    for row, values in zip(found.iter_rows(named=True), known, strict=True):
        spans = sorted(row["spans"], key=lambda span: (span["start"], span["end"]))
        yield LabeledRecord(
            LabeledText(
                row["digest"].hex(),
                row["text"],
                tuple(LabeledSpan(span["start"], span["end"], span["entity_type"]) for span in spans),
                SET_NAME,
                row["language"],
                {kind: each for kind, each in asdict(values).items() if each},
            ),
            Status(row["status"]),
            tuple(Decision(span["decision"]) for span in spans),
        )
