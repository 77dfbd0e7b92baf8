"""The audit's own search for values of the profile table, with one automaton over all of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Self

import polars as pl
from ahocorasick_rs import AhoCorasick, Implementation

from redaction.release.gates.known_value_patterns import Pattern, ValueKind, known_patterns
from redaction.release.gates.normalize import Edges, ascii_line_edges, decoded_lines, in_ascii, squeeze, squeeze_lines


class KnownValueScanner:
    """Finds known values in texts after both are normalized."""

    def __init__(self, patterns: dict[str, Pattern]) -> None:
        """Build the automaton; use `from_profiles` or `from_values` instead."""
        self._automaton = AhoCorasick(list(patterns), implementation=Implementation.ContiguousNFA, store_patterns=False)
        self._patterns = list(patterns.values())
        self.patterns = len(patterns)

    @classmethod
    def from_profiles(cls, profiles: pl.DataFrame, dictionary: Iterable[str] = ()) -> Self:
        """Create a scanner for all values of a profiles frame, in the formats of `known_patterns`."""
        return cls(known_patterns(profiles, dictionary))

    @classmethod
    def from_values(cls, values: Iterable[str], kind: ValueKind = ValueKind.CANARY) -> Self:
        """Create a scanner for given values, which are also found inside longer words."""
        texts = {squeeze(value).text for value in values} - {""}
        return cls({text: Pattern(kind, len(text), False) for text in texts})

    def may_hold(self, squeezed: str, edges: Edges | None = None) -> Iterator[int]:
        """Yield the numbers of the squeezed lines that may have a value; with the word edges of all lines, that do."""
        line = reached = 0
        for pattern, end in self._find(squeezed):
            line += squeezed.count("\n", reached, end)
            reached = end
            if edges is None or _is_at_edges(pattern, end, edges):
                yield line

    def scan(self, text: str) -> dict[ValueKind, int]:
        """Count the values of each kind in a text; a value inside another counts too."""
        squeezed = squeeze(text)
        matches = self._find(squeezed.text)
        if not matches:
            return {}
        edges = squeezed.edges()
        return Counter(pattern.kind for pattern, end in matches if _is_at_edges(pattern, end, edges))

    def _find(self, squeezed: str) -> list[tuple[Pattern, int]]:
        """Find all patterns in a squeezed text, overlapping ones too, with their end offsets, in order of these."""
        matches = self._automaton.find_matches_as_indexes(squeezed, overlapping=True) if self.patterns else ()
        return [(self._patterns[number], end) for number, _, end in matches]


def may_hold(texts: pl.Series, scanners: Sequence[KnownValueScanner]) -> pl.Series:
    """Return the sorted positions of the texts in which a scanner may find something; the others have nothing."""
    lines = decoded_lines(texts)
    plain = in_ascii(lines)  # word edges are computed only for texts with a value: for all ASCII texts at once
    likely = _select_lines(lines, plain.arg_true(), scanners)
    return pl.concat(
        [_select_lines(lines, likely, scanners, ascii_line_edges), _select_lines(lines, (~plain).arg_true(), scanners)]
    ).sort()


def _select_lines(
    lines: pl.Series,
    positions: pl.Series,
    scanners: Sequence[KnownValueScanner],
    edges_of: Callable[[pl.Series], Edges] | None = None,
) -> pl.Series:
    """Select the positions of lines in which a scanner may find something."""
    selected = lines.gather(positions)
    squeezed, edges = squeeze_lines(selected), edges_of(selected) if edges_of else None
    found = {line for scanner in scanners for line in scanner.may_hold(squeezed, edges)}
    return positions.gather(sorted(found)).cast(pl.UInt32)


def _is_at_edges(pattern: Pattern, end: int, edges: Edges) -> bool:
    """Whether a match is between word edges, if its pattern requires that."""
    return not pattern.whole or bool(edges[end] and edges[end - pattern.length])
