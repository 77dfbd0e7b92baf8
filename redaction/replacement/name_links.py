"""Which short names of a record stand for which full ones."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from redaction.replacement.folding import Canonical

MAX_CANDIDATES: Final = 64
"""A token of more names than this is taken as ambiguous: a long list of names costs no square."""


def link_people(names: Collection[Canonical]) -> dict[Canonical, Canonical]:
    """Maps every name of a record to the fullest name that it can only stand for.

    "Jane", "Doe", "J. Doe" and "#janedoe" map to "Jane Doe" if no other full name of the record fits them as
    well. What fits two full names, or none, maps to itself.
    """
    if len(names) < 2:
        return {name: name for name in names}
    by_token: defaultdict[str, set[Canonical]] = defaultdict(set)
    for name in names:
        for token in {*name, "".join(name)}:
            by_token[token].add(name)
    fuller = {name: _fuller_names(name, by_token) for name in names}
    return {name: _only_fullest(name, fuller) for name in names}


def _fuller_names(name: Canonical, by_token: dict[str, set[Canonical]]) -> frozenset[Canonical]:
    key = max(name, key=len)
    if len(key) < 2 or len(by_token[key]) > MAX_CANDIDATES:
        return frozenset()
    return frozenset(other for other in by_token[key] if other != name and abbreviates(name, other))


def _only_fullest(name: Canonical, fuller: dict[Canonical, frozenset[Canonical]]) -> Canonical:
    fullest = [other for other in fuller[name] if not fuller[other]]
    return fullest[0] if len(fullest) == 1 else name


def abbreviates(short: Canonical, full: Canonical) -> bool:
    """Whether `short` can be `full` with tokens left out, cut to initials, or written as one word."""
    if len(short) == 1 and len(full) > 1 and short[0] == "".join(full):
        return True
    if len(short) > len(full):
        return False
    rest = iter(full)
    return all(any(_stands_for(token, candidate) for candidate in rest) for token in short)


def _stands_for(token: str, full: str) -> bool:
    return token == full or (len(token) == 1 and full.startswith(token))
