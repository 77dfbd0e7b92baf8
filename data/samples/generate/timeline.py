"""Writes the network's records in order of time, with bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from generate import edge_cases
from generate.plan import AS_OF, START
from generate.record_writer import RecordWriter
from generate.records import Record

KIND_WEIGHTS = {
    "post": 0.43, "comment": 0.29, "article": 0.042, "feedback": 0.045, "ai_prompt": 0.07, "resume": 0.033,
    "message": 0.055, "group_message": 0.022, "story": 0.002, "audio_room": 0.001,
}  # fmt: skip
LATE_ROWS = 0.002
FAULT_ROWS = 0.005


class Timeline:
    """The stream of records, with edge cases at fixed points."""

    def __init__(self, writer: RecordWriter) -> None:
        """Start at the first moment."""
        self._writer = writer
        self._late = 0

    def records(self, size: int) -> Iterator[Record]:
        """Yield ``size`` rows, in order of time."""
        writer = self._writer
        pinned = sorted((t, m.user_id) for m in writer.members for t in m.plan.pinned if START <= t < AS_OF)
        by_id = {m.user_id: m for m in writer.members}
        late = max(6, round(size * LATE_ROWS))
        faults = edge_cases.Faults(writer.rng, max(12, round(size * FAULT_ROWS)), size)
        special = edge_cases.special_points(size)
        step = (AS_OF - START) / (size - late)
        made = 0
        while made < size:
            when = self._moment(made, size - late, step)
            while pinned and pinned[0][0] <= when and made < size - late:
                moment, user = pinned.pop(0)
                yield writer.remember(writer.write(moment, by_id[user], kind="post"))
                made += 1
            if special and made >= special[0][0]:
                for planted in edge_cases.special(writer, special.pop(0)[1], when):
                    yield planted
                    made += 1
            if made < size:
                record = writer.remember(self._next(when + timedelta(microseconds=100)))
                yield record
                made += 1
                for faulty in faults.after(writer, made, record):
                    yield faulty
                    made += 1

    def _moment(self, made: int, regular: int, step: timedelta) -> datetime:
        if made >= regular:
            self._late += 1
            edges = {1: -timedelta(microseconds=1), 2: timedelta(0), 3: timedelta(microseconds=1)}
            return AS_OF + edges.get(self._late, self._late * timedelta(hours=2))
        return (
            START
            + step * made
            + timedelta(microseconds=self._writer.rng.randrange(max(1, int(step.total_seconds() * 9e5))))
        )

    def _next(self, when: datetime) -> Record:
        writer = self._writer
        kind = writer.rng.choices(tuple(KIND_WEIGHTS), tuple(KIND_WEIGHTS.values()))[0]
        if writer.rng.random() < 0.014:
            copied = edge_cases.near_copy(writer, when)
            if copied:
                return copied
        return writer.write(when, writer.author(when), kind=kind)
