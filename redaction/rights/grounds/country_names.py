"""What the locales of Unicode's CLDR (babel) call countries."""

import pickle
from pathlib import Path

from babel.localedata import locale_identifiers, resolve_locale_filename

from redaction import garbage_collector


def own_territories(identifier: str) -> dict[str, str]:
    """What a locale calls countries where its parents do not, by their codes: all locales together tell all names.

    Babel itself would merge each locale with its parents, which takes four times as long.
    """
    with Path(resolve_locale_filename(identifier)).open("rb") as file:
        own: dict[str, str] = pickle.load(file).get("territories", {})  # noqa: S301 - a file of the library's own
    return own


def all_territories() -> list[tuple[str, str]]:
    """Each code with each name that some locale has for it, once, sorted."""
    with garbage_collector.paused():
        return sorted({pair for identifier in locale_identifiers() for pair in own_territories(identifier).items()})
