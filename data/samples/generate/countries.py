"""Countries, cities and the ways a source writes a region."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Country:
    """A country as the made-up network knows it."""

    code: str
    weight: int
    names: tuple[str, ...]
    cities: tuple[str, ...]
    cultures: tuple[str, ...]
    locale: str

    def city_names(self) -> tuple[str, ...]:
        """Cities without their state."""
        return tuple(city.split(",")[0] for city in self.cities)


def load_countries(path: Path) -> dict[str, Country]:
    """Read the table of countries."""
    countries: dict[str, Country] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("//"):
            code, weight, names, cities, cultures, locale = line.split("|")
            countries[code] = Country(
                code,
                int(weight),
                tuple(names.split(";")),
                tuple(cities.split(";")),
                tuple(cultures.split(";")),
                locale,
            )
    return countries


def region_value(rng: random.Random, country: Country, city: str) -> str:
    """Write a country as one source or another has it: a code, a name, a city with its country."""
    long_names = [name for name in country.names if len(name) > 3]
    if rng.random() < 0.5:
        return f"{city}, {rng.choice(long_names)}"
    return rng.choice(country.names)
