"""Does any value of the profile table stand in the output? One automaton over all of them, every byte read.

This is the audit's own reading of the profiles: it shares no code with what redacted the texts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import ahocorasick
import polars as pl

from redaction.release.gates.normalise import decoded_lines, in_ascii, squeeze, squeeze_lines
from redaction.release.gates.patterns import Pattern, ValueKind, known_patterns


class KnownValueScanner:
    """Finds known values in any text, whatever simple disguise either of them wears."""

    def __init__(self, patterns: dict[str, Pattern]) -> None:
        """Use `from_profiles` or `from_values`."""
        self._automaton = ahocorasick.Automaton()
        for text, pattern in patterns.items():
            self._automaton.add_word(text, pattern)
        self._automaton.make_automaton()
        self.patterns = len(patterns)

    @classmethod
    def from_profiles(cls, profiles: pl.DataFrame, dictionary: Iterable[str] = ()) -> Self:
        """Looks for every value of a profiles frame, in the forms that `known_patterns` gives."""
        return cls(known_patterns(profiles, dictionary))

    @classmethod
    def from_values(cls, values: Iterable[str], kind: ValueKind = ValueKind.CANARY) -> Self:
        """Arbitrary values, each found also inside a longer word."""
        texts = {squeeze(value).text for value in values} - {""}
        return cls({text: Pattern(kind, len(text), False) for text in texts})

    def may_hold(self, squeezed: str) -> Iterator[int]:
        """The numbers of those lines, as `squeeze_lines` gives them, in which `scan` may find something."""
        line = reached = 0
        for last, _ in self._automaton.iter(squeezed) if self.patterns else ():
            line += squeezed.count("\n", reached, last)
            reached = last
            yield line

    def scan(self, text: str) -> dict[ValueKind, int]:
        """How many values of each kind stand in a text, never which; one within another counts too."""
        if not self.patterns:
            return {}
        squeezed = squeeze(text)
        found = list(self._automaton.iter(squeezed.text))
        if not found:
            return {}
        edges = squeezed.edges()
        return Counter(
            pattern.kind
            for last, pattern in found
            if not pattern.whole or (edges[last + 1] and edges[last + 1 - pattern.length])
        )


def may_hold(texts: pl.Series, scanners: Sequence[KnownValueScanner]) -> pl.Series:
    """The places, in order, of those texts in which a scanner may find something; in no other does one."""
    lines = decoded_lines(texts)
    plain = in_ascii(lines)
    found: set[int] = set()
    for places in (plain.arg_true(), (~plain).arg_true()):
        squeezed, numbers = squeeze_lines(lines.gather(places)), places.to_list()
        found.update(numbers[line] for scanner in scanners for line in scanner.may_hold(squeezed))
    return pl.Series(sorted(found), dtype=pl.UInt32)
