"""AI Preferences of the IETF: the field `Content-Usage`, a dictionary of RFC 9651, read with `http-sf`."""

from typing import Final

import http_sf

from redaction.rights.signals.meaning import NOTHING, Effect, Meaning, SignalError

_TRAINING: Final = ("train-ai", "train-genai", "ai", "bots", "all")
"""The categories that include training: the one of the vocabulary, then those of its earlier drafts."""


def read_content_usage(value: str, _url: str | None = None) -> Meaning:
    """Read a `Content-Usage` value. A category that is not about training means nothing here.

    Returns:
        What it means for training.

    Raises:
        SignalError: it is no dictionary, states nothing, or a category of training is neither `y` nor `n`.
    """
    try:
        stated = http_sf.parse(value.strip().encode("ascii"), tltype="dictionary")
    except (ValueError, RecursionError):
        raise SignalError from None
    if not isinstance(stated, dict) or not stated:
        raise SignalError
    denied = [key for key in _TRAINING if key in stated and not _allowed(stated[key])]
    return Meaning(Effect.RESERVED, denied[0]) if denied else NOTHING


def _allowed(stated: object) -> bool:
    preference = stated[0] if isinstance(stated, tuple) else stated
    if not isinstance(preference, http_sf.Token) or str(preference) not in {"y", "n"}:
        raise SignalError
    return str(preference) == "y"
