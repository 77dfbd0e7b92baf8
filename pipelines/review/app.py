"""The page of the review, and what its script asks."""

from dataclasses import asdict
from typing import Any

from pydantic import Field

from pipelines.web import LocalPage
from redaction.base_model import FrozenModel
from redaction.detection.entities import EntityType
from redaction.operations.review import ReviewedSpan, ReviewSession
from redaction.state.stores.review_store import Status


class _Wanted(FrozenModel):
    number: int = Field(ge=0)


class _Decided(FrozenModel):
    number: int = Field(ge=0)
    status: Status
    spans: tuple[ReviewedSpan, ...] = Field(max_length=10_000)


def review_page(session: ReviewSession) -> LocalPage:
    """Make the page.

    Args:
        session: The texts, and where decisions are stored.

    Returns:
        The page. It writes decisions, and no text.
    """

    def item(body: _Wanted) -> dict[str, Any]:
        found = session.item(body.number)
        spans = [span.model_dump(mode="json") for span in found.spans]
        return asdict(found) | {"spans": spans, "progress": asdict(session.progress())}

    def store(body: _Decided) -> dict[str, Any]:
        progress = session.store(body.number, body.status, body.spans)
        return {"progress": asdict(progress), "next": session.next_open(body.number)}

    values = {
        "corpus": session.corpus,
        "texts": len(session),
        "first": session.next_open() or 0,
        "types": sorted(EntityType),
        "statuses": {status.name.lower(): status.value for status in Status},
    }
    page = LocalPage("review/page.html.j2", values)
    page.answer("item", _Wanted, item)
    page.answer("store", _Decided, store)
    return page
