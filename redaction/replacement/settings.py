"""What stands in the place of each type of personal data: the settings of this room.

In YAML, an operator is its name, or its name with parameters::

    default: placeholder
    entities:
      PERSON: {operator: pseudonym, bits: 80}
      DATE_OF_BIRTH: redact
      EMPLOYEE_ID: {operator: my_package.operators.Badge, params: {site: true}}
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from redaction.base_model import FrozenModel


class OperatorName(StrEnum):
    """The operators that a setting may name. Anything else must be the dotted name of a Presidio operator."""

    PLACEHOLDER = "placeholder"
    """`[PERSON_1]`: numbered by type within a record; the same value keeps its number."""
    PSEUDONYM = "pseudonym"
    """`[PERSON_k3f9…]`: the same value keeps its surrogate in every record made with the same key."""
    MASK = "mask"
    """Presidio's mask: characters are covered, the length stays."""
    HASH = "hash"
    """Presidio's hash, salted with the key of the build, never at random."""
    KEEP = "keep"
    """Presidio's keep: the value stays. It is not counted as redacted."""
    REDACT = "redact"
    """Presidio's redact: nothing stands in its place."""
    DATE_TO_MONTH = "date_to_month"
    """`2021-03`; a date that cannot be read for sure becomes a placeholder."""


class _Operator(FrozenModel):
    def presidio_params(self) -> dict[str, Any]:
        """The parameters as the Presidio operator takes them."""
        return self.model_dump(exclude={"operator"})


class PlaceholderSettings(_Operator):
    """`[TYPE_n]`. It has no parameters."""

    operator: Literal[OperatorName.PLACEHOLDER] = OperatorName.PLACEHOLDER


class PseudonymSettings(_Operator):
    """A keyed surrogate of `bits` bits; among n values two collide with odds near n² / 2^(bits+1)."""

    operator: Literal[OperatorName.PSEUDONYM] = OperatorName.PSEUDONYM
    bits: int = Field(default=60, ge=40, le=255, multiple_of=5)


class MaskSettings(_Operator):
    """Presidio's mask; `chars_to_mask: null` covers all. What it leaves uncovered is disclosed."""

    operator: Literal[OperatorName.MASK] = OperatorName.MASK
    masking_char: str = Field(default="*", min_length=1, max_length=1)
    chars_to_mask: int | None = Field(default=None, ge=1)
    from_end: bool = False

    def presidio_params(self) -> dict[str, Any]:
        """Presidio has no word for "all": a length that no text reaches stands for it."""
        everything = 2**31 - 1
        return super().presidio_params() | {"chars_to_mask": self.chars_to_mask or everything}


class HashSettings(_Operator):
    """Presidio's hash of the value as it is written, under a salt derived from the key and the type."""

    operator: Literal[OperatorName.HASH] = OperatorName.HASH
    hash_type: Literal["sha256", "sha512"] = "sha256"


class KeepSettings(_Operator):
    """The value stays. It has no parameters."""

    operator: Literal[OperatorName.KEEP] = OperatorName.KEEP


class RedactSettings(_Operator):
    """The value goes, without a trace. It has no parameters."""

    operator: Literal[OperatorName.REDACT] = OperatorName.REDACT


class DateToMonthSettings(_Operator):
    """Months by name in `locales`; `day_first` says how 03/04/2021 is read, null that it is not."""

    operator: Literal[OperatorName.DATE_TO_MONTH] = OperatorName.DATE_TO_MONTH
    day_first: bool | None = None
    locales: tuple[str, ...] = ("en", "de", "fr", "es", "pt", "it", "nl", "hi")


class PluginSettings(_Operator):
    """A Presidio `Operator` of the user's own, by its dotted name, with the parameters it takes."""

    operator: str = Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$")
    params: dict[str, str | int | float | bool | None] = Field(default_factory=dict)

    def presidio_params(self) -> dict[str, Any]:
        """Just what the user gave."""
        return dict(self.params)


_PLUGIN = "plugin"


def _kind(value: Any) -> str:
    name = value.get("operator") if isinstance(value, dict) else getattr(value, "operator", None)
    return _PLUGIN if isinstance(name, str) and "." in name else str(name)


def _spelled_out(value: Any) -> Any:
    return {"operator": value} if isinstance(value, str) else value


OperatorSettings = Annotated[
    Annotated[PlaceholderSettings, Tag("placeholder")]
    | Annotated[PseudonymSettings, Tag("pseudonym")]
    | Annotated[MaskSettings, Tag("mask")]
    | Annotated[HashSettings, Tag("hash")]
    | Annotated[KeepSettings, Tag("keep")]
    | Annotated[RedactSettings, Tag("redact")]
    | Annotated[DateToMonthSettings, Tag("date_to_month")]
    | Annotated[PluginSettings, Tag(_PLUGIN)],
    Discriminator(_kind),
    BeforeValidator(_spelled_out),
]
"""One operator with its parameters; a bare name in YAML stands for the operator with its defaults."""

EntityTypeName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""An entity type. Not an enum: a user's own recogniser may bring types of its own."""


class ReplacementSettings(FrozenModel):
    """Which operator stands for which entity type; a type that is not named takes the default."""

    default: OperatorSettings = PlaceholderSettings()
    entities: dict[EntityTypeName, OperatorSettings] = Field(default_factory=dict)

    def operator_for(self, entity_type: str) -> OperatorSettings:
        """The operator of one entity type."""
        return self.entities.get(entity_type, self.default)
