"""Finds generated texts that resemble a recent one, so that only intended copies are near-duplicates."""

from __future__ import annotations

import re
import zlib
from collections import Counter, deque

SKETCH = 12
MAX_SHARED = 5
MIN_WORDS = 8
WINDOW = 60_000
MAX_PER_GRAM = 32
_WORD = re.compile(r"\w+")


class NearDuplicateFilter:
    """Stores a sketch of each recent text: the smallest hashes of its word trigrams."""

    def __init__(self) -> None:
        """Start without any text."""
        self._seen: dict[int, list[int]] = {}
        self._order: deque[tuple[int, list[int]]] = deque()
        self._count = 0

    def sketch(self, text: str) -> list[int]:
        """Return the sketch, empty for texts too short to be distinctive."""
        words = _WORD.findall(text.lower())
        if len(words) < MIN_WORDS:
            return []
        grams = {zlib.crc32(" ".join(words[i : i + 3]).encode()) for i in range(len(words) - 2)}
        return sorted(grams)[:SKETCH]

    def is_new(self, text: str) -> bool:
        """Return whether no recent text shares much of its sketch."""
        sketch = self.sketch(text)
        hits = Counter(number for gram in sketch for number in self._seen.get(gram, ()))
        limit = min(MAX_SHARED, max(2, len(sketch) // 2))
        return not hits or hits.most_common(1)[0][1] < limit

    def remember(self, text: str) -> None:
        """Add a text that was used."""
        sketch = self.sketch(text)
        self._count += 1
        for gram in sketch:
            seen = self._seen.setdefault(gram, [])
            seen.append(self._count)
            del seen[:-MAX_PER_GRAM]
        self._order.append((self._count, sketch))
        if len(self._order) > WINDOW:
            number, old = self._order.popleft()
            for gram in old:
                left = [n for n in self._seen.get(gram, ()) if n != number]
                if left:
                    self._seen[gram] = left
                else:
                    self._seen.pop(gram, None)
