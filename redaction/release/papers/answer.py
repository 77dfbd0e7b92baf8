"""An answer in a paper, and where it comes from."""

from enum import StrEnum
from typing import Any

from redaction.base_model import FrozenModel


class Basis(StrEnum):
    """Where an answer comes from."""

    DERIVED = "derived"
    """Measured or decided by the build."""
    CONFIGURED = "configured"
    """Stated by the operator in the config, and not checked."""
    NOT_KNOWN = "not known"


class Answer(FrozenModel):
    """The value of one field of a paper; null where it is not known."""

    value: Any
    basis: Basis


def derived(value: Any) -> Answer:
    """Answer with what the build knows; not known where that is None."""
    return Answer(value=value, basis=Basis.NOT_KNOWN if value is None else Basis.DERIVED)


def configured(value: Any) -> Answer:
    """Answer with what the operator configured; not known where that is nothing."""
    missing = value is None or value == ()
    given = list(value) if isinstance(value, tuple) else value
    return Answer(value=None if missing else given, basis=Basis.NOT_KNOWN if missing else Basis.CONFIGURED)
