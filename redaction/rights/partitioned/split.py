"""The first tasks: what each post says goes to its author, to those it mentions and to what it refers to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.ledger import read_events
from redaction.rights.partitioned.work import (
    AUTHORED,
    EVENTS,
    LINKED_SIGNALS,
    MENTIONS,
    PROFILES,
    REFERENCES,
    RESERVED,
    RESERVED_PEOPLE,
    SIGNALS,
    UNUSABLE,
    WITHHELD,
    WITHHELD_PROFILES,
    Task,
    Work,
    merged,
)
from redaction.rights.records import records
from redaction.rights.records.decisions import POSTS
from redaction.rights.records.decisions import PROFILES as OF_PROFILES
from redaction.rights.records.references import references_of
from redaction.rights.settings import Mentions
from redaction.rights.signals.links import link_reservations
from redaction.rights.signals.reservations import in_order, read_reservations, reserved_posts
from redaction.storage.exchange import Stream

_SAMPLED: Final = 256
"""How many ids of people a task returns, to divide them by."""


@dataclass(frozen=True, slots=True)
class PeopleTables:
    """What is known of people, read in batches.

    profiles: batches of profiles without texts. unusable: the ids of the malformed rows of profiles, known at the end
    of `profiles`. rights_events: the whole ledger. region_signals: batches of signals. signals_of_others: the
    whole table.
    """

    profiles: Iterable[pl.DataFrame]
    unusable: list[pl.Series]
    rights_events: pl.LazyFrame
    region_signals: Iterable[pl.DataFrame]
    signals_of_others: pl.LazyFrame


def split_posts(task: Task) -> list[str]:
    """Hand on what the posts of a range say.

    Args:
        task: The work, and the number of the range.

    Returns:
        Some ids of their authors.

    Raises:
        RightsError: As `Posts.blocks`.
    """
    work, part = task
    exchange, rules, file = work.exchange, work.rules, f"{part:05}"
    first, end = work.ranges.starts[part : part + 2]
    withheld = exchange.take(WITHHELD, part)["post_id"]
    posts = records.read_posts(work.posts(part), rules, pl.col("author_id").cast(pl.String))
    if not posts.height:
        return []
    records.refuse_disorder(posts, None)
    if end < work.ranges.starts[-1] and posts["post_id"][-1] >= work.ranges.first_ids[part]:
        raise RightsError("posts: not sorted by post_id; sort them")
    rows = pl.int_range(first, end, dtype=pl.UInt32, eager=True).alias("row")
    authored = _with_reservations(work, part, posts).with_columns(
        rows, posts["post_id"].is_in(withheld.implode()).alias("withdrawn")
    )
    exchange.give(AUTHORED, file, authored, exchange.by_hash(posts["author_id"]))
    references = references_of(posts, first).rename({"row_number": "row"})
    exchange.give(REFERENCES, file, references, work.ranges.of_ids(references["referred"]))
    named = records.mentions(work.posts(part).with_columns(pl.int_range(first, end, dtype=pl.UInt32).alias("post_id")))
    mentions = named.select(pl.col("post_id").cast(pl.UInt32).alias("row"), "subject_id").collect()
    if rules.settings.mentions is not Mentions.DROP:
        mentions = mentions.unique("subject_id", keep="first", maintain_order=True)
    exchange.give(MENTIONS, file, mentions, exchange.by_hash(mentions["subject_id"]))
    return _sample(posts["author_id"].unique().sort())


def _with_reservations(work: Work, part: int, posts: pl.DataFrame) -> pl.DataFrame:
    """Add what signals of others deny of posts, to `own` and in columns of its own."""
    exchange = work.exchange
    by_links = link_reservations(exchange.take(LINKED_SIGNALS, part), work.posts(part), work.rules)
    reserved = reserved_posts(in_order(pl.concat([exchange.take(RESERVED, part), by_links])))
    names = {"code": "reserved", "rule": "reserved_rule", "evidence": "reserved_evidence"}
    return records.with_reservations(posts, reserved).join(
        reserved.rename(names), on="post_id", how="left", maintain_order="left"
    )


def split_people(work: Work, tables: PeopleTables, withheld: pl.DataFrame) -> list[str]:
    """Hand on what is known of people, and what was withdrawn.

    Args:
        work: The work.
        tables: The tables.
        withheld: source and source_id of the withdrawn records.

    Returns:
        Some ids of members.

    Raises:
        RightsError: As `read_events` and `read_reservations`.
    """
    _split_signals(work, tables.signals_of_others)
    events = read_events(tables.rights_events, work.rules)
    _give(work, EVENTS, [events], "subject_id")
    del events
    members = list[str]()
    _give(work, PROFILES, _watched(tables.profiles, members), "user_id")
    _give(
        work,
        UNUSABLE,
        [pl.concat([UNUSABLE.empty(), *(each.to_frame("user_id") for each in tables.unusable)])],
        "user_id",
    )
    _give(work, SIGNALS, tables.region_signals, "subject_id")
    profiles = withheld.filter(source=OF_PROFILES).select(pl.col("source_id").alias("user_id"))
    _give(work, WITHHELD_PROFILES, [profiles], "user_id")
    posts = withheld.filter(source=POSTS).select(pl.col("source_id").alias("post_id"))
    work.exchange.give(WITHHELD, "00000", posts, work.ranges.of_ids(posts["post_id"]))
    return members


def _split_signals(work: Work, table: pl.LazyFrame) -> None:
    """Hand on what signals of others deny, and to every range those that are about what posts link to."""
    exchange, signals = work.exchange, read_reservations(table, work.rules)
    people = signals.stated.drop_nulls("subject_id")
    exchange.give(RESERVED_PEOPLE, "00000", people, exchange.by_hash(people["subject_id"]))
    posts = signals.stated.drop_nulls("post_id")
    exchange.give(RESERVED, "00000", posts, work.ranges.of_ids(posts["post_id"]))
    if signals.links.height:
        every = np.arange(exchange.parts, dtype=np.uint32)
        copies = pl.concat([signals.links] * exchange.parts)
        exchange.give(LINKED_SIGNALS, "00000", copies, np.repeat(every, signals.links.height))


def _give(work: Work, stream: Stream, batches: Iterable[pl.DataFrame], subject: str) -> None:
    for number, batch in enumerate(merged(iter(batches))):
        work.exchange.give(stream, f"{number:05}", batch, work.exchange.by_hash(batch[subject]))


def _watched(batches: Iterable[pl.DataFrame], members: list[str]) -> Iterator[pl.DataFrame]:
    for batch in batches:
        members += _sample(batch["user_id"])
        yield batch


def _sample(ids: pl.Series) -> list[str]:
    return list(ids.gather_every(max(ids.len() // _SAMPLED, 1)))


def bounds(sample: list[str], parts: int) -> tuple[str, ...]:
    """Return the first id of each range of people but the first, so that ranges have about as many."""
    ids = sorted(set(sample))
    return tuple(ids[len(ids) * part // parts] for part in range(1, parts)) if ids else ()
