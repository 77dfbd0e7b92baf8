"""Keeps coarse locations: names of countries and continents, or of first-level regions too.

Country names are those of Unicode CLDR (through babel), regions those of ISO 3166-2 (through pycountry), with lists of
other names (`lists/places`). A region with the name of a large city is replaced: the name may be that of the city.
"""

import re
from functools import cache

import pycountry
from babel import Locale
from babel.core import UnknownLocaleError

from redaction.detection.lists import terms
from redaction.detection.settings import KeptLocations

_REGIONS = frozenset(
    {
        "State",
        "Province",
        "Region",
        "Autonomous community",
        "Land",
        "Canton",
        "Republic",
        "Territory",
        "Country",
        "Union territory",
        "Voivodship",
        "Autonomous region",
        "Autonomous province",
        "Outlying area",
        "Special administrative region",
    }
)
_ABBREVIATED = ("US", "CA", "AU")
"""Countries whose regions are written as two or three capitals: TX, ON, NSW."""
_ARTICLE = re.compile(r"(?:the|die|der|das|la|le|les|el|il|de|het)[ ]|l['’]", re.IGNORECASE)
_SIDE = re.compile(
    r"(?:(?:north|south|east|west|central|mid)(?:ern)?[ -]?){1,2}[ -]|(?:nord|süd|ost|west)(?:[ -]|(?=[a-zäöü]))",
    re.IGNORECASE,
)
_COMMA = re.compile(r",[ ]{0,2}")


class LocationGrain:
    """Decides which part of a location is finer than what is kept."""

    def __init__(self, kept: KeptLocations, languages: frozenset[str]) -> None:
        self._kept = kept
        self._names = frozenset() if kept is KeptLocations.NONE else _names(kept, languages)
        self._codes = _codes() if kept is KeptLocations.REGIONS else frozenset()

    def finer(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Return the part of a location to replace, without coarse names at its end; None if all of it is kept."""
        if self._kept is KeptLocations.NONE:
            return start, end
        while self._is_coarse(text[start:end]) is False:
            commas = list(_COMMA.finditer(text, start, end))
            if not commas or not self._is_coarse(text[commas[-1].end() : end]):
                return start, end
            end = commas[-1].start()
        return None

    def _is_coarse(self, name: str) -> bool:
        name = name.strip()
        if name in self._codes:
            return True
        lower = name.casefold().replace("’", "'").strip("#")
        without_article = _ARTICLE.sub("", lower, count=1) if _ARTICLE.match(lower) else lower
        candidates = {lower, without_article, _SIDE.sub("", without_article, count=1)}
        return not candidates.isdisjoint(self._names) and (len(name) > 2 or name.isupper())


@cache
def _names(kept: KeptLocations, languages: frozenset[str]) -> frozenset[str]:
    found = set(terms("countries", "places"))
    for language in sorted(languages | {"en"}):
        try:
            found |= {name.casefold().replace("’", "'") for name in Locale(language).territories.values()}
        except UnknownLocaleError:
            continue
    for country in pycountry.countries:
        found |= {country.name.casefold(), getattr(country, "common_name", country.name).casefold()}
    if kept is KeptLocations.REGIONS:
        regions = {s.name.casefold() for s in pycountry.subdivisions if s.parent_code is None and s.type in _REGIONS}
        regions |= {part.strip() for name in regions for part in re.split(r"[/\[\],]", name) if part.strip()}
        found |= (regions - terms("regions_with_a_city", "places")) | terms("regions", "places")
    return frozenset(found)


@cache
def _codes() -> frozenset[str]:
    return frozenset(s.code.partition("-")[2] for s in pycountry.subdivisions if s.country_code in _ABBREVIATED)
