"""What one record knows while its spans are replaced: who is who, and which number comes next."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from redaction.replacement.folding import PERSON, Canonical, canonical
from redaction.replacement.name_links import link_people

_LOOKS_LIKE_OURS = re.compile(r"\[([A-Z][A-Z0-9_]*)_(\d{1,9})\]")


class SpanLike(Protocol):
    """What this room asks of a span: character offsets into the original text, and a type."""

    @property
    def start(self) -> int:
        """Offset of the first character."""

    @property
    def end(self) -> int:
        """Offset after the last character."""

    @property
    def entity_type(self) -> str:
        """The type of personal data."""


class Mentions:
    """The mentions of one record, over all its texts.

    Numbers count up by type in the order of first use. A number that the author wrote, such as a literal
    "[PERSON_1]", is passed over: what looks like a placeholder in the text is never given to a real mention.
    """

    def __init__(self, texts: Iterable[str], values: Iterable[tuple[str, str]]) -> None:
        """`values` are the (entity type, text) of all spans of the record."""
        self._canonical = {value: canonical(*value) for value in values}
        self._people = link_people({c for (kind, _), c in self._canonical.items() if kind == PERSON})
        self._written: defaultdict[str, set[int]] = defaultdict(set)
        for text in texts:
            for kind, number in _LOOKS_LIKE_OURS.findall(text):
                self._written[kind].add(int(number))
        self._numbers: dict[tuple[str, Canonical], int] = {}
        self._last: defaultdict[str, int] = defaultdict(int)

    def who(self, entity_type: str, value: str) -> Canonical:
        """The value that a mention stands for: the full name for an unambiguous short one."""
        own = self._canonical[entity_type, value]
        return self._people.get(own, own) if entity_type == PERSON else own

    def number(self, entity_type: str, who: Canonical) -> int:
        """The number of a value, given out at its first use."""
        known = self._numbers.get((entity_type, who))
        if known is not None:
            return known
        number = self._last[entity_type] + 1
        while number in self._written[entity_type]:
            number += 1
        self._last[entity_type] = self._numbers[entity_type, who] = number
        return number
