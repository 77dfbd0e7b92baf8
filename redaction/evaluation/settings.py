"""Settings of an evaluation: equal labels, resampling, and the thresholds that a release must meet."""

from enum import StrEnum

from pydantic import Field

from redaction.base_model import FrozenModel


class Bound(StrEnum):
    """Which figure is compared with a threshold."""

    POINT = "point"
    """The measured figure."""
    UPPER = "upper"
    """The unfavorable end of its bootstrap interval: strict with small sets."""


class ThresholdSettings(FrozenModel):
    """Thresholds that a detector must meet on labeled text before its redactions are released."""

    max_leak: dict[str, float] = Field(default_factory=dict, description="entity type → the most that may leak, 0 to 1")
    min_recall: dict[str, float] = Field(default_factory=dict, description="entity type → the least recall, 0 to 1")
    max_over: float | None = Field(default=None, ge=0, le=1, description="the most over-redaction, 0 to 1")
    bound: Bound = Field(
        default=Bound.POINT,
        description="compare thresholds with the figure or the unfavorable end of its interval",
    )


class EvaluationSettings(FrozenModel):
    """How labels are read and figures are computed."""

    same_type: dict[str, str] = Field(
        default_factory=lambda: {
            "GPE": "LOCATION",
            "GROUP": "ORGANIZATION",
            "ADDRESS": "STREET_ADDRESS",
            "ZIP_CODE": "POSTCODE",
            "US_SSN": "NATIONAL_ID",
            "DOMAIN_NAME": "URL",
            "PROFILE_URL": "URL",
        },
        description="label or detected type → the entity type it counts as",
    )
    resamples: int = Field(default=1000, ge=0, le=100_000, description="bootstrap resamples over texts; 0 for none")
    confidence: float = Field(default=0.95, gt=0, lt=1, description="share of resamples inside an interval")
    seed: int = Field(default=0, description="seed of the resampling: the same input gives the same intervals")
    beta: float = Field(default=2.0, gt=0, description="weight of recall against precision in the F score")
    examples: int = Field(default=5, ge=0, description="examples of misses per class")
    gate: ThresholdSettings = Field(default_factory=ThresholdSettings, description="thresholds of the release gate")
