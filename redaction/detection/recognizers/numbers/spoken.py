"""Finds numbers that are spelled out digit by digit: "nine one nine five five five zero one seven three"."""

import re
from collections.abc import Iterator
from itertools import pairwise

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer, luhn

_DIGITS = (
    "zero oh nought null zéro cero nul शून्य",
    "one eins ein un uno een um एक",
    "two zwei zwo deux dos due twee dois दो",
    "three drei trois tres tre drie três तीन",
    "four vier quatre cuatro quattro quatro चार",
    "five fünf cinq cinco cinque vijf पांच",
    "six sechs seis sei zes छह",
    "seven sieben sept siete sette zeven sete सात",
    "eight acht huit ocho otto oito आठ",
    "nine neun neuf nueve nove negen नौ",
)
"""The words for each digit, in several languages."""
_VALUES = {word: str(value) for value, words in enumerate(_DIGITS) for word in words.split()}
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES |= {word: str(value) for value, word in enumerate(_TEENS.split(), 10)}
_VALUES |= {word: f"{value}0" for value, word in enumerate(_TENS.split(), 2)}
_RARE = frozenset(word for word, value in _VALUES.items() if value in tuple("3456789") and len(word) > len("oh"))
"""Words of which a number has at least one."""
_ANY_RARE = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_RARE))})", re.IGNORECASE)
_REPEATED = {"double": 2, "triple": 3, "doppel": 2, "doble": 2}
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_ITEM = rf"(?:(?:{'|'.join(_REPEATED)})[ -])?(?:(?:{_WORD})(?!\w)|\d(?!\w))"
_SPOKEN = RulePattern(
    rf"(?<!\w){_ITEM}(?:(?:[ ,-]|, |[.…]{{1,3}} ){_ITEM}){{5,30}}",
    re.IGNORECASE,
    beside=rf"(?<!\w)(?:{'|'.join(sorted(_RARE))})",
)
_FEWEST, _FEWEST_WORDS = 7, 5
_CARD_LENGTHS = frozenset({15, 16})
_IDENTITY = Cue(r"ssn|social(?: security)?|national (?:id|number)|aadhaar|tax id|pan|nhs|bsn|passport", before=40)


class SpokenNumberRecognizer(RuleRecognizer):
    """Finds seven digits or more that are spelled out; counting up or down is left out."""

    types = (EntityType.PHONE_NUMBER, EntityType.CREDIT_CARD, EntityType.NATIONAL_ID)
    rule_patterns = (_SPOKEN,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the words from the first digit to the last."""
        for match in scanned.matches(_SPOKEN) if _ANY_RARE.search(scanned.text) else ():
            digits, words = _read(match.group())
            steps = {int(b) - int(a) for a, b in pairwise(digits)}
            if len(digits) < _FEWEST or words < _FEWEST_WORDS or len(steps) <= 1 or _counts(digits):
                continue
            yield Match(match.start(), match.end(), _type_of(scanned.text, match.start(), digits), 0.6)


def _read(spoken: str) -> tuple[str, int]:
    """Return the digits, and how many of them are words."""
    digits, words, times = "", 0, 1
    for word in re.findall(r"\w+", spoken.lower()):
        if word in _REPEATED:
            times = _REPEATED[word]
            continue
        words += not word.isdecimal()
        digits += _VALUES.get(word, word) * times
        times = 1
    return digits, words


def _counts(digits: str) -> bool:
    """Whether most digits follow from the ones before: one two three four."""
    steps = [int(b) - int(a) for a, b in pairwise(digits)]
    return max(steps.count(1), steps.count(-1)) > 0.7 * len(steps)


def _type_of(text: str, start: int, digits: str) -> EntityType:
    if len(digits) in _CARD_LENGTHS and luhn(digits):
        return EntityType.CREDIT_CARD
    return EntityType.NATIONAL_ID if _IDENTITY.before(text, start) else EntityType.PHONE_NUMBER
