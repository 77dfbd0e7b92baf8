"""Link the short names of a record to the full names that they refer to.

"Jane", "Doe", "J. Doe" and "#janedoe" refer to "Jane Doe" unless they also fit another full name of the record.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from redaction.replacement.folding import Canonical

MAX_CANDIDATES: Final = 64
"""A token of more names than this is treated as ambiguous, so that long lists of names stay cheap."""


def link_names(names: Collection[Canonical]) -> dict[Canonical, Canonical]:
    """Map every name of a record to the only full name that it can refer to, or to itself."""
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
    """Return whether `short` can be `full` with tokens left out, cut to initials, or written as one word."""
    if len(short) == 1 and len(full) > 1 and short[0] == "".join(full):
        return True
    if len(short) > len(full):
        return False
    rest = iter(full)
    return all(any(_matches(token, candidate) for candidate in rest) for token in short)


def _matches(token: str, full: str) -> bool:
    return token == full or (len(token) == 1 and full.startswith(token))
