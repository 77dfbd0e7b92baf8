"""Region values in the forms that people and systems write."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights import read_regions
from redaction.rights.grounds import region_names
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
        ("0049 30 901820", "DE"), ("Guyane", "GF GY"), ("EL - US", "GR US"), ("la France", "FR"),
        ("", ""), ("Remote", ""), ("192.0.2.1", ""), ("Germani", ""), ("+", ""), ("+999", ""), ("Atlantis, Sea", ""),
        (",", ""), ("ZZ", ""),
    ],
)  # fmt: skip
def test_regions_of_values(value: str, readings: str) -> None:
    assert " ".join(REGIONS.gazetteer.read(value)) == readings


PROTECTED = {code for entry in REGIONS.sets.values() for row in entry.rows for code in row.codes}


def protects(value: str) -> bool:
    readings = REGIONS.gazetteer.read(value)
    return not readings or bool(PROTECTED & set(readings))


LANGUAGES = ("en", "de", "fr", "ru", "ja", "ar")
VALUES = st.one_of(
    st.sampled_from([*sorted(PROTECTED), "US", "IN", "BR", "MX", "NG", "GE", "XK"]),
    st.sampled_from(sorted({name for each in LANGUAGES for name in territories(each).values()})),
    st.sampled_from(sorted(set(REGIONS.aliases))),
    st.sampled_from(
        ["EMEA", "Worldwide", "DACH", "+49", "+1", "🇩🇪", "🇺🇸", "GB-ENG", "US-CA", "Texas", "Ontario", "Zürich"]
    ),
)
LISTS = [
    "/",
    ";",
    "; ",
    "|",
    " | ",
    "\n",
    "\r\n",
    "\u2028",
    " and ",
    " AND ",
    " & ",
    "&",
    " + ",
    " und ",
    " · ",
    " → ",
    "／",
]
JOINED = [*LISTS, ", ", ",", "，", "、", " - ", " – ", " — "]
AMBIGUOUS = sorted(REGIONS.ambiguous)
DISGUISES: list[Callable[[str], str]] = [
    str.lower,
    str.upper,
    lambda text: text[:1] + "\u200b" + text[1:],
    lambda text: f"\ufeff {text}\u00ad",
    lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
]


@given(VALUES, VALUES, st.sampled_from(JOINED))
def test_a_value_that_protects_protects_in_any_list(one: str, other: str, separator: str) -> None:
    if protects(one) or protects(other):
        assert protects(f"{one}{separator}{other}")
        assert protects(f"{one} ({other})")


@given(VALUES, st.sampled_from(AMBIGUOUS), st.sampled_from(LISTS), st.booleans())
def test_ambiguous_words_protect_in_lists(one: str, other: str, separator: str, swapped: bool) -> None:
    parts = (other, one) if swapped else (one, other)
    assert protects(separator.join(parts)) or not (protects(one) or protects(other))


@given(st.lists(VALUES, min_size=1, max_size=4), st.sampled_from(LISTS))
def test_a_list_may_mean_every_protected_region_of_its_parts(values: list[str], separator: str) -> None:
    each = [set(REGIONS.gazetteer.read(value)) for value in values]
    whole = set(REGIONS.gazetteer.read(separator.join(values)))
    assert not whole or (all(each) and whole >= set.union(*each) & PROTECTED)


@given(VALUES, st.sampled_from(["US", "Brazil", "Texas"]), st.sampled_from(DISGUISES), st.sampled_from(JOINED))
def test_disguised_values_protect(value: str, other: str, disguise: Callable[[str], str], separator: str) -> None:
    if protects(value):
        assert protects(disguise(value) + separator + other)


@pytest.mark.parametrize(
    ("value", "readings"),
    [
        ("US/DE", "DE US"), ("US;DE", "DE US"), ("US|DE", "DE US"), ("US (DE)", "DE US"), ("US, DE", "DE US"),
        ("CA/US", "CA US"), ("US | CA", "CA US"), ("United States; CA", "CA US"), ("US/MT", "MT US"),
        ("IN; DE", "DE IN"), ("IN; MT", "IN MT"), ("DE; US", "DE US"), ("US\nGermany", "DE US"), ("el\nUS", "GR US"),
        ("US and DE", "DE US"), ("US & DE", "DE US"), ("US + DE", "DE US"), ("🇩🇪🇺🇸", "DE US"),
        ("Bavaria, US", "DE US"), ("Bayern, USA", "DE US"), ("Zürich, US", "CH US"), ("Portland, DE", "DE US"),
        ("formerly Germany, US", "DE US"), ("Germany and Austria, US", "AT DE US"), ("Lima, PE", "CA PE"),
        ("lives in DE, USA", "DE US"), ("DE resident, US", "DE US"), ("früher Deutschland, USA", "DE US"),
        ("Los Angeles CA, USA", "CA US"), ("New York NY, USA", "US"),
        ("munich de, us", "DE US"), ("us/de", "DE US"), ("us, de", "DE US"), ("us by way of de, us", "DE US"),
        ("Munich De (us)", "DE US"), ("los angeles ca, usa", "CA US"), ("rio de janeiro, us", "US"),
        ("san francisco, ca, usa", "US"),
        ("EMEA, US", ""), ("Remote (EU)", ""), ("US, Europe", ""), ("US; Atlantis", ""), ("Munich|US", ""),
    ],
)  # fmt: skip
def test_every_part_of_a_list_is_read(value: str, readings: str) -> None:
    assert " ".join(REGIONS.gazetteer.read(value)) == readings


@pytest.mark.parametrize(
    ("value", "readings"),
    [
        ("San Francisco, CA, United States", "US"), ("San Jose, CA, USA", "US"), ("Cambridge, MA", "US"),
        ("Atlanta, GA, United States", "US"), ("London, United Kingdom", "GB"), ("London, Ontario", "CA"),
        ("Toronto, Canada", "CA"), ("Córdoba, Argentina", "AR"), ("Guadalajara, Mexico", "MX"),
        ("Sarajevo, Bosnia and Herzegovina", "BA"), ("Antigua & Barbuda", "AG"), ("São Paulo (Brazil)", "BR"),
        ("Remote - US", "US"), ("US (remote)", "US"), ("Long Island, NY", "US"), ("Texas / Ohio", "US"),
    ],
)  # fmt: skip
def test_common_values_stay_usable(value: str, readings: str) -> None:
    assert " ".join(REGIONS.gazetteer.read(value)) == readings


def test_plus_one_is_shared_by_many() -> None:
    assert {"US", "CA", "PR", "JM"} <= set(REGIONS.gazetteer.read("+1"))


def test_every_code_of_every_set_reads_as_itself() -> None:
    codes = {code for entry in REGIONS.sets.values() for row in entry.rows for code in row.codes}
    assert len(codes) == 27 + 7 + 6 + 3 + 1 + 1 + 1 + 4 + 1 + 1 + 6 + 1
    unlike = {code for code in codes if REGIONS.gazetteer.read(code) != (code,)}
    assert unlike == {"CA"}


def test_reading_many_gives_each_distinct_value_once() -> None:
    assert REGIONS.read(["UK", "nowhere at all"]) == {"UK": ("GB",), "nowhere at all": ()}


def test_names_normalized_together_equal_names_normalized_one_by_one() -> None:
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
    assert region_names.name_keys(names) == [region_names.name_key(name) for name in names]
    names = [name for locale in ("ar", "fr", "vi", "zh") for name in territories(locale).values()]
    assert region_names.name_keys(names) == [region_names.name_key(name) for name in names]


def test_the_names_of_all_locales_are_listed_once() -> None:
    pairs = all_territories()
    assert len(set(pairs)) == len(pairs)
    for locale in ("en", "de", "zh_Hant", "fr_CA"):
        assert territories(locale)
        assert territories(locale).items() <= set(pairs)
