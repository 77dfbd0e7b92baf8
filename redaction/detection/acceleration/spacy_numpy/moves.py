"""The greedy transition system of spaCy's NER (begin, in, last, unit, out), on texts without preset entities.

It moves one token per step. While no entity is open, the scores depend on the next token only, so all tokens are scored
at once. Only inside entities it moves step by step, in many entities together.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from redaction.detection.acceleration.spacy_numpy.network import largest
from redaction.detection.acceleration.spacy_numpy.weights import Moves, NotSupportedError
from redaction.detection.models.linear import Affine, Floats

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_LONG: Final = 16
"""Tokens of an entity that is long: a list of names without white space may be one of thousands."""
_WAVE: Final = 256
"""The most begins of a text whose ends are computed together; a long entity may make all but the first useless."""
_STEPS: Final = 256
"""The steps of a long entity that are made at once."""


class Entity(NamedTuple):
    """Tokens `[start, end)` of a batch, and the label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class _Closed:
    """The moves while no entity is open, in the order of their classes: the first of equal scores is taken."""

    scores: Affine
    begins: Flags
    label: Ints
    out: int


@dataclass(frozen=True)
class _Open:
    """The two moves of each label within an entity."""

    stay: Floats
    stay_bias: Floats
    leave: Floats
    leave_bias: Floats
    stay_first: Flags


@dataclass(frozen=True)
class _Batch:
    """The tokens of some texts, one text after the other."""

    tokens: Floats
    next_token: Floats
    """What each adds to the hidden layer as the next token."""
    last: Flags
    """Whether each ends its text."""
    ends: Ints


class Decoder:
    """Decides the entities of a batch of texts."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves
        self._labels = tuple(sorted({label for letter, label in moves.names if letter == "B"}))
        by_name = {name: i for i, name in enumerate(moves.names)}
        wanted = {(letter, label) for letter in "BILU" for label in self._labels} | {("O", "")}
        if not self._labels or not all(self._labels) or set(by_name) - {("U", "")} != wanted:
            raise NotSupportedError
        self._closed = self._closed_moves(by_name)
        self._open = self._open_moves(by_name)

    def entities(self, tokens: Floats, space: Flags, ends: Ints) -> list[Entity]:
        """Decide the entities, by start.

        Args:
            tokens: a row for each token of all texts, one text after the other.
            space: whether a token is white space.
            ends: the end of each text; no text is empty.

        Returns:
            The entities.
        """
        last = np.zeros(len(tokens), bool)
        last[ends - 1] = True
        batch = _Batch(tokens, self._moves.hidden[0].apply(tokens), last, ends)
        move = self._moves_when_closed(batch, space)
        starts = np.flatnonzero(move != self._closed.out)
        if not len(starts):
            return []
        label = self._closed.label[move]
        begins = self._closed.begins[move[starts]]
        spans = self._spans(batch, starts[begins], label)
        covered = np.zeros(len(tokens) + 1, np.int64)
        covered[[start for start, _ in spans]] += 1
        covered[[end for _, end in spans]] -= 1
        units = starts[~begins & (np.cumsum(covered)[starts] == 0)]
        every = sorted([*spans, *((start, start + 1) for start in units.tolist())])
        return [Entity(start, end, self._labels[label[start]]) for start, end in every]

    def _moves_when_closed(self, batch: _Batch, space: Flags) -> Ints:
        closed = self._closed
        scores = closed.scores.apply(self._largest(batch.next_token + self._moves.closed))
        scores[np.ix_(batch.last, closed.begins)] = -np.inf
        move: Ints = scores.argmax(axis=1)
        move[space] = closed.out
        return move

    def _spans(self, batch: _Batch, begins: Ints, label: Ints) -> list[tuple[int, int]]:
        """Return the tokens of the entities of several tokens."""
        # Each text has a cursor, which is inside an entity or jumps to the next begin. The ends that the next begins of
        # all texts would have are computed together, those of long entities only where a cursor needs them.
        spans: list[tuple[int, int]] = []
        every = begins.tolist()
        stops = np.searchsorted(begins, batch.ends).tolist()
        cursors = [(start, stop) for start, stop in zip([0, *stops[:-1]], stops, strict=True) if start < stop]
        while cursors:
            wave = np.concatenate([begins[start : min(start + _WAVE, stop)] for start, stop in cursors])
            ends = iter(self._short_ends(batch, wave, label[wave]).tolist())
            left = []
            for start, stop in cursors:
                number, limit = start, min(start + _WAVE, stop)
                for i, end in zip(range(start, limit), ends, strict=False):
                    if i == number:
                        first = every[i]
                        spans.append((first, end or self._long_end(batch, first, label[first])))
                        number = bisect_left(every, spans[-1][1], i + 1, stop)
                if number < stop:
                    left.append((number, stop))
            cursors = left
        return spans

    def _short_ends(self, batch: _Batch, first: Ints, label: Ints) -> Ints:
        """Where the entities that would begin at `first` end; 0 for those of more than `_LONG` tokens."""
        end = np.zeros_like(first)
        from_first = self._moves.hidden[1].apply(batch.tokens[first])
        active = np.arange(len(first))
        here = first + 1
        for _ in range(_LONG):
            if not len(active):
                break
            hidden = batch.next_token[here] + from_first[active]
            hidden += self._moves.hidden[2].apply(batch.tokens[here - 1])
            hidden += self._moves.bias
            stays = self._stays(self._largest(hidden), label[active]) & ~batch.last[here]
            end[active[~stays]] = here[~stays] + 1
            active, here = active[stays], here[stays] + 1
        return end

    def _long_end(self, batch: _Batch, first: int, label: int) -> int:
        """Where the entity that begins at `first` ends: many steps at once, as all read the same first token."""
        from_first = self._moves.hidden[1].apply(batch.tokens[[first]])
        start = first + 1
        while True:
            here = slice(start, start + _STEPS)
            hidden = batch.next_token[here] + from_first
            hidden += self._moves.hidden[2].apply(batch.tokens[start - 1 : start - 1 + len(hidden)])
            hidden += self._moves.bias
            stays = self._stays(self._largest(hidden), np.full(len(hidden), label)) & ~batch.last[here]
            if not stays.all():
                return start + int(stays.argmin()) + 1
            start += len(stays)

    def _largest(self, hidden: Floats) -> Floats:
        return largest(np.split(hidden, self._moves.pieces, axis=1))

    def _stays(self, hidden: Floats, label: Ints) -> Flags:
        moves = self._open
        stay = np.einsum("ij,ij->i", hidden, moves.stay[label]) + moves.stay_bias[label]
        leave = np.einsum("ij,ij->i", hidden, moves.leave[label]) + moves.leave_bias[label]
        stays: Flags = (stay > leave) | ((stay == leave) & moves.stay_first[label])
        return stays

    def _closed_moves(self, by_name: dict[tuple[str, str], int]) -> _Closed:
        index = {label: i for i, label in enumerate(self._labels)}
        classes = sorted((i, *name) for name, i in by_name.items() if name[0] in "BUO" and name != ("U", ""))
        which = [i for i, _, _ in classes]
        letters = [letter for _, letter, _ in classes]
        return _Closed(
            scores=Affine.of([self._moves.scores[:, which]], [self._moves.scores_bias[which]]),
            begins=np.array([letter == "B" for letter in letters]),
            label=np.array([index.get(label, -1) for _, _, label in classes]),
            out=letters.index("O"),
        )

    def _open_moves(self, by_name: dict[tuple[str, str], int]) -> _Open:
        stay = np.array([by_name["I", label] for label in self._labels])
        leave = np.array([by_name["L", label] for label in self._labels])
        weight, bias = self._moves.scores.T, self._moves.scores_bias
        return _Open(
            stay=np.ascontiguousarray(weight[stay]),
            stay_bias=bias[stay],
            leave=np.ascontiguousarray(weight[leave]),
            leave_bias=bias[leave],
            stay_first=stay < leave,
        )
