"""Applies the rules to posts beyond the memory of one process, and what they say of each record."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.execution.pool import run
from redaction.execution.settings import ExecutionSettings
from redaction.execution.tasks import run_tasks
from redaction.rights.decide import with_copies
from redaction.rights.partitioned.chains import resolve, spread, start_spreading, turn_of
from redaction.rights.partitioned.people import judge_people
from redaction.rights.partitioned.ranges import Marks, decide_range, decided, mark, name
from redaction.rights.partitioned.split import PeopleTables, bounds, split_people, split_posts
from redaction.rights.partitioned.work import (
    ASKED,
    AUTHORED,
    DECIDED_PROFILES,
    EVENTS,
    LINKED_SIGNALS,
    MENTIONS,
    PROFILES,
    REFERENCES,
    RESERVED,
    RESERVED_PEOPLE,
    SIGNALS,
    SUBJECTS,
    Ranges,
    Work,
)
from redaction.rights.policy.rules import Rules
from redaction.rights.records.decisions import KEEP, POST_EVIDENCE, POSTS
from redaction.rights.records.posts import DecisionBlock
from redaction.storage.exchange import Exchange
from redaction.tables import INDEX_BLOCK_ROWS

Flags = npt.NDArray[np.bool_]

_FEW: Final = 50_000
"""Fewer labels than this are spread by this process: sending them to workers would take longer."""


@dataclass(frozen=True, slots=True)
class PartitionedResults:
    """What the rules say, before texts are compared: as `RuleResults`, read from files.

    kept, protected: a flag for each post, in the order of their ids.
    """

    work: Work
    execution: ExecutionSettings
    kept: Flags
    protected: Flags

    @property
    def rules(self) -> Rules:
        """The rules of the run."""
        return self.work.rules

    def ids(self, which: Flags) -> pl.Series:
        """Read the ids of some posts, sorted."""
        return pl.concat([pl.Series("post_id", [], pl.String), *(ids.filter(flags) for ids, flags in self._ids(which))])

    def usable(self, subjects: pl.Series) -> pl.Series:
        """Test which ids are of people whom nothing denies as of the build."""
        wanted = subjects.unique().alias("subject_id").to_frame()
        usable = [
            block.filter(pl.col("decision") == KEEP).join(wanted, on="subject_id", how="semi")["subject_id"]
            for block in self.subject_blocks()
        ]
        known = pl.concat([pl.Series("subject_id", [], pl.String), *usable])
        return subjects.is_in(known.implode()).fill_null(value=False)

    def blocks(self, copies: pl.DataFrame | None = None) -> Iterator[DecisionBlock]:
        """Decide the posts, block by block, as `RuleResults.blocks`."""
        copies = pl.DataFrame(schema=POST_EVIDENCE) if copies is None else copies
        work, parts = self.work, self.work.exchange.parts
        edges = copies["row_number"].search_sorted(pl.Series(work.ranges.starts, dtype=pl.UInt32), side="left")
        tasks = [(work, part, copies[edges[part] : edges[part + 1]]) for part in range(parts)]
        waiting = list[pl.DataFrame]()
        for part, number in enumerate(run(decide_range, tasks, self.execution)):
            pieces = Exchange(work.exchange.folder, max(number, 1), work.exchange.key)
            first = work.ranges.starts[part]
            for block in range(number):
                at = max(first, (first // INDEX_BLOCK_ROWS + block) * INDEX_BLOCK_ROWS)
                if at % INDEX_BLOCK_ROWS == 0 and waiting:
                    yield _block(at - sum(piece.height for piece in waiting), waiting)
                    waiting = []
                waiting.append(pieces.take(decided(part), block))
            pieces.remove(decided(part))
        if waiting:
            yield _block(self.kept.size - sum(piece.height for piece in waiting), waiting)

    def subject_blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the right of each person as of the build, sorted by subject_id: `SUBJECT_COLUMNS`."""
        for part in range(self.work.exchange.parts):
            yield self.work.exchange.take(SUBJECTS, part).sort("subject_id")

    def profile_blocks(self, copies: pl.DataFrame | None = None) -> Iterator[pl.DataFrame]:
        """Yield the decisions of the profiles, sorted by source_id, as `RuleResults.profile_blocks`."""
        for part in range(self.work.exchange.parts):
            profiles = self.work.exchange.take(DECIDED_PROFILES, part).sort("source_id")
            if profiles.height:
                yield with_copies(profiles, copies)

    def allowed(self) -> Iterator[pl.DataFrame]:
        """Yield source and source_id of the records that nothing denies before texts are compared, in order."""
        for ids, flags in self._ids(self.kept):
            allowed = ids.filter(flags).alias("source_id").to_frame()
            yield allowed.select(pl.lit(POSTS).alias("source"), "source_id")
        for profiles in self.profile_blocks():
            yield profiles.filter(pl.col("decision") == KEEP).select("source", "source_id")

    def _ids(self, which: Flags) -> Iterator[tuple[pl.Series, pl.Series]]:
        """Yield the ids of each range of posts of which some are flagged, and the flags."""
        starts = self.work.ranges.starts
        for part in range(self.work.exchange.parts):
            flags = which[starts[part] : starts[part + 1]]
            if flags.any():
                ids = self.work.posts(part).select(pl.col("post_id").cast(pl.String)).collect()["post_id"]
                yield ids, pl.Series(flags)


def _block(first: int, pieces: list[pl.DataFrame]) -> DecisionBlock:
    rows = pl.concat(pieces)
    records = rows.select(pl.lit(POSTS).alias("source"), pl.exclude("thread"))
    return DecisionBlock(first, records, rows["thread"])


def apply_rules_in_partitions(  # noqa: PLR0913, PLR0917 - each is independent of the others
    index: Path,
    tables: PeopleTables,
    rules: Rules,
    withheld: pl.DataFrame,
    folder: Path,
    parts: int,
    execution: ExecutionSettings,
) -> PartitionedResults:
    """Apply the rules, with the results of `apply_rules`.

    Args:
        index: The index of the posts, sorted by post_id, without texts.
        tables: What is known of people.
        rules: The rules of the run.
        withheld: source and source_id of withdrawn records.
        folder: A private folder, for as long as the results are used.
        parts: How many partitions there are of the posts, and of the people.
        execution: Who runs the tasks.

    Returns:
        The results.

    Raises:
        RightsError: As `apply_rules`.
        DiscreetError: A worker died, or the machine refused memory or room.
    """
    exchange = Exchange.begin(folder, parts)
    work = Work(exchange, index, Ranges.of(index, parts), rules)
    every = range(parts)
    sample = split_people(work, tables, withheld)
    for ids in run_tasks(split_posts, [(work, part) for part in every], execution):
        sample += ids
    work = replace(work, people=bounds(sample, parts))
    run_tasks(judge_people, [(work, part) for part in every], execution)
    for stream in (AUTHORED, PROFILES, EVENTS, SIGNALS, MENTIONS, RESERVED, RESERVED_PEOPLE, LINKED_SIGNALS):
        exchange.remove(stream)
    missing = run_tasks(resolve, [(work, part) for part in every], execution)
    exchange.remove(REFERENCES)
    work = replace(work, missing=tuple(accumulate(missing, initial=0)))
    _spread_to_the_end(work, execution)
    marks = run_tasks(mark, [(work, part) for part in every], execution)
    run_tasks(name, [(work, part) for part in every], execution)
    exchange.remove(ASKED)
    kept, protected = (_flags(marks, side, work.ranges) for side in (0, 1))
    return PartitionedResults(work, execution, kept, protected)


def _spread_to_the_end(work: Work, execution: ExecutionSettings) -> None:
    """Spread labels turn by turn; only the ranges that were sent something have a task."""
    counts = run_tasks(start_spreading, [(work, part) for part in range(work.exchange.parts)], execution)
    turn = 0
    while (sent := np.sum(counts, axis=0)).any():
        where = execution if sent.sum() > _FEW else execution.in_this_process
        counts = run_tasks(spread, [(work, part, turn) for part in np.flatnonzero(sent).tolist()], where)
        work.exchange.remove(turn_of(turn))
        for changes in work.exchange.folder.glob(f"changes-{turn:07}-*"):
            changes.unlink()
        turn += 1


def _flags(marks: list[Marks], side: int, ranges: Ranges) -> Flags:
    sizes = np.diff(ranges.starts)
    parts = [
        np.unpackbits(np.frombuffer(each[side], np.uint8), count=int(size)).astype(np.bool_)
        for each, size in zip(marks, sizes, strict=True)
    ]
    return np.concatenate([np.zeros(0, np.bool_), *parts])
