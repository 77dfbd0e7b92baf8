"""One review: texts in memory, and the decisions on their spans, each stored at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import polars as pl
from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.builds.review import ReviewCase, current_texts
from redaction.detection import DetectionSettings
from redaction.operations.review.review_case import ReviewError
from redaction.state import CorpusPaths
from redaction.state.private_tables import REVIEW
from redaction.state.stores.review_store import TEXT, Decision, Status, Stratum, read_review, update_review

_TYPE: Final = r"^[A-Z][A-Z0-9_]{0,60}$"


class ReviewedSpan(FrozenModel):
    """A span `[start, end)` in code points, with the decision on it. One that was added has no recognizer."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    entity_type: str = Field(pattern=_TYPE)
    score: float = Field(default=1.0, ge=0, le=1)
    recognizer: str = Field(default="", max_length=200)
    decision: Decision = Decision.OPEN


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """One text of the review, with its present decisions.

    Attributes:
        number: Its position, from 0.
        text: The text.
        kind: The kind of the record.
        language: The language of the text.
        stratum: Why it was chosen.
        status: How far its review is.
        spans: The spans, by start.
        least: Which of them scored least above its threshold; None where nothing was found.
    """

    number: int
    text: str
    kind: str
    language: str
    stratum: Stratum
    status: Status
    spans: tuple[ReviewedSpan, ...]
    least: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many texts the review has, how many are done or skipped, and how many spans are decided."""

    texts: int
    done: int
    skipped: int
    spans: int


class ReviewSession:
    """Shows the texts of a review and stores the decisions. It holds the texts in memory and writes none."""

    def __init__(self, paths: CorpusPaths, detection: DetectionSettings, texts: pl.DataFrame) -> None:
        """Hold the texts (`TEXT`, text, kind) of a review; `open` reads them."""
        self.corpus = paths.corpus
        self._paths, self._detection, self._texts = paths, detection, texts

    @classmethod
    def open(cls, case: ReviewCase) -> Self:
        """Read the texts of the review, but for those that changed or may no longer be used.

        Returns:
            The review.

        Raises:
            ReviewError: None is left.
        """
        build = case.build
        rows = read_review(build.paths)
        current = current_texts(case, rows).select(*TEXT, "text", "kind")
        texts = rows.select(TEXT).join(current, on=TEXT, how="inner", maintain_order="left")
        if texts.is_empty():
            raise ReviewError(f"{build.config.corpus}: no text of the last build may be reviewed; run discreet build")
        return cls(build.paths, build.config.detection, texts)

    def __len__(self) -> int:
        return self._texts.height

    def next_open(self, after: int = -1) -> int | None:
        """Return the number of the next text that is not decided, then from the start; None if all are."""
        is_open = (self._rows()["status"] == Status.OPEN).fill_null(value=False).to_list()
        order = [*range(after + 1, len(self)), *range(min(after + 1, len(self)))]
        return next((number for number in order if is_open[number]), None)

    def item(self, number: int) -> Item:
        """Return a text with its decisions; numbers start anew after the last.

        Raises:
            ReviewError: The record may no longer be used, so a build or a takedown removed it from the review.
        """
        at = number % len(self)
        text = self._texts.row(at, named=True)
        row = self._rows().row(at, named=True)
        if row["status"] is None:
            raise ReviewError("this record may no longer be used, and was removed from the review; go to the next")
        spans = tuple(ReviewedSpan(**span) for span in sorted(row["spans"], key=lambda s: (s["start"], s["end"])))
        found = [i for i, span in enumerate(spans) if span.recognizer]
        return Item(
            number=at,
            text=text["text"],
            kind=text["kind"],
            language=row["language"],
            stratum=Stratum(row["stratum"]),
            status=Status(row["status"]),
            spans=spans,
            least=min(found, key=lambda i: self._margin(spans[i]), default=None),
        )

    def store(self, number: int, status: Status, spans: Sequence[ReviewedSpan]) -> Progress:
        """Store the decisions on a text, all in one step.

        Args:
            number: The text.
            status: How far its review is.
            spans: All its spans.

        Returns:
            The progress with it.

        Raises:
            ReviewError: A span is outside the text, two overlap, a span of a text that is done is not decided, or the
                record may no longer be used.
        """
        text = self._texts.row(number % len(self), named=True)
        _check(len(text["text"]), status, spans)
        value = pl.Series([[span.model_dump(mode="json") for span in spans]], dtype=REVIEW.schema["spans"])
        is_text = pl.col("digest") == pl.lit(text["digest"])

        def change(rows: pl.DataFrame) -> pl.DataFrame:
            if rows.filter(is_text).is_empty():
                raise ReviewError("this record may no longer be used, and was removed from the review; go to the next")
            return rows.with_columns(
                pl.when(is_text).then(pl.lit(status.value)).otherwise("status").alias("status"),
                pl.when(is_text).then(pl.lit(value).first()).otherwise("spans").alias("spans"),
            )

        update_review(self._paths, change)
        return self.progress()

    def progress(self) -> Progress:
        """Count what is decided."""
        rows = self._rows().drop_nulls("status")
        decisions = rows["spans"].explode(empty_as_null=False).struct.field("decision")
        return Progress(
            texts=rows.height,
            done=int((rows["status"] == Status.DONE).sum()),
            skipped=int((rows["status"] == Status.SKIPPED).sum()),
            spans=int((decisions != Decision.OPEN).sum()),
        )

    def _rows(self) -> pl.DataFrame:
        """Return the present row of each text; its status is null where it was removed."""
        stored = read_review(self._paths).select(*TEXT, "language", "stratum", "status", "spans")
        return self._texts.select(TEXT).join(stored, on=TEXT, how="left", maintain_order="left")

    def _margin(self, span: ReviewedSpan) -> float:
        return span.score - self._detection.thresholds.get(span.entity_type, self._detection.threshold)


def _check(size: int, status: Status, spans: Sequence[ReviewedSpan]) -> None:
    if any(not span.start < span.end <= size for span in spans):
        raise ReviewError("a span is not within the text; choose characters of the text")
    standing = sorted((s for s in spans if s.decision is not Decision.REJECTED), key=lambda s: s.start)
    if any(one.end > other.start for one, other in pairwise(standing)):
        raise ReviewError("two spans overlap; reject or shorten one of them first")
    if status is Status.DONE and any(span.decision is Decision.OPEN for span in spans):
        raise ReviewError("not every span is decided; accept or reject the others first")
