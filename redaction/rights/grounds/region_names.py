"""The names of regions in the libraries: ISO 3166 (pycountry) and Unicode's CLDR (babel)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
import pycountry

from redaction.rights.grounds import country_names
from redaction.rights.grounds.country_names import all_territories, territories
from redaction.storage.cache import Arrays, cached_arrays

Readings = frozenset[str]
Names = Mapping[str, Readings]
Bytes = npt.NDArray[np.uint8]
NONE: Readings = frozenset()

_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]")
"""The combining accents below U+0370, without U+034F, whose combining class is 0."""
_GAPS = re.compile(r"[\s_-]+")
_GAPS_IN_A_LINE = re.compile(r"(?:[^\S\n]|[_-])+")
_CLDR_ALIASES = {"EA": "ES", "IC": "ES", "AC": "SH", "TA": "SH", "DG": "IO", "CP": "FR", "CQ": "GG"}
_KOSOVO = "XK"
_CLDR_GROUPS = ("EU", "EZ", "UN", "QO", "ZZ", "XA", "XB")
_GROUPS = (
    "EU",
    "EEA",
    "EFTA",
    "EMEA",
    "APAC",
    "LATAM",
    "AMER",
    "ANZ",
    "ASEAN",
    "MENA",
    "DACH",
    "CEE",
    "European Economic Area",
    "Schengen",
    "Schengen Area",
    "Benelux",
    "Nordics",
    "Nordic",
    "Scandinavia",
    "Baltics",
    "Balkans",
    "Iberia",
    "British Isles",
    "Asia Pacific",
    "Commonwealth",
    "Eurozone",
    "Worldwide",
    "Global",
    "International",
    "Anywhere",
    "Overseas",
    "Abroad",
    "Various",
    "Multiple",
)
"""Names that are no country's; a value with one of them cannot be read."""
_PROVINCES_AFTER_A_COMMA = ("US", "CA")


def region_names() -> Mapping[str, Names]:
    """Return the tables: codes, countries, subdivisions, subdivision_codes, provinces, groups."""
    tables = cached_arrays(f"regions-{_libraries()}", _tables, country_names)
    return {name: _names(lines) for name, lines in tables.items()}


def foreign_names() -> Names:
    """Return the names of countries in every language of the CLDR."""
    tables = cached_arrays(f"countries-{_libraries()}", lambda: {"names": _lines(_foreign_names())}, country_names)
    return _names(tables["names"])


def name_key(text: str) -> str:
    """Return the key by which names are compared, without case, accents, dots, quotes and repeated white space."""
    return _strip(_GAPS.sub(" ", _normalize(text)))


def name_keys(texts: Iterable[str]) -> list[str]:
    """Return the keys of many names without line breaks in one go: about five times as fast."""
    lines = _GAPS_IN_A_LINE.sub(" ", _normalize("\n".join(texts))).split("\n")
    return [_strip(line) for line in lines]


def _normalize(text: str) -> str:
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", plain)))
    return plain.replace("’", "'").replace(".", "")


def _strip(text: str) -> str:
    return text.strip(" '\"")


def _libraries() -> str:
    """Name the versions that the tables depend on."""
    versions = [f"{name}-{version(name)}" for name in ("babel", "pycountry")]
    return "-".join([*versions, "unicode", unicodedata.unidata_version])


def _tables() -> Arrays:
    return {
        "codes": _lines(_codes()),
        "countries": _lines(_country_names()),
        "subdivisions": _lines(_subdivision_names()),
        "subdivision_codes": _lines(_subdivision_codes()),
        "provinces": _lines(_provinces()),
        "groups": _lines(_group_names()),
    }


def _lines(names: Names) -> Bytes:
    """Encode names as lines of name, tab and regions; no name contains a tab or a line break."""
    lines = (f"{name}\t{' '.join(sorted(regions))}" for name, regions in sorted(names.items()))
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def _names(lines: Bytes) -> Names:
    """Decode what `_lines` encoded."""
    entries = [line.partition("\t") for line in lines.tobytes().decode().split("\n")]
    regions = {codes: frozenset(codes.split(" ")) for codes in {codes for _, _, codes in entries}}
    return {name: regions[codes] for name, _, codes in entries}


def _foreign_names() -> Names:
    pairs = all_territories()
    regions = {code: frozenset({known}) for code in {code for code, _ in pairs} if (known := _territory(code))}
    names: dict[str, Readings] = {}
    for (code, _), name in zip(pairs, name_keys([name for _, name in pairs]), strict=True):
        if name and (region := regions.get(code)):
            names[name] = names[name] | region if name in names else region
    return names


def _group_names() -> Names:
    """Return the names of continents, unions and other groups of countries, in every language of the CLDR."""
    pairs = [(code, name) for code, name in all_territories() if code.isdigit() or code in _CLDR_GROUPS]
    keys = name_keys([*(name for _, name in pairs), *_GROUPS])
    return {key: frozenset({"ZZ"}) for key in keys if key}


def _territory(code: str) -> str | None:
    code = _CLDR_ALIASES.get(code, code)
    known = code == _KOSOVO or pycountry.countries.get(alpha_2=code) is not None
    return code if known else None


def _add(names: dict[str, set[str]], name: str | None, code: str | None) -> None:
    if name and code:
        names.setdefault(name_key(name), set()).add(code)


def _frozen(names: Mapping[str, set[str]]) -> dict[str, Readings]:
    return {name: frozenset(readings) for name, readings in names.items() if name}


def _codes() -> Names:
    names: dict[str, set[str]] = {name_key(_KOSOVO): {_KOSOVO}}
    for country in pycountry.countries:
        for code in (country.alpha_2, country.alpha_3, country.numeric):
            _add(names, code, country.alpha_2)
    return _frozen(names)


def _country_names() -> Names:
    names: dict[str, set[str]] = {}
    for country in pycountry.countries:
        for key in ("name", "official_name", "common_name"):
            _add(names, getattr(country, key, None), country.alpha_2)
    for code, name in territories("en").items():
        _add(names, name, _territory(code))
    return _frozen(names)


def _own_code(subdivision: str, name: str) -> str | None:
    """Return the country code of a subdivision that ISO 3166-1 lists too, such as CN-HK; None for others."""
    suffix = subdivision[3:]
    country = pycountry.countries.get(alpha_2=suffix) if len(suffix) == 2 else None
    if country is None:
        return None
    shared = name_key(country.name).split()[0] == name_key(name).split()[0]
    return suffix if shared else None


def _subdivision_names() -> Names:
    names: dict[str, set[str]] = {}
    for part in pycountry.subdivisions:
        _add(names, part.name, _own_code(part.code, part.name) or part.country_code)
    return _frozen(names)


def _subdivision_codes() -> Names:
    own = {part.code: _own_code(part.code, part.name) or part.country_code for part in pycountry.subdivisions}
    return {code: frozenset({region}) for code, region in own.items()}


def _provinces() -> Names:
    names: dict[str, set[str]] = {}
    for part in pycountry.subdivisions:
        if part.country_code in _PROVINCES_AFTER_A_COMMA:
            _add(names, part.code[3:], part.country_code)
    return _frozen(names)
