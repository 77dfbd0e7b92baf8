"""Discreet's own operators, as Presidio's `Operator` classes, and the factory that selects among all of them.

An operator is stateless: what a record knows (the number of a mention, its canonical value) reaches it in
`params`, the way Presidio's own engine hands `entity_type` to every operator.
"""

import base64
import hashlib
import hmac
import importlib
from typing import Any, Final

from presidio_anonymizer.operators import Operator, OperatorsFactory, OperatorType

from redaction.replacement.dates import Calendar, calendar, month_of
from redaction.replacement.errors import ReplacementError
from redaction.replacement.settings import OperatorName, OperatorSettings, PluginSettings

ENTITY_TYPE: Final = "entity_type"
NUMBER: Final = "number"
CANONICAL: Final = "canonical"
KEY: Final = "key"

Params = dict[str, Any]


class _OwnOperator(Operator):
    NAME: OperatorName

    def validate(self, params: Params | None = None) -> None:
        """Nothing to check: the settings models have."""

    def operator_name(self) -> str:
        """The name under which Presidio's factory knows it."""
        return self.NAME.value

    def operator_type(self) -> OperatorType:
        """All of them replace; none restores."""
        return OperatorType.Anonymize


class Placeholder(_OwnOperator):
    """`[PERSON_1]`. `params["number"]()` gives the number; asked for only when used, so none is wasted."""

    NAME = OperatorName.PLACEHOLDER

    def operate(self, text: str = "", params: Params | None = None) -> str:
        """The placeholder of this mention."""
        given = params or {}
        return f"[{given[ENTITY_TYPE]}_{given[NUMBER]()}]"


class Pseudonym(_OwnOperator):
    """`[PERSON_k…]`: HMAC-SHA256 of type and canonical value, cut to `bits`, in base 32.

    The letter k keeps surrogates apart from numbered placeholders.
    """

    NAME = OperatorName.PSEUDONYM

    def operate(self, text: str = "", params: Params | None = None) -> str:
        """The surrogate of this mention."""
        given = params or {}
        entity_type, value = given[ENTITY_TYPE], " ".join(given[CANONICAL])
        digest = keyed_digest(given[KEY], f"surrogate|{entity_type}", value)
        letters = base64.b32encode(digest).decode("ascii").lower()[: given["bits"] // 5]
        return f"[{entity_type}_k{letters}]"


class DateToMonth(_OwnOperator):
    """`2021-03`, or a placeholder where the date cannot be read for sure."""

    NAME = OperatorName.DATE_TO_MONTH

    def operate(self, text: str = "", params: Params | None = None) -> str:
        """The month of this date."""
        given = params or {}
        names: Calendar = given["calendar"]
        return month_of(text, names, given["day_first"]) or Placeholder().operate(text, given)


OWN_OPERATORS: Final = (Placeholder, Pseudonym, DateToMonth)


def keyed_digest(key: bytes, purpose: str, value: str) -> bytes:
    """HMAC-SHA256 of a purpose and a value, which cannot run into each other."""
    return hmac.digest(key, f"{len(purpose)}|{purpose}|{value}".encode("utf-8", "surrogatepass"), hashlib.sha256)


def operators_factory() -> OperatorsFactory:
    """A fresh Presidio factory with Discreet's operators beside its own; plug-ins are added to it."""
    factory = OperatorsFactory()  # type: ignore[no-untyped-call]
    for operator in OWN_OPERATORS:
        factory.add_anonymize_operator(operator)
    return factory


def operator_of(factory: OperatorsFactory, settings: OperatorSettings) -> Operator:
    """The operator that the settings name, its parameters checked by the operator itself.

    Raises:
        ReplacementError: the plug-in cannot be imported, is no Presidio operator, takes a name in use, or
            refuses its parameters.
    """
    name = settings.operator
    if isinstance(settings, PluginSettings):
        name = _plug_in(factory, settings.operator)
    operator = factory.create_operator_class(str(name), OperatorType.Anonymize)
    try:
        operator.validate(settings.presidio_params())
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything
        raise ReplacementError(f"replacement: operator {settings.operator} refuses its parameters: {error}") from None
    return operator


def constants_of(settings: OperatorSettings, entity_type: str, key: bytes) -> Params:
    """Those parameters of an operator that are the same for every text."""
    params = settings.presidio_params() | {ENTITY_TYPE: entity_type}
    match settings.operator:
        case OperatorName.PSEUDONYM:
            return params | {KEY: key}
        case OperatorName.HASH:
            return params | {"salt": keyed_digest(key, "salt", entity_type)}
        case OperatorName.DATE_TO_MONTH:
            return params | {"calendar": calendar(params.pop("locales"))}
    return params


def _plug_in(factory: OperatorsFactory, dotted: str) -> str:
    module, _, attribute = dotted.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        reason = type(error).__name__
        raise ReplacementError(f"replacement: no operator {dotted} ({reason}); check the dotted name") from None
    if not (isinstance(found, type) and issubclass(found, Operator)):
        raise ReplacementError(f"replacement: {dotted} is no presidio_anonymizer.operators.Operator")
    name = str(found().operator_name())
    taken = factory.get_anonymizers().get(name)
    if taken is not None and taken is not found:
        raise ReplacementError(f"replacement: {dotted} takes the name {name!r}, which is in use; give it another")
    factory.add_anonymize_operator(found)
    return name
