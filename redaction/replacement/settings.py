"""Settings: the operator that replaces each type of personal data.

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
    """The operators by name. Any other operator is named by the dotted name of its class, a Presidio operator."""

    PLACEHOLDER = "placeholder"
    """`[PERSON_1]`: numbered by type within a record; the same value has the same number."""
    PSEUDONYM = "pseudonym"
    """`[PERSON_k3f9…]`: the same value has the same pseudonym in every record made with the same key."""
    MASK = "mask"
    """Presidio's mask: characters are replaced one by one, so the length stays."""
    HASH = "hash"
    """Presidio's hash, with a salt derived from the key of the build instead of a random one."""
    KEEP = "keep"
    """Presidio's keep: the value stays. It is not counted as redacted."""
    REDACT = "redact"
    """Presidio's redact: the value is removed."""
    DATE_TO_MONTH = "date_to_month"
    """`2021-03`; an ambiguous date becomes a placeholder."""


class _Operator(FrozenModel):
    def presidio_params(self) -> dict[str, Any]:
        """Return the parameters as the Presidio operator takes them."""
        return self.model_dump(exclude={"operator"})


class PlaceholderSettings(_Operator):
    """`[TYPE_n]`. It has no parameters."""

    operator: Literal[OperatorName.PLACEHOLDER] = OperatorName.PLACEHOLDER
    """Numbered by type within a record: `[PERSON_1]`."""


class PseudonymSettings(_Operator):
    """A keyed pseudonym of `bits` bits; among n values two collide with a probability near n² / 2^(bits+1)."""

    operator: Literal[OperatorName.PSEUDONYM] = OperatorName.PSEUDONYM
    """The same value has the same pseudonym in every record of a key."""
    bits: int = Field(default=60, ge=40, le=255, multiple_of=5)
    """Bits of a pseudonym, a multiple of 5."""


class MaskSettings(_Operator):
    """Presidio's mask; `chars_to_mask: null` masks all characters. Characters that it leaves are disclosed."""

    operator: Literal[OperatorName.MASK] = OperatorName.MASK
    """Characters are replaced one by one."""
    masking_char: str = Field(default="*", min_length=1, max_length=1)
    """The character that replaces others."""
    chars_to_mask: int | None = Field(default=None, ge=1)
    """How many characters are replaced; null for all."""
    from_end: bool = False
    """Whether the last characters are replaced, not the first."""

    def presidio_params(self) -> dict[str, Any]:
        """Return the parameters, with a length that no text reaches for "all characters"."""
        everything = 2**31 - 1
        return super().presidio_params() | {"chars_to_mask": self.chars_to_mask or everything}


class HashSettings(_Operator):
    """Presidio's hash of the original value, with a salt derived from the key and the type."""

    operator: Literal[OperatorName.HASH] = OperatorName.HASH
    """A hash, with a salt derived from the key of the build."""
    hash_type: Literal["sha256", "sha512"] = "sha256"
    """The hash function."""


class KeepSettings(_Operator):
    """The value stays. It has no parameters."""

    operator: Literal[OperatorName.KEEP] = OperatorName.KEEP
    """The value stays, and is not counted as redacted."""


class RedactSettings(_Operator):
    """The value is removed. It has no parameters."""

    operator: Literal[OperatorName.REDACT] = OperatorName.REDACT
    """The value is removed."""


class DateToMonthSettings(_Operator):
    """Months by name in `locales`; `day_first` says how 03/04/2021 is read, null that it is ambiguous."""

    operator: Literal[OperatorName.DATE_TO_MONTH] = OperatorName.DATE_TO_MONTH
    """`2021-03`; an ambiguous date becomes a placeholder."""
    day_first: bool | None = None
    """How 03/04/2021 is read: true for April, false for March, null for ambiguous."""
    locales: tuple[str, ...] = ("en", "de", "fr", "es", "pt", "it", "nl", "hi")
    """Languages in which names of months are read."""


class PluginSettings(_Operator):
    """A user's own Presidio `Operator` by its dotted name, with its parameters."""

    operator: str = Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$")
    """The dotted name of your own Presidio `Operator`."""
    params: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    """Its parameters."""

    def presidio_params(self) -> dict[str, Any]:
        """Return the user's parameters unchanged."""
        return dict(self.params)


_PLUGIN = "plugin"


def _kind(value: Any) -> str:
    name = value.get("operator") if isinstance(value, dict) else getattr(value, "operator", None)
    return _PLUGIN if isinstance(name, str) and "." in name else str(name)


def _with_defaults(value: Any) -> Any:
    return {"operator": value} if isinstance(value, str) else value


_Operators = Annotated[
    Annotated[PlaceholderSettings, Tag("placeholder")]
    | Annotated[PseudonymSettings, Tag("pseudonym")]
    | Annotated[MaskSettings, Tag("mask")]
    | Annotated[HashSettings, Tag("hash")]
    | Annotated[KeepSettings, Tag("keep")]
    | Annotated[RedactSettings, Tag("redact")]
    | Annotated[DateToMonthSettings, Tag("date_to_month")]
    | Annotated[PluginSettings, Tag(_PLUGIN)],
    Discriminator(_kind),
]
OperatorSettings = Annotated[_Operators, BeforeValidator(_with_defaults, json_schema_input_type=str | _Operators)]
"""One operator with its parameters; a bare name in YAML is the operator with its defaults."""

EntityTypeName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""An entity type. Not an enum: a user's own recognizer may add types."""


class ReplacementSettings(FrozenModel):
    """The operator for each entity type; a type that is not named has the default."""

    default: OperatorSettings = PlaceholderSettings()
    """The operator of every type that `entities` does not name: a name, or a name with parameters."""
    entities: dict[EntityTypeName, OperatorSettings] = Field(default_factory=dict)
    """The operator of single entity types."""

    def operator_for(self, entity_type: str) -> OperatorSettings:
        """Return the operator of one entity type."""
        return self.entities.get(entity_type, self.default)
