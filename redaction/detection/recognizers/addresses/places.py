"""Finds names of places that models miss: listed towns, German adjectives of them, streets without a number."""

import re
from collections.abc import Iterator
from functools import cache

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.entities import EntityType
from redaction.detection.lists import terms
from redaction.detection.recognizers.base import Match, RuleRecognizer

_CAP = r"[A-ZÀ-ÖØ-Þ][\w'’-]*"
_JOINED = {
    "de": r"(?:(?:an der|am|im|in der|ob der|vor der|bei|unter|zu|auf|in|a\.) )?",
    "it": r"(?:(?:di|del|della|dei|degli|delle|in|sul|sulla|al|alla|dell['’]|d['’]|a|e|con|la|il) ?){0,2}",
}
_GERMAN_STREET = RulePattern(
    r"(?<![\w@#/.-])(?:(?!(?:Haupt|Bundes|Land|Seiten|Neben|Einbahn|Durchgangs|Wohn|Spiel|Kreis|Staats|Auto|Schnell"
    r"|Einkaufs|Quer|Fertigungs|Montage|Zufahrts|Ringe|Milch|Wasser|Umgehungs|Schotter|Prozess|Produktions|Fußgänger"
    r"|Pracht|Zugangs|Privat|Waffel|Waschs?|Daten|Sack|Neben)(?:str|gass))"
    r"[A-ZÄÖÜ][\wäöüß-]{2,30}(?:straße|strasse|gasse|allee|chaussee)"
    r"|[A-ZÄÖÜ][a-zäöüß]{2,24}er (?:Straße|Strasse|Str\.|Weg|Allee|Chaussee|Damm|Platz|Ring|Ufer|Tor)"
    r")(?![\w-])",
    quick=r"(?:straße|strasse|gasse|allee|chaussee)|er (?:Stra|Str\.|Weg|Allee|Chau|Damm|Platz|Ring|Ufer|Tor)",
)
"""A street by its ending, or `Kaltenkirchener Straße`."""
_ADJECTIVE = re.compile(r"[A-ZÄÖÜ][\wäöüß]{2,30}er(?= [A-ZÄÖÜ])")
_WORD = re.compile(r"(?<![\w@/.-])[A-ZÀ-ÖØ-Þ][\wÀ-ÿ'’]*(?:-[A-ZÀ-ÖØ-Þ][\wÀ-ÿ]+)*")
_RIVERS = (
    "Rhein|Main|Ruhr|Oder|Neckar|Donau|Elbe|Weser|Inn|Lech|Saale|Spree|Havel|Mosel|Saar|Nahe|Lahn|Sieg|Wupper|Isar|Ilm"
    "|Aller|Leine|Werra|Fulda|Niers|Tauber|Enns|Mur|Aare|Drau|See|Bodensee|Harz|Taunus|Breisgau|Allgäu|Weinstra(?:ß|ss)e"
    "|Fichtelgebirge|Odenwald|Spessart|Schwarzwald|Brenz|Ems|Lippe|Neiße|Peißenberg"
)
_AT_RIVER = re.compile(rf" (?:am|an der|im|in der|ob der|vor der) (?:{_RIVERS})(?!\w)| \((?:{_RIVERS})\)")
"""What is part of a German town's name: Mülheim an der Ruhr, Kahl (Main)."""
_MOST_WORDS = 5
LANGUAGES_WITH_TOWNS = ("de", "it")


class PlaceNameRecognizer(RuleRecognizer):
    """Finds towns of a list of the text's language, which has none that are names of people or words."""

    types = (EntityType.LOCATION,)

    def __init__(self, supported_language: str = "de", **kwargs: object) -> None:
        super().__init__(supported_language=supported_language, **kwargs)
        self._towns = _towns(supported_language)
        self._first_words = frozenset(town.split()[0] for town in self._towns)
        self._adjectives = _adjectives(self._towns) if supported_language == "de" else frozenset[str]()
        joined = _JOINED[supported_language]
        self._more = re.compile(rf"(?:[ ]{joined}{_CAP}){{1,3}}")

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the longest listed name at each capitalized word; in German adjectives and streets too."""
        text, done = scanned.text, 0
        for word in _WORD.finditer(text):
            end = self._end(text, word) if word.start() >= done else 0
            if end:
                done = end
                yield Match(word.start(), end, EntityType.LOCATION, 0.5)
        if self._adjectives:
            for street in scanned.matches(_GERMAN_STREET):
                yield Match(street.start(), street.end(), EntityType.LOCATION, 0.5)

    def _end(self, text: str, word: re.Match[str]) -> int:
        name = word.group()
        if name in self._towns and self._adjectives and (river := _AT_RIVER.match(text, word.end())):
            return river.end()
        if _in_title_case(name) in self._first_words and (more := self._more.match(text, word.end())):
            parts = list(re.finditer(r"[ ]", text[word.start() : more.end()]))
            ends = [more.end(), *(word.start() + part.start() for part in reversed(parts))]
            for end in ends[: _MOST_WORDS + 1]:
                if _in_title_case(text[word.start() : end]) in self._towns or text[word.start() : end] in self._towns:
                    return end
        plain = name.removesuffix("s") if self._adjectives and name not in self._towns else name
        if name in self._towns or plain in self._towns or (name.isupper() and name.capitalize() in self._towns):
            return word.end()
        is_adjective = name in self._adjectives and _ADJECTIVE.match(text, word.start()) is not None
        return word.end() if is_adjective else 0


def _in_title_case(name: str) -> str:
    """Return a name in capitals as lists write it."""
    return name.title() if name.isupper() else name


@cache
def _towns(language: str) -> frozenset[str]:
    return terms(f"towns_{language}", "places")


def _adjectives(towns: frozenset[str]) -> frozenset[str]:
    """Return the German adjectives of towns: Kölner, Göttinger, Dresdner."""
    single = [town for town in towns if " " not in town and len(town) > len("Ulm")]
    regular = {f"{town}er" for town in single}
    without_en = {f"{town[:-2]}er" for town in single if town.endswith("en")}
    without_e = {f"{town[:-2]}{town[-1]}er" for town in single if town.endswith(("den", "chen", "el"))}
    return frozenset(regular | without_en | without_e)
