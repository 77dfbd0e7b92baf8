"""Which part of a location is replaced where coarse locations are kept."""

import pytest

from redaction.detection.settings import KeptLocations
from redaction.detection.spans.grain import LocationGrain

LANGUAGES = frozenset({"en", "de"})
COUNTRIES = LocationGrain(KeptLocations.COUNTRIES, LANGUAGES)
REGIONS = LocationGrain(KeptLocations.REGIONS, LANGUAGES)


def replaced(grain: LocationGrain, name: str) -> str:
    part = grain.finer(name, 0, len(name))
    return "" if part is None else name[part[0] : part[1]]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Germany",
            "germany",
            "USA",
            "the United States",
            "U.S.",
            "UK",
            "Deutschland",
            "Holland",
            "Türkiye",
            "Vietnam",
        ),
        *("Europe", "Southeast Asia", "northern Italy", "EMEA", "the Netherlands", "Côte d’Ivoire", "#Brazil"),
    ],
)
def test_countries_and_continents_are_kept(name: str) -> None:
    assert replaced(COUNTRIES, name) == ""
    assert replaced(REGIONS, name) == ""


@pytest.mark.parametrize(
    "name", ["Texas", "TX", "Bavaria", "Bayern", "Ontario", "NSW", "Kerala", "Scotland", "Normandy"]
)
def test_first_level_regions_are_kept_only_on_request(name: str) -> None:
    assert replaced(COUNTRIES, name) == name
    assert replaced(REGIONS, name) == ""


@pytest.mark.parametrize(
    "name",
    ["Berlin", "New York", "Zürich", "Lower Wickton", "tx", "us", "Harbour Street", "Lyon", "Paris", "Washington"],
)
def test_what_is_finer_is_replaced(name: str) -> None:
    assert replaced(COUNTRIES, name) == name
    assert replaced(REGIONS, name) == name


@pytest.mark.parametrize(
    ("name", "by_countries", "by_regions"),
    [
        ("Lyon, France", "Lyon", "Lyon"),
        ("Austin, Texas, USA", "Austin, Texas", "Austin"),
        ("Austin, TX", "Austin, TX", "Austin"),
        ("Texas, USA", "Texas", ""),
        ("France, Lyon", "France, Lyon", "France, Lyon"),
    ],
)
def test_coarse_names_behind_a_finer_one_are_kept(name: str, by_countries: str, by_regions: str) -> None:
    assert replaced(COUNTRIES, name) == by_countries
    assert replaced(REGIONS, name) == by_regions


def test_by_default_every_location_is_replaced() -> None:
    assert replaced(LocationGrain(KeptLocations.NONE, LANGUAGES), "Germany") == "Germany"
