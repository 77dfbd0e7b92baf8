"""What all tasks share: the exchange, the index, the rules, and how posts and people are partitioned."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import polars as pl

from redaction.rights.grounds.ledger import EVENT_COLUMNS
from redaction.rights.grounds.residence import SIGNAL_COLUMNS
from redaction.rights.policy.regions import RegionSets
from redaction.rights.policy.rules import Rules
from redaction.rights.records.decisions import RECORD_COLUMNS, SUBJECT_COLUMNS
from redaction.rights.records.records import PROFILE_COLUMNS
from redaction.rights.signals.reservations import LINKS, RESERVATIONS
from redaction.storage.exchange import Exchange, Numbers, Stream
from redaction.tables import TABLES, TableName

_BATCH_ROWS: Final = 1 << 18
"""How many rows of a partition are in memory at a time, where one member or one post may have nearly all of them."""


def _columns(table: TableName, *names: str) -> pl.Schema:
    return pl.Schema({name: TABLES[table].schema[name] for name in names})


_ROW: Final = {"row": pl.UInt32()}
AUTHORED: Final = Stream(
    "authored",
    pl.Schema(
        {
            **_ROW,
            "author_id": pl.String(),
            "created": pl.Int64(),
            "kind": pl.Int16(),
            "own": pl.UInt8(),
            "private": pl.Boolean(),
            "withdrawn": pl.Boolean(),
            "reserved": pl.UInt8(),
            "reserved_rule": pl.String(),
            "reserved_evidence": pl.String(),
        }
    ),
)
RESERVED: Final = Stream("reserved", RESERVATIONS)
RESERVED_PEOPLE: Final = Stream("reserved-people", RESERVATIONS)
LINKED_SIGNALS: Final = Stream("linked-signals", LINKS)
REFERENCES: Final = Stream("references", pl.Schema({**_ROW, "referred": pl.String()}))
MENTIONS: Final = Stream("mentions", pl.Schema({**_ROW, "subject_id": pl.String()}))
WITHHELD: Final = Stream("withheld", pl.Schema({"post_id": pl.String()}))
PROFILES: Final = Stream("profiles", _columns(TableName.profiles, *PROFILE_COLUMNS, "education"))
UNUSABLE: Final = Stream("unusable", _columns(TableName.profiles, "user_id"))
WITHHELD_PROFILES: Final = Stream("withheld-profiles", _columns(TableName.profiles, "user_id"))
EVENTS: Final = Stream("events", _columns(TableName.rights_events, *EVENT_COLUMNS))
SIGNALS: Final = Stream("signals", _columns(TableName.region_signals, *SIGNAL_COLUMNS))
JUDGED: Final = Stream(
    "judged",
    pl.Schema(
        {
            **_ROW,
            "code": pl.UInt8(),
            "rule": pl.String(),
            "evidence": pl.String(),
            "copy_protected": pl.Boolean(),
        }
    ),
)
MENTIONED: Final = Stream("mentioned", MENTIONS.schema)
SUBJECTS: Final = Stream("subjects", pl.Schema(dict.fromkeys(SUBJECT_COLUMNS, pl.String())))
DECIDED_PROFILES: Final = Stream("decided-profiles", pl.Schema(dict.fromkeys(RECORD_COLUMNS, pl.String())))
THREADS: Final = Stream("threads", pl.Schema({**_ROW, "thread": pl.String()}))
MISSING: Final = Stream("missing", pl.Schema({**_ROW, "origin": pl.UInt32(), "label": pl.UInt32()}))
MISSING_IDS: Final = Stream("missing-ids", pl.Schema({"id": pl.String()}))
ASKED: Final = Stream("asked", pl.Schema({"asker": pl.UInt32(), "missing": pl.Boolean(), "label": pl.UInt32()}))
NAMED: Final = Stream("named", pl.Schema({"missing": pl.Boolean(), "label": pl.UInt32(), "id": pl.String()}))

_REGIONS: dict[str, RegionSets] = {}
"""The region sets of this process, by their digests: what a worker builds to read them serves its next task."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ranges of the posts by row number in the index, which are ranges of their ids too.

    starts: where each range starts, and the number of posts. first_ids: the first id of each range but the first.
    """

    starts: tuple[int, ...]
    first_ids: tuple[str, ...]

    @classmethod
    def of(cls, index: Path, parts: int) -> Self:
        """Divide the posts of an index into ranges of the same size."""
        ids = pl.scan_parquet(index, glob=False).select(pl.col("post_id").cast(pl.String))
        rows = int(ids.select(pl.len()).collect().item())
        starts = [rows * part // parts for part in range(parts + 1)]
        firsts = [ids.slice(start, 1).collect()["post_id"].to_list() for start in starts[1:-1]]
        return cls(tuple(starts), tuple(each for first in firsts for each in first))

    def of_rows(self, rows: pl.Series | Numbers) -> Numbers:
        """Return the range of each row number."""
        return np.searchsorted(np.array(self.starts[1:-1]), np.asarray(rows), side="right").astype(np.uint32)

    def of_ids(self, ids: pl.Series) -> Numbers:
        """Return the range of each post id, also of one that no post has."""
        return search(self.first_ids, ids)


@dataclass(frozen=True, slots=True)
class Work:
    """What all tasks of a run share.

    people: the first id of each range of people but the first, in which their decisions are sorted.
    missing: the label of the first missing post of each range, and their number; known after references are resolved.
    """

    exchange: Exchange
    index: Path
    ranges: Ranges
    stored_rules: Rules
    people: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()

    @property
    def rules(self) -> Rules:
        """The rules, with the region sets that this process has read already."""
        rules = self.stored_rules
        regions = _REGIONS.setdefault(rules.regions.digest, rules.regions)
        return Rules(rules.policy, regions, rules.settings, rules.instants, rules.dates)

    def posts(self, part: int) -> pl.LazyFrame:
        """Return the posts of a range, from the index."""
        first, end = self.ranges.starts[part : part + 2]
        return pl.scan_parquet(self.index, glob=False).slice(first, end - first)

    def file(self, name: str, part: int) -> Path:
        """Return a file of row numbers of a range."""
        return self.exchange.folder / f"{name}-{part:05}"


Task = tuple[Work, int]
"""The work, and the number of the partition."""


def search(bounds: tuple[str, ...], ids: pl.Series) -> Numbers:
    """Return how many of the sorted bounds are not above each id."""
    found = pl.Series(bounds, dtype=pl.String).search_sorted(ids.cast(pl.String), side="right")
    return np.asarray(found, np.uint32).reshape(-1)


def merged(batches: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Merge small batches into larger ones of bounded size."""
    waiting, rows = list[pl.DataFrame](), 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.height
        if rows >= _BATCH_ROWS:
            yield pl.concat(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pl.concat(waiting)
