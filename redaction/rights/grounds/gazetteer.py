"""Read a region as people and systems write it: codes, names in many languages, towns with a country.

Names come from ISO 3166 (pycountry) and from Unicode's CLDR (babel); calling codes from libphonenumber. A
value that may mean several regions gives all of them, and the caller protects; a value that cannot be read
gives none. Nothing is guessed by similarity, since a wrong guess cannot be undone.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Self

import numpy as np
import numpy.typing as npt
import phonenumbers
import pycountry

from redaction.rights.grounds import country_names
from redaction.rights.grounds.country_names import all_territories, territories
from redaction.storage.cache import Arrays, cached_arrays

_CACHED_ANSWERS = 65_536

Readings = frozenset[str]
Names = Mapping[str, Readings]
Bytes = npt.NDArray[np.uint8]
NONE: Readings = frozenset()

_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]")
"""The combining accents below U+0370, without U+034F, whose combining class is 0."""
_PARTS = re.compile(r"\s*[,;|/()\n]+\s*|\s+[-–—]\s+")
_SUBDIVISION = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_PHONE = re.compile(r"(?:\+|00)\d[\d\s().-]*")
_CLDR_ALIASES = {"EA": "ES", "IC": "ES"}
_GAPS = re.compile(r"[\s_-]+")
_GAPS_IN_A_LINE = re.compile(r"(?:[^\S\n]|[_-])+")
_KOSOVO = "XK"
_PROVINCES_AFTER_A_COMMA = ("US", "CA")
_ARTICLES = re.compile(r"^(?:the|la|le|les|el|der|die|das|il|l'|o|os|a) ?(?=\w)")


@dataclass(frozen=True)
class Gazetteer:
    """Maps a region value to the regions it may mean."""

    aliases: Names
    ambiguous: Names
    codes: Names
    countries: Names
    subdivisions: Names
    subdivision_codes: Names
    provinces: Names

    @classmethod
    def build(cls, aliases: Mapping[str, str], ambiguous: Mapping[str, Iterable[str]]) -> Self:
        """Combine the libraries' tables with an operator's aliases and ambiguous words, which override them."""
        tables = cached_arrays(f"regions-{_libraries()}", _tables, country_names)
        return cls(
            aliases={name_key(word): frozenset({code}) for word, code in aliases.items()},
            ambiguous={name_key(word): frozenset(readings) for word, readings in ambiguous.items()},
            codes=_names(tables["codes"]),
            countries=_names(tables["countries"]),
            subdivisions=_names(tables["subdivisions"]),
            subdivision_codes=_names(tables["subdivision_codes"]),
            provinces=_names(tables["provinces"]),
        )

    @cached_property
    def foreign(self) -> Names:
        """Names of countries in every language of the CLDR; loaded when a value is in none of the other tables."""
        tables = cached_arrays(f"countries-{_libraries()}", lambda: {"names": _lines(_foreign_names())}, country_names)
        return _names(tables["names"])

    def read(self, value: str) -> tuple[str, ...]:
        """Return the regions that a value may mean, sorted; none if it cannot be read."""
        if value not in self._answers:
            if len(self._answers) >= _CACHED_ANSWERS:
                self._answers.clear()
            self._answers[value] = self._read(value)
        return self._answers[value]

    @cached_property
    def _answers(self) -> dict[str, tuple[str, ...]]:
        """Cached answers: a build and its audit ask for the same values."""
        return {}

    def _read(self, value: str) -> tuple[str, ...]:
        text = unicodedata.normalize("NFKC", value).strip()
        if flag := _FLAG.fullmatch(text):
            code = "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in flag.group())
            return tuple(sorted(self.codes.get(name_key(code), NONE)))
        if _PHONE.fullmatch(text):
            return tuple(sorted(_read_phone(text)))
        if subdivision := _SUBDIVISION.fullmatch(text.upper()):
            return tuple(sorted(self.subdivision_codes.get(subdivision.group(), NONE)))
        whole = self._whole(name_key(text))
        if whole:
            return tuple(sorted(whole))
        parts = [name_key(part) for part in _PARTS.split(text) if part.strip()]
        return tuple(sorted(self._of_parts(parts))) if len(parts) > 1 else ()

    def _country(self, word: str) -> Readings:
        for names in (self.ambiguous, self.aliases, self.codes, self.countries, self.foreign):
            if readings := names.get(word):
                return readings
        return NONE

    def _whole(self, word: str) -> Readings:
        readings = self._country(word) or self.subdivisions.get(word, NONE)
        bare = _ARTICLES.sub("", word)
        return readings or (self._country(bare) if bare != word else NONE)

    def _of_parts(self, parts: list[str]) -> Readings:
        """Read the last part; those before it may narrow it, or contradict it and so widen it."""
        *before, last = parts
        readings = self._whole(last) | self.provinces.get(last, NONE)
        if not readings:
            return NONE
        for part in reversed(before):
            narrowed = readings & (self._whole(part) | self.provinces.get(part, NONE))
            readings = narrowed or readings
        for part in before:
            country = self._country(part)
            if country and not country & readings:
                readings = readings | country
        return readings


def name_key(text: str) -> str:
    """Return the key by which names are compared, without case, accents, dots, quotes and repeated white space."""
    return _strip(_GAPS.sub(" ", _normalize(text)))


def _name_keys(texts: Iterable[str]) -> list[str]:
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


def _read_phone(text: str) -> Readings:
    """Return the region of a whole number, or all regions that share a calling code."""
    digits = "+" + re.sub(r"\D", "", text.removeprefix("00") if text.startswith("00") else text)
    try:
        number = phonenumbers.parse(digits, None)
    except phonenumbers.NumberParseException:
        return _read_calling_code(digits[1:])
    region = phonenumbers.region_code_for_number(number)
    if region and region.isalpha():
        return frozenset({region})
    return _read_calling_code(str(number.country_code))


def _read_calling_code(digits: str) -> Readings:
    if not digits or len(digits) > 3:
        return NONE
    regions = phonenumbers.region_codes_for_country_code(int(digits))
    return frozenset(region for region in regions if region.isalpha() and region != "ZZ")


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
    for (code, _), name in zip(pairs, _name_keys([name for _, name in pairs]), strict=True):
        if name and (region := regions.get(code)):
            names[name] = names[name] | region if name in names else region
    return names


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
