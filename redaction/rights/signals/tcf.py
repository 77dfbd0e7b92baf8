"""The IAB's TC string (TCF 2.0 to 2.3): the purposes that a person agreed to.

TCF has no purpose of training. The nearest one is purpose 10, to develop and improve services: without it, by consent
or as a legitimate interest that was not objected to, the string denies. With it, the other rules decide.
"""

from typing import Final

from redaction.rights.signals.bits import Bits
from redaction.rights.signals.meaning import NOTHING, Effect, Meaning, SignalError

_IMPROVE_SERVICES: Final = 10
_VERSION: Final = 2
_VENDORS: Final = 17
"""The least bits after the purposes: the highest vendor and the kind of its list."""


def read_tcf(value: str, _url: str | None = None) -> Meaning:
    """Read the core segment of a TC string.

    Returns:
        What it means for training.

    Raises:
        SignalError: it is none of version 2, is cut short, or was updated before it was created.
    """
    core, *others = value.strip().split(".")
    bits = Bits(core)
    for segment in others:
        Bits(segment)
    if bits.number(6) != _VERSION:
        raise SignalError
    created, updated = bits.number(36), bits.number(36)
    bits.skip(12 + 12 + 6)
    language = bits.numbers(2, 6)
    bits.skip(12)
    policy = bits.number(6)
    bits.skip(1 + 1 + 12)
    consented, interests = bits.number(24), bits.number(24)
    bits.skip(1)
    country = bits.numbers(2, 6)
    bits.skip(_VENDORS)
    if updated < created or policy < _VERSION or max(*language, *country) > 25:
        raise SignalError
    agreed = (consented | interests) >> (24 - _IMPROVE_SERVICES) & 1
    return NOTHING if agreed else Meaning(Effect.RESERVED, "purpose_10")
