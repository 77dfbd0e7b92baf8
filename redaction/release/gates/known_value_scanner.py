"""Does any value of the profile table stand in the output? One automaton over all of them, every byte read.

This is the audit's own reading of the profiles: it shares no code with what redacted the texts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Self

import polars as pl
from ahocorasick_rs import AhoCorasick, Implementation

from redaction.release.gates.known_value_patterns import Pattern, ValueKind, known_patterns
from redaction.release.gates.normalize import Edges, ascii_line_edges, decoded_lines, in_ascii, squeeze, squeeze_lines


class KnownValueScanner:
    """Finds known values in any text, whatever simple disguise either of them wears."""

    def __init__(self, patterns: dict[str, Pattern]) -> None:
        """Use `from_profiles` or `from_values`."""
        self._automaton = AhoCorasick(list(patterns), implementation=Implementation.ContiguousNFA, store_patterns=False)
        self._patterns = list(patterns.values())
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

    def may_hold(self, squeezed: str, edges: Edges | None = None) -> Iterator[int]:
        """The numbers of those lines, as `squeeze_lines` gives them, in which `scan` may find something.

        With `edges`, where words begin and end, of those alone in which it does.
        """
        line = reached = 0
        for pattern, end in self._found(squeezed):
            line += squeezed.count("\n", reached, end)
            reached = end
            if edges is None or _stands(pattern, end, edges):
                yield line

    def scan(self, text: str) -> dict[ValueKind, int]:
        """How many values of each kind stand in a text, never which; one within another counts too."""
        squeezed = squeeze(text)
        found = self._found(squeezed.text)
        if not found:
            return {}
        edges = squeezed.edges()
        return Counter(pattern.kind for pattern, end in found if _stands(pattern, end, edges))

    def _found(self, squeezed: str) -> list[tuple[Pattern, int]]:
        """Every pattern that stands in a squeezed text, one within another too, and where it ends; in that order."""
        matches = self._automaton.find_matches_as_indexes(squeezed, overlapping=True) if self.patterns else ()
        return [(self._patterns[number], end) for number, _, end in matches]


def may_hold(texts: pl.Series, scanners: Sequence[KnownValueScanner]) -> pl.Series:
    """The places, in order, of those texts in which a scanner may find something; in no other does one.

    Where words end is looked up only where a value is: in few texts, and, where these are in ASCII, in all at once.
    """
    lines = decoded_lines(texts)
    plain = in_ascii(lines)
    likely = _held(lines, plain.arg_true(), scanners)
    return pl.concat(
        [_held(lines, likely, scanners, ascii_line_edges), _held(lines, (~plain).arg_true(), scanners)]
    ).sort()


def _held(
    lines: pl.Series,
    places: pl.Series,
    scanners: Sequence[KnownValueScanner],
    edges_of: Callable[[pl.Series], Edges] | None = None,
) -> pl.Series:
    """Those of some places in whose lines a scanner may find something."""
    some = lines.gather(places)
    squeezed, edges = squeeze_lines(some), edges_of(some) if edges_of else None
    found = {line for scanner in scanners for line in scanner.may_hold(squeezed, edges)}
    return places.gather(sorted(found)).cast(pl.UInt32)


def _stands(pattern: Pattern, end: int, edges: Edges) -> bool:
    """Whether a pattern that ends there stands as it must."""
    return not pattern.whole or bool(edges[end] and edges[end - pattern.length])
