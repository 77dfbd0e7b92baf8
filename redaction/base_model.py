"""The pydantic base of all settings and stored documents, and the type of their instants."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class FrozenModel(BaseModel):
    """A model that does not change and refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _to_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("needs a time zone, as in 2025-06-30T00:00:00Z")
    return moment.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_to_utc)]
"""A moment with a time zone, converted to UTC."""
