"""Read a region as people and systems write it: codes, names in many languages, towns with a country.

A value that may mean several regions gives all of them, and the caller protects; a value that cannot be read gives
none. Of a list (`US; DE`) every part counts, and a part that cannot be read makes the whole unreadable. Nothing is
guessed by similarity, since a wrong guess cannot be undone. Calling codes come from libphonenumber.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import phonenumbers

from redaction.rights.grounds.region_names import NONE, Names, Readings, foreign_names, name_key, region_names
from redaction.rights.plain_words import latin, visible

_CACHED_ANSWERS = 65_536

_LIST = re.compile(r"[;|/\\⁄∕<>→•·\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""Between the parts of a list: each is a place of its own."""
_PARTS = re.compile(r"\s*[,،、()\[\]{}]+\s*|\s+[-‐-―]+\s+")
"""Between a place and the larger one that it is in, and sometimes between the parts of a list."""
_CONJUNCTIONS = re.compile(r"\s*[&+]\s*|\s+(?:and|or|und|oder|et|ou|y|e|o|i|en|og|och|и|plus|then)\s+", re.IGNORECASE)
_QUOTES_AND_STOPS = " '\"!?*:…"
_NO_PLACE = frozenset({"remote", "hybrid", "on site", "onsite", "home office"})
_LONGEST_CODE = 3
_LONGEST_NAME = 5
"""How many words of a part are read as one country's name."""
_SUBDIVISION = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
_CODE = re.compile(r"\b[A-Z]{2,3}\b")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_PHONE = re.compile(r"(?:\+|00)\d[\d\s().-]*")
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
    groups: Names
    protectable: Readings

    @classmethod
    def build(
        cls, aliases: Mapping[str, str], ambiguous: Mapping[str, Iterable[str]], protectable: Iterable[str]
    ) -> Self:
        """Combine the libraries' tables with an operator's words.

        Args:
            aliases: words with one region; they override the libraries.
            ambiguous: words with several regions; they override the libraries.
            protectable: the regions that a policy may protect: these readings of a part are never narrowed away.

        Returns:
            The gazetteer.
        """
        names = region_names()
        return cls(
            aliases={name_key(word): frozenset({code}) for word, code in aliases.items()},
            ambiguous={name_key(word): frozenset(readings) for word, readings in ambiguous.items()},
            codes=names["codes"],
            countries=names["countries"],
            subdivisions=names["subdivisions"],
            subdivision_codes=names["subdivision_codes"],
            provinces=names["provinces"],
            groups=names["groups"],
            protectable=frozenset(protectable),
        )

    @cached_property
    def foreign(self) -> Names:
        """Names of countries in every language of the CLDR; loaded when a value is in none of the other tables."""
        return foreign_names()

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
        text = visible(value).strip()
        return tuple(sorted(self._name(text) | self._of_list(text) or self._of_parts(text) or self._joined(text)))

    def _name(self, text: str) -> Readings:
        """Read a flag, a phone number, a code or one name."""
        if flag := _FLAG.fullmatch(text):
            code = "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in flag.group())
            return self.codes.get(name_key(code), NONE)
        if _PHONE.fullmatch(text):
            return _read_phone(text)
        if subdivision := _SUBDIVISION.fullmatch(text.upper()):
            return self.subdivision_codes.get(subdivision.group(), NONE)
        word = _word(text)
        return self._whole(word) or (self._whole(_word(latin(text))) if not text.isascii() else NONE)

    def _country(self, word: str) -> Readings:
        for names in (self.ambiguous, self.aliases, self.codes, self.countries, self.foreign):
            if readings := names.get(word):
                return readings
        return NONE

    def _whole(self, word: str) -> Readings:
        readings = self._country(word) or self.subdivisions.get(word, NONE)
        bare = _ARTICLES.sub("", word)
        if readings or bare == word:
            return readings
        named = self._country(bare)
        article = word.removesuffix(bare).strip()  # which may be a code: "EL - US" is of Greece
        return named | self._country(article) & self.protectable if named else NONE

    def _of_list(self, text: str) -> Readings:
        """Read each part of a list; none if one of them cannot be read."""
        parts = [part.strip() for part in _LIST.split(_FLAG.sub(r";\g<0>;", text))]
        places = [part for part in parts if part and _word(part) not in _NO_PLACE]
        if len(parts) < 2 or not places:
            return NONE
        return _union_if_all(self._name(part) or self._of_parts(part) or self._joined(part) for part in places)

    def _joined(self, text: str) -> Readings:
        """Read "US and DE", "US & DE"; none if one of the parts cannot be read."""
        parts = [part.strip() for part in _CONJUNCTIONS.split(text)]
        return _union_if_all(map(self._name, parts)) if len(parts) > 1 else NONE

    def _of_parts(self, text: str) -> Readings:
        """Read the last part; those before it may narrow it, or contradict it and so widen it."""
        # No reading that a policy may protect is narrowed away, but by `_narrowed`.
        if _LIST.search(text):
            return NONE
        parts = self._split(text)
        parts = [part for part in parts if _word(part) not in _NO_PLACE] if len(parts) > 1 else []
        if not parts:
            return NONE
        every = [self._name(part) | self.provinces.get(_word(part), NONE) for part in parts]
        if not every[-1] or any(self._is_doubtful(part) for part, its in zip(parts, every, strict=True) if not its):
            return NONE
        readings = every[-1]
        for its in reversed(every[:-1]):
            readings = readings & its or readings
        countries = [self._country(_word(part)) for part in parts]
        for country in countries[:-1]:
            if country and not country & readings:
                readings = readings | country
        for position, part in enumerate(parts):
            its = every[position] or self._within(part)
            readings = readings | (self._narrowed(position, parts, every, countries) or its & self.protectable)
        return readings

    def _split(self, text: str) -> list[str]:
        """Split at commas, parentheses and dashes, but for those in a name ("Bonaire, Sint Eustatius and Saba")."""
        gaps = [match.span() for match in _PARTS.finditer(text)]
        starts, ends = [0, *(end for _, end in gaps)], [*(start for start, _ in gaps), len(text)]
        parts, first = list[str](), 0
        while first < len(starts):
            last = min(first + _LONGEST_NAME, len(starts)) - 1
            while last > first and not self._name(text[starts[first] : ends[last]]):
                last -= 1
            parts.append(text[starts[first] : ends[last]].strip())
            first = last + 1
        return [part for part in parts if part]

    def _narrowed(self, position: int, parts: list[str], every: list[Readings], countries: list[Readings]) -> Readings:
        """Return what is left of a name that several regions share, where the next part says which (Cambridge, MA)."""
        # Of a code only between a town and its country: "San Francisco, CA, USA".
        word = _word(parts[position])
        if position == len(parts) - 1 or len(every[position]) < 2:
            return NONE
        if len(word) > _LONGEST_CODE and (word in self.ambiguous or not countries[position]):
            return every[position] & every[position + 1]
        is_between = position and not countries[position - 1] and position == len(parts) - 2
        if word in self.ambiguous and is_between and len(countries[-1]) == 1:
            return every[position] & countries[-1]
        return NONE

    def _within(self, part: str) -> Readings:
        """Read the countries in a part that is otherwise unknown: "formerly Germany", "DE resident", "munich de"."""
        readings = self._joined(part)
        for name in _phrases(part):
            if len(name) > _LONGEST_CODE:
                for names in (self.ambiguous, self.aliases, self.countries, self.foreign):
                    readings = readings | names.get(name, NONE)
        *_, last = ["", *_word(part).split()]
        codes = [*map(_word, _CODE.findall(part)), *([last] if len(last) <= _LONGEST_CODE else [])]
        for code in codes:
            readings = readings | self._country(code)
        return readings

    def _is_doubtful(self, part: str) -> bool:
        """Test for a group of countries ("EMEA"), or a list of which only some parts can be read."""
        if any(name in self.groups for name in _phrases(part)):
            return True
        some = [self._name(each.strip()) for each in _CONJUNCTIONS.split(part)]
        return any(some) and not all(some)


def _union_if_all(readings: Iterable[Readings]) -> Readings:
    every = list(readings)
    return frozenset[str]().union(*every) if all(every) else NONE


def _word(text: str) -> str:
    return name_key(text).strip(_QUOTES_AND_STOPS)


def _phrases(text: str) -> Iterator[str]:
    """Yield the runs of up to `_LONGEST_NAME` words."""
    words = [_word(word) for word in _word(text).split()]
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST_NAME, len(words)) + 1):
            yield " ".join(words[first:last])


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
