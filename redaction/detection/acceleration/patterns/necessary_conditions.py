"""Derives cheap conditions that are necessary for a pattern to match a text.

`needs_of_pattern` walks the parsed pattern and collects what every match contains: how many digits, and of which sets
at least one character. A text without them is not searched. Where the pattern cannot be parsed, nothing is needed.
"""

import re
import re._constants as sc  # type: ignore[import-not-found]
import re._parser as sre_parse  # type: ignore[import-not-found]
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import regex

_MAX_SET = 24


@dataclass(frozen=True, slots=True)
class Needs:
    """What a text must contain: at least so many digits, and one character of each set."""

    digits: int = 0
    one_of: tuple[frozenset[str], ...] = ()


class Traits:
    """What a text contains; computed when it is first read."""

    __slots__ = ("_digits", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._digits: int | None = None

    @property
    def digits(self) -> int:
        """The number of digits."""
        if self._digits is None:
            plain = self._text.isascii()
            self._digits = len(self._text.encode().translate(None, _NO_DIGITS) if plain else _DIGIT.findall(self._text))
        return self._digits

    def meet(self, needs: Needs) -> bool:
        """Whether the text could match."""
        if needs.digits and self.digits < needs.digits:
            return False
        return all(any(character in self._text for character in wanted) for wanted in needs.one_of)


_NO_DIGITS = bytes(code for code in range(128) if not chr(code).isdecimal())
_DIGIT = regex.compile(r"\d")
_ONLY_REGEX = re.compile(r"\[:|&&|--|\|\||~~")
_FUZZY = re.compile(r"\{[^}\d,]")
_SET = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
"""Syntax that means something else in `regex` than in `re`: POSIX classes, set operations, fuzzy matching."""


def needs_of_pattern(pattern: str, flags: int) -> Needs:
    """Return what each match of a pattern of the `regex` module contains."""
    if flags & regex.V1 or _ONLY_REGEX.search(pattern) or _FUZZY.search(_SET.sub("", pattern)):
        return Needs()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = sre_parse.parse(pattern, flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE))
    except (re.error, RecursionError, OverflowError):
        return Needs()
    return _sequence(parsed.data)


def either(needs: Iterable[Needs]) -> Needs:
    """Return what a text must contain for any of several patterns."""
    branches = list(needs)
    if not branches:
        return Needs()
    digits = min(n.digits for n in branches)
    common = set(branches[0].one_of)
    for branch in branches[1:]:
        common &= set(branch.one_of)
    if not common and all(n.one_of for n in branches):
        union = frozenset().union(*(min(n.one_of, key=len) for n in branches))
        common = {union} if len(union) <= _MAX_SET else set()
    return Needs(digits, tuple(sorted(common, key=sorted)))


def _both(left: Needs, right: Needs) -> Needs:
    return Needs(left.digits + right.digits, tuple(dict.fromkeys((*left.one_of, *right.one_of))))


def _sequence(items: Iterable[tuple[Any, Any]]) -> Needs:
    needs = Needs()
    for op, argument in items:
        needs = _both(needs, _item(op, argument))
    return needs


def _item(op: Any, argument: Any) -> Needs:  # noqa: PLR0911
    if op is sc.LITERAL:
        return _characters({chr(argument)})
    if op is sc.IN:
        return _class(argument)
    if op is sc.BRANCH:
        return either(_sequence(branch) for branch in argument[1])
    if op is sc.SUBPATTERN:
        return _sequence(argument[3])
    if op in (sc.MAX_REPEAT, sc.MIN_REPEAT, sc.POSSESSIVE_REPEAT):
        least, _, inner = argument
        once = _sequence(inner) if least else Needs()
        return Needs(once.digits * least, once.one_of)
    if op is sc.ATOMIC_GROUP:
        return _sequence(argument)
    return Needs()


def _class(items: Any) -> Needs:
    characters: set[str] = set()
    digits = False
    for op, argument in items:
        if op is sc.LITERAL:
            characters.add(chr(argument))
        elif op is sc.RANGE and argument[1] - argument[0] < _MAX_SET:
            characters.update(chr(code) for code in range(argument[0], argument[1] + 1))
        elif op is sc.CATEGORY and argument is sc.CATEGORY_DIGIT:
            digits = True
        else:
            return Needs()
    if digits or characters:
        if all(c.isdecimal() for c in characters):
            return Needs(digits=1)
        if not digits:
            return _characters(characters)
    return Needs()


def _characters(characters: set[str]) -> Needs:
    if all(c.isdecimal() for c in characters):
        return Needs(digits=1)
    # A letter may match others by case folding (K and the Kelvin sign): only other characters are certain.
    if any(c.isalpha() or c.lower() != c or c.upper() != c for c in characters) or len(characters) > _MAX_SET:
        return Needs()
    return Needs(one_of=(frozenset(characters),))
