"""One search over a batch of texts for all that the rules' patterns need, so that each pattern sees few texts.

A pattern that is `Sought` tells the strings of which every match holds one (`literals`). A `Sweep` folds the texts,
finds all those strings in one pass, and tells each recogniser in which texts which of its patterns could match.
What it leaves out could not have matched.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final

import ahocorasick
import numpy as np

from redaction.detection.acceleration.patterns.character_shapes import MARK, Kinds, shapes_of
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.acceleration.patterns.required_literals import Clause, clauses_of_each, fold

_GAP: Final = "  "
_DIGIT: Final = ord("0")
_AT_ONCE: Final = "\ue001"
"""Before a quick pattern that stands for a clause."""


class Sought:
    """A compiled pattern, and what tells what each of its matches needs; of what `beside` says, something must stand
    near by.

    `quick` is found faster than the pattern, in every text in which the pattern is found; one of `shapes` stands there
    too. With `at_once` the quick pattern is looked for in all texts in one go, joined by blanks.
    """

    __slots__ = ("_beside", "_shaped", "pattern", "quick")

    def __init__(  # noqa: PLR0913
        self,
        pattern: str,
        flags: int = 0,
        *,
        beside: str = "",
        quick: str = "",
        shapes: Sequence[str] = (),
        at_once: bool = False,
    ) -> None:
        self.pattern = re.compile(pattern, flags)
        self.quick = re.compile(quick) if quick else None
        self._beside = beside
        self._shaped = [frozenset(MARK + shape for shape in shapes)] if shapes else []
        self._shaped += [frozenset((_AT_ONCE + quick,))] if at_once else []

    @staticmethod
    def needs_of(soughts: Sequence["Sought"]) -> dict["Sought", frozenset[Clause]]:
        """For each of some the clauses that a text meets if the pattern matches in it; none where nothing is known."""
        patterns = [part for s in soughts for part in ((s.pattern.pattern, s.pattern.flags), (s._beside, 0))]
        told = clauses_of_each(patterns) if patterns else []
        each = zip(soughts, told[::2], told[1::2], strict=True)
        return {sought: frozenset((*own, *beside, *sought._shaped)) for sought, own, beside in each}


@dataclass(frozen=True, slots=True)
class Look:
    """A text, the patterns whose needs were looked for in it, and those of them whose needs it meets."""

    text: str
    looked_for: Set[Sought] = frozenset()
    possible: Set[Sought] = frozenset()

    def may_hold(self, sought: Sought) -> bool:
        """Whether the pattern could match; one that was not looked for could."""
        return sought in self.possible or sought not in self.looked_for

    def matches(self, sought: Sought) -> Iterator[re.Match[str]]:
        """The pattern's matches, in order."""
        if sought not in self.possible and sought in self.looked_for:
            return iter(())
        if sought.quick is not None and sought.quick.search(self.text) is None:
            return iter(())
        return sought.pattern.finditer(self.text)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one recogniser looks for: in texts that meet `needs`, any of the patterns; None searches them all."""

    needs: Needs
    patterns: tuple[Sought, ...] | None


class Sweep:
    """The search for what several recognisers want."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._wanted = tuple(wanted)
        patterns = [sought for each in wanted for sought in each.patterns or ()]
        self._needs = Sought.needs_of(patterns)
        clauses = dict.fromkeys(clause for needs in self._needs.values() for clause in sorted(needs, key=sorted))
        meets: dict[str, list[Clause]] = {}
        self._shapes = {clause: shapes for clause in clauses if (shapes := shapes_of(clause))}
        self._quick = {
            clause: re.compile(name.removeprefix(_AT_ONCE))
            for clause in clauses
            for name in clause
            if name.startswith(_AT_ONCE)
        }
        for clause in clauses:
            for literal in clause if clause not in self._shapes and clause not in self._quick else ():
                meets.setdefault(literal, []).append(clause)
        self._meets = tuple(meets.values())
        self._needy = frozenset(sought for sought, needs in self._needs.items() if needs)
        self._automaton = ahocorasick.Automaton()
        for number, literal in enumerate(meets):
            self._automaton.add_word(literal, number)
        if meets:
            self._automaton.make_automaton()

    def over(self, texts: Sequence[str]) -> tuple[list[Look], list[list[int]]]:
        """What each text holds, and for each recogniser, in order, the texts to search."""
        joined = _GAP + _GAP.join(texts) + _GAP
        folded = fold(joined)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        starts = np.cumsum(lengths + len(_GAP)) - lengths
        where: dict[Clause, set[int]] = {}
        self._met(folded, starts, where)
        self._shaped(Kinds(joined, folded), starts, where)
        self._found_quickly(joined, starts, where)
        possible: list[set[Sought]] = [set() for _ in texts]
        owners = {sought: _all_of(self._needs[sought], where) for sought in self._needy}
        for sought, numbers in owners.items():
            for number in numbers:
                possible[number].add(sought)
        looks = [Look(text, self._needy, held) for text, held in zip(texts, possible, strict=True)]
        digits = _digits(folded, starts, lengths)
        return looks, [self._texts(each, texts, digits, owners) for each in self._wanted]

    def _met(self, folded: str, starts: np.ndarray, where: dict[Clause, set[int]]) -> None:
        """Adds the texts in which the strings of clauses stand."""
        hits = self._automaton.iter(folded) if self._meets else ()
        ends, literals = np.fromiter(chain.from_iterable(hits), np.int64).reshape(-1, 2).T
        # Of the two spaces between texts the first counts for the text before, so a literal ends in its own text.
        owners = np.maximum(np.searchsorted(starts, ends, side="right") - 1, 0)
        pairs = np.unique(literals * len(starts) + owners)
        numbers, texts = pairs // max(len(starts), 1), (pairs % max(len(starts), 1)).tolist()
        firsts = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
        for low, high in pairwise([*firsts, len(texts)]):
            for clause in self._meets[int(numbers[low])]:
                where.setdefault(clause, set()).update(texts[low:high])

    def _shaped(self, kinds: Kinds, starts: np.ndarray, where: dict[Clause, set[int]]) -> None:
        """Adds the texts that hold a shape; one that reaches into the next text counts for the text it begins in."""
        for clause, shapes in self._shapes.items():
            hits = np.concatenate([kinds.find(shape) + (shape[0] == "s") for shape in shapes])
            owners = np.searchsorted(starts, hits, side="right") - 1
            where.setdefault(clause, set()).update(np.maximum(owners, 0).tolist())

    def _found_quickly(self, joined: str, starts: np.ndarray, where: dict[Clause, set[int]]) -> None:
        """Adds what quick patterns find. From a find on the next text is looked at, whatever the find reaches into."""
        ends = [*(starts[1:] - len(_GAP)).tolist(), len(joined)]
        for clause, quick in self._quick.items():
            match = quick.search(joined)
            while match is not None:
                owner = max(int(np.searchsorted(starts, match.start(), side="right")) - 1, 0)
                where.setdefault(clause, set()).add(owner)
                match = quick.search(joined, ends[owner])

    def _texts(
        self, wanted: Wanted, texts: Sequence[str], digits: np.ndarray, owners: dict[Sought, set[int]]
    ) -> list[int]:
        enough = np.flatnonzero(digits >= wanted.needs.digits).tolist()
        if wanted.patterns is not None:
            some: set[int] = set()
            for sought in wanted.patterns:
                some.update(owners[sought] if sought in self._needy else enough)
            enough = [number for number in enough if number in some]
        for characters in wanted.needs.one_of:
            enough = [number for number in enough if any(c in texts[number] for c in characters)]
        return enough


def _all_of(clauses: Iterable[Clause], where: dict[Clause, set[int]]) -> set[int]:
    sets = sorted((where.get(clause, set()) for clause in clauses), key=len)
    return sets[0].intersection(*sets[1:])


def _digits(folded: str, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """How many digits each text holds."""
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
    before = np.concatenate([[0], np.cumsum(codes == _DIGIT)])
    counts: np.ndarray = before[starts + lengths] - before[starts]
    return counts
