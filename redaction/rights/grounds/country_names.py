"""Names of countries in the languages of Unicode's CLDR (babel)."""

from babel import Locale
from babel.localedata import locale_identifiers


def territories(locale: str) -> dict[str, str]:
    """Return the names of countries in a locale: ISO 3166 code → name."""
    return dict(Locale.parse(locale).territories)


def all_territories() -> list[tuple[str, str]]:
    """Return each (code, name) pair of any locale once, sorted."""
    return sorted({pair for locale in locale_identifiers() for pair in territories(locale).items()})
