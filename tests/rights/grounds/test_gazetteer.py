"""Region values in the forms that people and systems write."""

import pytest

from redaction.rights import read_regions
from redaction.rights.grounds import gazetteer
from redaction.rights.grounds.country_names import all_territories, territories
from tests.rights.worlds import ROOT

REGIONS = read_regions(ROOT / "configs/regions.yaml")


@pytest.mark.parametrize(
    ("value", "readings"),
    [
        ("Deutschland", "DE"), ("Suisse", "CH"), ("Österreich", "AT"), ("Espana", "ES"), ("ΕΛΛΆΔΑ", "GR"),
        ("जर्मनी", "DE"), ("日本", "JP"), ("Côte d'Ivoire", "CI"), ("COTE D’IVOIRE", "CI"),
        ("EL", "GR"), ("UK", "GB"), ("NO", "NO"), ("NA", "NA"), ("US", "US"), ("us", "US"), ("U.S.A.", "US"),
        ("DEU", "DE"), ("276", "DE"), ("XK", "XK"), ("Kosovo", "XK"), ("The Netherlands", "NL"),
        ("São Paulo, Brazil", "BR"), ("London, UK", "GB"), ("San Francisco, CA, USA", "US"),
        ("Toronto, ON", "CA"), ("Tbilisi, Georgia", "GE"), ("Berlin, DE", "DE"), ("Guadeloupe, France", "FR GP"),
        ("Hong Kong", "HK"), ("Hong Kong, China", "HK"), ("CN-HK", "HK"), ("US-CA", "US"), ("FR-971", "FR"),
        ("New Jersey", "US"), ("Jersey", "JE"), ("England", "GB"), ("Northern Ireland", "GB"), ("Ireland", "IE"),
        ("🇩🇪", "DE"), ("California", "US"), ("Bayern", "DE"), ("San Francisco Bay Area", "US"),
        ("CA", "CA US"), ("San Francisco, CA", "CA US"), ("Georgia", "GE US"), ("Wilmington, DE", "DE US"),
        ("USA, Germany", "DE US"), ("London", "CA GB"), ("Saint Martin", "MF SX"), ("Korea", "KP KR"),
        ("+44", "GB GG IM JE"), ("+590", "BL GP MF"), ("+262", "RE YT"), ("+1 415 555 2671", "US"),
        ("0049 30 901820", "DE"),
        ("", ""), ("Remote", ""), ("192.0.2.1", ""), ("Germani", ""), ("+", ""), ("+999", ""), ("Atlantis, Sea", ""),
        (",", ""), ("ZZ", ""),
    ],
)  # fmt: skip
def test_readings(value: str, readings: str) -> None:
    assert " ".join(REGIONS.gazetteer.read(value)) == readings


def test_plus_one_is_shared_by_many() -> None:
    assert {"US", "CA", "PR", "JM"} <= set(REGIONS.gazetteer.read("+1"))


def test_every_code_of_every_set_reads_as_itself() -> None:
    codes = {code for entry in REGIONS.sets.values() for row in entry.rows for code in row.codes}
    assert len(codes) == 27 + 7 + 6 + 3 + 1 + 1 + 1 + 4 + 1 + 1 + 6
    unlike = {code for code in codes if REGIONS.gazetteer.read(code) != (code,)}
    assert unlike == {"CA"}


def test_reading_many_gives_each_distinct_value_once() -> None:
    assert REGIONS.read(["UK", "nowhere at all"]) == {"UK": ("GB",), "nowhere at all": ()}


def test_names_normalized_in_one_go_are_as_one_by_one() -> None:
    names = [
        "CÔTE D’IVOIRE",
        " St.\tKitts-and_Nevis ",
        "ελλάδα",
        "'quoted'",
        "",
        "जर्मनी",
        "Å land",
        "ᄒ",
        "\u0301x",
        "日本",
    ]
    assert gazetteer._name_keys(names) == [gazetteer.name_key(name) for name in names]
    names = [name for locale in ("ar", "fr", "vi", "zh") for name in territories(locale).values()]
    assert gazetteer._name_keys(names) == [gazetteer.name_key(name) for name in names]


def test_the_names_of_all_locales_are_listed_once() -> None:
    pairs = all_territories()
    assert len(set(pairs)) == len(pairs)
    for locale in ("en", "de", "zh_Hant", "fr_CA"):
        assert territories(locale)
        assert territories(locale).items() <= set(pairs)
