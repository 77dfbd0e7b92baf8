r"""Derive from a pattern the literals that each of its matches contains.

The literals are of folded text, which has one character per original character: letters in one case, every digit as
`0`, everything else as a space. So `\s\d`, `po\.? box` and `(?<!\w)via(?!\w)` become strings that one search for many
strings finds. A text without a literal that a pattern needs cannot match the pattern.
"""

import json
import re._casefix as casefix  # type: ignore[import-not-found]
import re._constants as sc  # type: ignore[import-not-found]
import re._parser as sre_parse  # type: ignore[import-not-found]
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import product
from typing import Any, Final

import numpy as np

from redaction.storage.cache import cached_arrays

Clause = frozenset[str]
"""Folded strings of which a text must contain at least one."""

_MAX_LITERALS: Final = 600
_MAX_CLASS: Final = 12
_MAX_RANGE: Final = 1000
_MAX_CLAUSES: Final = 2
_MIN_SELECTIVITY: Final = 1.85
_NOTHING: Final = frozenset({""})
_DIGITS: Final = 16
_PYTHON: Final = f"python-{'.'.join(map(str, sys.version_info[:3]))}-unicode-{unicodedata.unidata_version}"
"""The versions of the pattern parser and of the letters."""
_CODE_POINTS: Final = 0x40000
"""Code points from here on are no letters: tags and private use."""
_WEIGHT: Final = {" ": 0.55, "0": 0.8}
_COMMON: Final = dict.fromkeys("etaoinsrhl", 0.75)


@cache
def _folds() -> np.ndarray[Any, np.dtype[np.uint32]]:
    """Return for each code point its folded one."""
    return cached_arrays(f"folds-{_PYTHON}", lambda: {"folds": _each_folded()})["folds"]


def _each_folded() -> np.ndarray[Any, np.dtype[np.uint32]]:
    table = np.full(_CODE_POINTS, ord(" "), np.uint32)
    alike = {code: min(code, *others) for code, others in casefix._EXTRA_CASES.items()}
    for code in range(_CODE_POINTS):
        character = chr(code)
        if character.isalnum() or character == "_":
            lower = ord(character.lower()[0])
            table[code] = ord("0") if character.isdecimal() else alike.get(lower, lower)
    return table


def fold(text: str) -> str:
    """Fold a text; the length does not change."""
    table = _folds()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if len(codes) and codes.max() >= _CODE_POINTS:
        codes = np.where(codes < _CODE_POINTS, codes, ord(" "))
    return table[codes].tobytes().decode("utf-32-le", "surrogatepass")


def clauses_of(pattern: str, flags: int = 0) -> tuple[Clause, ...]:
    """Return the most selective clauses of a pattern; none where nothing is known.

    Texts must be folded with a space before and after them, as a match may be at either end.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = sre_parse.parse(pattern, flags)
    part = _sequence(parsed.data, starts=True)
    found = {_minimal(clause) for clause in (*part.clauses, *_as_clause(part.exact or part.prefix)) if clause}
    best: list[Clause] = []
    for clause in sorted(found, key=lambda c: (-_selectivity(c), sorted(c))):
        if _selectivity(clause) >= _MIN_SELECTIVITY and not any(_implies(better, clause) for better in best):
            best.append(clause)
    return tuple(best[:_MAX_CLAUSES])


def clauses_of_each(patterns: Sequence[tuple[str, int]]) -> list[tuple[Clause, ...]]:
    """Return the clauses of many patterns with their flags, from the cache: deriving them is slow."""
    digest = sha256(json.dumps(patterns).encode()).hexdigest()
    encoded = cached_arrays(f"clauses-{_PYTHON}-{digest[:_DIGITS]}", lambda: {"clauses": _as_bytes(patterns)})[
        "clauses"
    ]
    return [tuple(frozenset(clause) for clause in clauses) for clauses in json.loads(encoded.tobytes())]


def _as_bytes(patterns: Sequence[tuple[str, int]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    clauses = [[sorted(clause) for clause in clauses_of(*each)] for each in patterns]
    return np.frombuffer(json.dumps(clauses).encode(), np.uint8)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part of a pattern matches: all possible strings, or prefixes and suffixes of them; and its clauses."""

    exact: frozenset[str] | None = None
    prefix: frozenset[str] = _NOTHING
    suffix: frozenset[str] = _NOTHING
    clauses: tuple[Clause, ...] = ()


_UNKNOWN: Final = _Part()


def _selectivity(clause: Clause) -> float:
    """Return how rare the commonest of the literals is, by length and characters."""
    return min(sum(_WEIGHT.get(c, _COMMON.get(c, 1.0)) for c in literal) for literal in clause)


def _implies(better: Clause, clause: Clause) -> bool:
    """Whether a text that meets one clause meets the other."""
    return all(any(short in literal for short in clause) for literal in better)


def _minimal(clause: Iterable[str]) -> Clause:
    """Remove literals that contain another one."""
    minimal: list[str] = []
    for literal in sorted(clause, key=len):
        if not any(short in literal for short in minimal):
            minimal.append(literal)
    return frozenset(minimal)


def _as_clause(literals: frozenset[str]) -> tuple[Clause, ...]:
    return () if "" in literals or not literals else (literals,)


def _cross(left: frozenset[str], right: frozenset[str]) -> frozenset[str] | None:
    if len(left) * len(right) > _MAX_LITERALS:
        return None
    return frozenset(a + b for a, b in product(left, right))


def _sequence(items: Sequence[tuple[Any, Any]], *, starts: bool = False) -> _Part:
    """Join parts in sequence; `starts` means that they are at the start of the pattern."""
    run, prefix, whole = _NOTHING, None, True
    clauses: list[Clause] = []
    for position, (op, argument) in enumerate(items):
        if op is sc.AT:
            continue
        if op in (sc.ASSERT, sc.ASSERT_NOT):
            edge = _edge(op, argument)
            if edge == "before" and starts and position == 0:
                run = frozenset({" "})
            elif edge == "behind" and (joined := _cross(run, frozenset({" "}))):
                clauses += _as_clause(joined)
            elif edge == "" and op is sc.ASSERT and argument[0] == 1:
                clauses += _ahead(run, argument[1])
            continue
        part = _item(op, argument, starts=starts and position == 0)
        clauses += part.clauses
        joined = _cross(run, part.exact if part.exact is not None else part.prefix)
        if part.exact is not None and joined is not None:
            run = joined
            continue
        if prefix is None:
            prefix = joined if joined is not None else run
        whole = False
        clauses += _as_clause(joined if joined is not None else run)
        run = part.exact if part.exact is not None else part.suffix
    clauses += _as_clause(run)
    if whole:
        return _Part(exact=run, clauses=tuple(clauses))
    return _Part(prefix=prefix or _NOTHING, suffix=run, clauses=tuple(clauses))


def _ahead(run: frozenset[str], items: Any) -> tuple[Clause, ...]:
    """Return the clauses of a lookahead, which starts where the sequence ends."""
    part = _sequence(items)
    joined = _cross(run, part.exact if part.exact is not None else part.prefix)
    return (*part.clauses, *(_as_clause(joined) if joined else ()))


def _edge(op: Any, argument: Any) -> str:
    """Return "before" or "behind" if a lookaround forbids a word character there."""
    direction, items = argument
    if op is not sc.ASSERT_NOT or len(items) != 1 or items[0][0] is not sc.IN:
        return ""
    characters = items[0][1]
    if characters[0][0] is not sc.NEGATE and (sc.CATEGORY, sc.CATEGORY_WORD) in characters:
        return "before" if direction < 0 else "behind"
    return ""


def _item(op: Any, argument: Any, *, starts: bool) -> _Part:  # noqa: PLR0911
    if op is sc.LITERAL:
        return _Part(exact=frozenset({fold(chr(argument))}))
    if op is sc.IN:
        return _class(argument)
    if op is sc.SUBPATTERN:
        return _sequence(argument[3], starts=starts)
    if op is sc.ATOMIC_GROUP:
        return _sequence(argument, starts=starts)
    if op is sc.BRANCH:
        return _branch([_sequence(branch, starts=starts) for branch in argument[1]])
    if op in (sc.MAX_REPEAT, sc.MIN_REPEAT, sc.POSSESSIVE_REPEAT):
        return _repeat(*argument)
    return _UNKNOWN


def _class(items: Any) -> _Part:
    characters: set[str] = set()
    for op, argument in items:
        if op is sc.LITERAL:
            characters.add(fold(chr(argument)))
        elif op is sc.RANGE and argument[1] - argument[0] < _MAX_RANGE:
            characters.update(fold("".join(map(chr, range(argument[0], argument[1] + 1)))))
        elif op is sc.CATEGORY and argument in (sc.CATEGORY_SPACE, sc.CATEGORY_NOT_WORD):
            characters.add(" ")
        elif op is sc.CATEGORY and argument is sc.CATEGORY_DIGIT:
            characters.add("0")
        else:
            return _UNKNOWN
    return _Part(exact=frozenset(characters)) if 0 < len(characters) <= _MAX_CLASS else _UNKNOWN


def _branch(branches: list[_Part]) -> _Part:
    if all(b.exact is not None for b in branches):
        union = frozenset[str]().union(*(b.exact for b in branches if b.exact is not None))
        if len(union) <= _MAX_LITERALS:
            return _Part(exact=union, clauses=_any(branches))
    return _Part(
        prefix=_union(b.prefix if b.exact is None else b.exact for b in branches),
        suffix=_union(b.suffix if b.exact is None else b.exact for b in branches),
        clauses=_any(branches),
    )


def _union(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    union = frozenset[str]().union(*parts)
    return _NOTHING if "" in union or len(union) > _MAX_LITERALS else union


def _any(branches: list[_Part]) -> tuple[Clause, ...]:
    """Return one clause for all branches, of the most selective of each."""
    best = []
    for branch in branches:
        own = [*branch.clauses, *(_as_clause(branch.exact) if branch.exact else ())]
        if not own:
            return ()
        best.append(max(own, key=lambda c: (_selectivity(c), sorted(c))))
    union = _minimal(frozenset[str]().union(*best))
    return (union,) if len(union) <= _MAX_LITERALS else ()


def _repeat(least: Any, most: Any, inner: Any) -> _Part:
    once = _sequence(inner)
    if once.exact is not None and most is not sc.MAXREPEAT and int(most) <= 4:
        powers = [_power(once.exact, times) for times in range(int(least), int(most) + 1)]
        union = frozenset[str]().union(*(p for p in powers if p is not None))
        if None not in powers and len(union) <= _MAX_LITERALS:
            return _Part(exact=union, clauses=once.clauses if least else ())
    if not least:
        return _UNKNOWN
    if once.exact is None:
        return _Part(prefix=once.prefix, suffix=once.suffix, clauses=once.clauses)
    end = _power(once.exact, min(int(least), 6)) or once.exact
    return _Part(prefix=end, suffix=end, clauses=(*once.clauses, *_as_clause(end)))


def _power(literals: frozenset[str], times: int) -> frozenset[str] | None:
    made: frozenset[str] | None = _NOTHING
    for _ in range(times):
        made = None if made is None else _cross(made, literals)
    return made
