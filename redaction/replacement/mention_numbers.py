"""Number the mentions of one record: the same person or value gets the same number."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from redaction.replacement.folding import PERSON, Canonical, canonical
from redaction.replacement.name_links import link_names

_PLACEHOLDER = re.compile(r"\[([A-Z][A-Z0-9_]*)_(\d{1,9})\]")


class SpanLike(Protocol):
    """A span: character offsets `[start, end)` into the original text, and a type. Presidio's results are spans too."""

    @property
    def start(self) -> int:
        """The offset of the first character."""

    @property
    def end(self) -> int:
        """The offset after the last character."""

    @property
    def entity_type(self) -> str:
        """The type of personal data."""


class PlaceholderNumbers:
    """The numbers of placeholders: those of one record, or of a whole stream. It grows with the distinct values.

    Numbers count up by type in the order of first use. Where the author wrote a literal "[PERSON_1]", that number is
    skipped, so that no real mention has it.
    """

    def __init__(self) -> None:
        self._reserved: defaultdict[str, set[int]] = defaultdict(set)
        self._numbers: dict[tuple[str, Canonical], int] = {}
        self._last: defaultdict[str, int] = defaultdict(int)

    def reserve(self, text: str) -> None:
        """Skip the numbers of the placeholders that a text contains literally."""
        for kind, number in _PLACEHOLDER.findall(text):
            self._reserved[kind].add(int(number))

    def number(self, entity_type: str, canonical_value: Canonical) -> int:
        """Return the number of a value, which is assigned at its first use."""
        assigned = self._numbers.get((entity_type, canonical_value))
        if assigned is not None:
            return assigned
        number = self._last[entity_type] + 1
        while number in self._reserved[entity_type]:
            number += 1
        self._last[entity_type] = self._numbers[entity_type, canonical_value] = number
        return number


class Mentions:
    """The mentions of one record, in all its texts."""

    def __init__(
        self, texts: Iterable[str], values: Iterable[tuple[str, str]], numbers: PlaceholderNumbers | None = None
    ) -> None:
        """Link the names of a record. `values` are the (entity type, text) of all its spans."""
        self._canonical = {value: canonical(*value) for value in values}
        self._full_names = link_names({c for (kind, _), c in self._canonical.items() if kind == PERSON})
        self._numbers = numbers if numbers is not None else PlaceholderNumbers()
        for text in texts:
            self._numbers.reserve(text)

    def canonical(self, entity_type: str, value: str) -> Canonical:
        """Return the canonical form of a mention; for an unambiguous short name that of the full name."""
        folded = self._canonical[entity_type, value]
        return self._full_names.get(folded, folded) if entity_type == PERSON else folded

    def number(self, entity_type: str, canonical_value: Canonical) -> int:
        """Return the number of a value, which is assigned at its first use."""
        return self._numbers.number(entity_type, canonical_value)
