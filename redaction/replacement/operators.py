"""Discreet's own operators, as subclasses of Presidio's `Operator`, and the factory that creates all operators.

The number of a mention and its canonical value are in `params`, as Presidio's own engine puts `entity_type` there.
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
        """Check nothing: the settings models have validated the parameters."""

    def operator_name(self) -> str:
        """Return the name in Presidio's factory."""
        return self.NAME.value

    def operator_type(self) -> OperatorType:
        """Return `Anonymize`: every operator replaces, none restores."""
        return OperatorType.Anonymize


class Placeholder(_OwnOperator):
    """`[PERSON_1]`. `params["number"]()` assigns the number; it is called only when used, so no number is skipped."""

    NAME = OperatorName.PLACEHOLDER

    def operate(self, text: str = "", params: Params | None = None) -> str:
        """Return the placeholder of this mention."""
        given = params or {}
        return f"[{given[ENTITY_TYPE]}_{given[NUMBER]()}]"


class Pseudonym(_OwnOperator):
    """`[PERSON_k…]`: HMAC-SHA256 of type and canonical value, cut to `bits`, in base 32; k marks it as no number."""

    NAME = OperatorName.PSEUDONYM

    def operate(self, text: str = "", params: Params | None = None) -> str:
        """Return the pseudonym of this mention."""
        given = params or {}
        entity_type, value = given[ENTITY_TYPE], " ".join(given[CANONICAL])
        digest = keyed_digest(given[KEY], f"surrogate|{entity_type}", value)
        letters = base64.b32encode(digest).decode("ascii").lower()[: given["bits"] // 5]
        return f"[{entity_type}_k{letters}]"


class DateToMonth(_OwnOperator):
    """`2021-03`, or a placeholder where the date is ambiguous."""

    NAME = OperatorName.DATE_TO_MONTH

    def operate(self, text: str = "", params: Params | None = None) -> str:
        """Return the month of this date."""
        given = params or {}
        names: Calendar = given["calendar"]
        return month_of(text, names, given["day_first"]) or Placeholder().operate(text, given)


_OWN_OPERATORS: Final = (Placeholder, Pseudonym, DateToMonth)


def keyed_digest(key: bytes, purpose: str, value: str) -> bytes:
    """Return the HMAC-SHA256 of a purpose and a value, separated by the length of the purpose."""
    return hmac.digest(key, f"{len(purpose)}|{purpose}|{value}".encode("utf-8", "surrogatepass"), hashlib.sha256)


def operators_factory() -> OperatorsFactory:
    """Return a new Presidio factory with Discreet's operators too; plug-ins are added to it."""
    factory = OperatorsFactory()  # type: ignore[no-untyped-call]
    for operator in _OWN_OPERATORS:
        factory.add_anonymize_operator(operator)
    return factory


def create_operator(factory: OperatorsFactory, settings: OperatorSettings) -> Operator:
    """Create the operator that the settings name, and let it validate its parameters. Plug-ins join the factory."""
    name = settings.operator
    if isinstance(settings, PluginSettings):
        name = _plug_in(factory, settings.operator)
    operator = factory.create_operator_class(str(name), OperatorType.Anonymize)
    try:
        operator.validate(settings.presidio_params())
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything
        raise ReplacementError(f"replacement: operator {settings.operator} refuses its parameters: {error}") from None
    return operator


def constant_params(settings: OperatorSettings, entity_type: str, key: bytes) -> Params:
    """Return the parameters of an operator that are the same for every text."""
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
        operator = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        reason = type(error).__name__
        raise ReplacementError(f"replacement: no operator {dotted} ({reason}); check the dotted name") from None
    if not (isinstance(operator, type) and issubclass(operator, Operator)):
        raise ReplacementError(f"replacement: {dotted} is not a presidio_anonymizer.operators.Operator")
    name = str(operator().operator_name())
    existing = factory.get_anonymizers().get(name)
    if existing is not None and existing is not operator:
        raise ReplacementError(f"replacement: {dotted} takes the name {name!r}, which is in use; give it another")
    factory.add_anonymize_operator(operator)
    return name
