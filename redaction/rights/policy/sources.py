"""Where a rule was read, how well that was checked, and when it must be read again."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from redaction.base_model import FrozenModel


class Confidence(StrEnum):
    """How well a claim was checked."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
    OWN_CHOICE = "own_choice"


class Source(FrozenModel):
    """A document that rules cite, or the reason for a rule that no document demands."""

    title: str
    """What the document is."""
    url: str | None = None
    """Where it is published."""
    archive: str | None = None
    """The archive that holds the text that was read, and its path there."""
    revision: str | None = None
    """The revision of that archive."""
    published_at: date | None = None
    """The date of the text that was read."""
    retrieved_at: date | None = None
    """When it was read."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """The digest (hex) of the saved document, which `discreet policy check --source` compares."""
    summary: str
    """What it says, in words of one's own."""
    confidence: Confidence
    """Read in the source itself (`primary`), in another one (`secondary`), not checked (`unverified`), or demanded by
    no source (`own_choice`)."""
    review_by: date | None = None
    """The day by which it must be read again."""
