"""How a release is cut, described and audited."""

from pydantic import BaseModel, ConfigDict, Field


class CardSettings(BaseModel):
    """What the dataset card says beyond what is measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = Field(default=None, max_length=120, description="The corpus's name for readers.")
    description: str = Field(default="", max_length=2000, description="What the corpus is for, in a few lines.")
    license: str = Field(default="other", pattern=r"^[a-z0-9.-]+$", description="A licence id that Hugging Face knows.")
    contact: str | None = Field(default=None, max_length=200, description="Where objections and questions go.")
    smallest_count: int = Field(
        default=10,
        ge=1,
        description="Counts below this are shown as smaller than it, since a small group tells.",
    )


class ReleaseSettings(BaseModel):
    """The settings of this room."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows_per_shard: int = Field(default=100_000, ge=1, description="Rows in a Parquet file of the corpus.")
    card: CardSettings = Field(default_factory=CardSettings)
