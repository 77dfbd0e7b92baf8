"""Scans a batch of texts once for what the patterns of all rules need, so that each pattern is run on few texts.

Every match of a `RulePattern` contains one of some literals (`required_literals`). `BatchScan` folds the texts, finds
all literals in one pass of Aho-Corasick, and gives each rule the texts in which one of its patterns could match.
`EveryText` is the slow reference: every rule searches every text, with the same matches.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final, Protocol

import ahocorasick
import numpy as np

from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.acceleration.patterns.required_literals import Clause, clauses_of_each, fold

_GAP: Final = "  "
_DIGIT: Final = ord("0")


class RulePattern:
    """A compiled pattern of a rule, with what helps to skip texts.

    Args:
        pattern: a regular expression of `re`.
        flags: its flags.
        beside: a pattern that must match somewhere in each text in which `pattern` counts, such as a cue word.
        quick: a faster pattern that matches in every text in which `pattern` matches.
    """

    __slots__ = ("_beside", "pattern", "quick")

    def __init__(self, pattern: str, flags: int = 0, *, beside: str = "", quick: str = "") -> None:
        self.pattern = re.compile(pattern, flags)
        self.quick = re.compile(quick) if quick else None
        self._beside = beside

    @staticmethod
    def required_clauses(patterns: Sequence["RulePattern"]) -> dict["RulePattern", frozenset[Clause]]:
        """Return for each pattern the clauses that a text meets if it matches there; none where nothing is known."""
        expressions = [part for p in patterns for part in ((p.pattern.pattern, p.pattern.flags), (p._beside, 0))]
        clauses = clauses_of_each(expressions) if expressions else []
        return {
            pattern: frozenset((*own, *beside))
            for pattern, own, beside in zip(patterns, clauses[::2], clauses[1::2], strict=True)
        }


@dataclass(frozen=True, slots=True)
class ScannedText:
    """A text, the patterns whose needs were scanned for, and those of them that could match."""

    text: str
    scanned: Set[RulePattern] = frozenset()
    possible: Set[RulePattern] = frozenset()

    def may_match(self, pattern: RulePattern) -> bool:
        """Whether the pattern could match; one that was not scanned for could."""
        return pattern in self.possible or pattern not in self.scanned

    def matches(self, pattern: RulePattern) -> Iterator[re.Match[str]]:
        """Return the pattern's matches, in order."""
        if not self.may_match(pattern) or (pattern.quick is not None and pattern.quick.search(self.text) is None):
            return iter(())
        return pattern.pattern.finditer(self.text)


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What one rule searches for: in texts that meet `needs`, any of the patterns; None means in all such texts."""

    needs: Needs
    patterns: tuple[RulePattern, ...] | None


class Scanner(Protocol):
    """Decides which texts each rule searches."""

    def scan(self, texts: Sequence[str]) -> tuple[list[ScannedText], list[list[int]]]:
        """Return the scanned texts, and for each rule, in order, the numbers of the texts to search."""


class EveryText:
    """The slow reference of `BatchScan`: every rule searches every text."""

    def __init__(self, requests: Sequence[ScanRequest]) -> None:
        self._rules = len(requests)

    def scan(self, texts: Sequence[str]) -> tuple[list[ScannedText], list[list[int]]]:
        """Return every text for every rule."""
        return [ScannedText(text) for text in texts], [list(range(len(texts)))] * self._rules


class BatchScan:
    """Gives each rule only the texts in which it could match."""

    def __init__(self, requests: Sequence[ScanRequest]) -> None:
        self._requests = tuple(requests)
        self._clauses = RulePattern.required_clauses([p for request in requests for p in request.patterns or ()])
        clauses_with: dict[str, list[Clause]] = {}
        for clause in dict.fromkeys(clause for some in self._clauses.values() for clause in sorted(some, key=sorted)):
            for literal in clause:
                clauses_with.setdefault(literal, []).append(clause)
        self._clauses_with = tuple(clauses_with.values())
        self._scanned = frozenset(pattern for pattern, clauses in self._clauses.items() if clauses)
        self._automaton = ahocorasick.Automaton()
        for number, literal in enumerate(clauses_with):
            self._automaton.add_word(literal, number)
        if clauses_with:
            self._automaton.make_automaton()

    def scan(self, texts: Sequence[str]) -> tuple[list[ScannedText], list[list[int]]]:
        """Return the scanned texts, and for each rule, in order, the numbers of the texts to search."""
        folded = fold(_GAP + _GAP.join(texts) + _GAP)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        starts = np.cumsum(lengths + len(_GAP)) - lengths
        texts_with = self._texts_with(folded, starts)
        candidates = {p: _intersection(self._clauses[p], texts_with) for p in self._scanned}
        possible: list[set[RulePattern]] = [set() for _ in texts]
        for pattern, numbers in candidates.items():
            for number in numbers:
                possible[number].add(pattern)
        scanned = [ScannedText(text, self._scanned, some) for text, some in zip(texts, possible, strict=True)]
        digits = _count_digits(folded, starts, lengths)
        return scanned, [self._numbers(request, texts, digits, candidates) for request in self._requests]

    def _texts_with(self, folded: str, starts: np.ndarray) -> dict[Clause, set[int]]:
        """Return for each clause the numbers of the texts that contain one of its literals."""
        hits = self._automaton.iter(folded) if self._clauses_with else ()
        ends, literals = np.fromiter(chain.from_iterable(hits), np.int64).reshape(-1, 2).T
        # Of the two spaces between texts the first belongs to the text before, so a literal ends in its own text.
        owners = np.maximum(np.searchsorted(starts, ends, side="right") - 1, 0)
        pairs = np.unique(literals * len(starts) + owners)
        numbers, texts = pairs // max(len(starts), 1), (pairs % max(len(starts), 1)).tolist()
        firsts = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
        texts_with: dict[Clause, set[int]] = {}
        for low, high in pairwise([*firsts, len(texts)]):
            for clause in self._clauses_with[int(numbers[low])]:
                texts_with.setdefault(clause, set()).update(texts[low:high])
        return texts_with

    def _numbers(
        self, request: ScanRequest, texts: Sequence[str], digits: np.ndarray, candidates: dict[RulePattern, set[int]]
    ) -> list[int]:
        numbers = np.flatnonzero(digits >= request.needs.digits).tolist()
        if request.patterns is not None and self._scanned.issuperset(request.patterns):
            possible = set().union(*(candidates[pattern] for pattern in request.patterns))
            numbers = [number for number in numbers if number in possible]
        for characters in request.needs.one_of:
            numbers = [number for number in numbers if any(c in texts[number] for c in characters)]
        return numbers


def _intersection(clauses: Iterable[Clause], texts_with: dict[Clause, set[int]]) -> set[int]:
    sets = sorted((texts_with.get(clause, set()) for clause in clauses), key=len)
    return sets[0].intersection(*sets[1:])


def _count_digits(folded: str, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the number of digits in each text."""
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
    before = np.concatenate([[0], np.cumsum(codes == _DIGIT)])
    counts: np.ndarray = before[starts + lengths] - before[starts]
    return counts
