"""Find which ids of each table exist in the tables that they refer to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Self

import polars as pl
from pydantic import TypeAdapter

from redaction.rights.reconciliation.contacts import contact_ids
from redaction.rights.reconciliation.hashed import hashed_ids
from redaction.rights.reconciliation.id_counts import (
    AT_ONCE,
    IDS,
    blocks_of,
    compact,
    distinct_authors,
    distinct_ids,
    size_of,
    without,
)
from redaction.rights.reconciliation.joins import Join
from redaction.rights.reconciliation.spellings import name_changes, near_misses
from redaction.rights.reconciliation.wrappings import wrapped_ids
from redaction.rights.records.references import REFERENCES
from redaction.rights.settings import RightsSettings
from redaction.rights.signals.links import key_of, link_targets
from redaction.tables import LINK_SIGNALS, Source

_RANGE: Final = 32 * AT_ONCE
"""Of so many posts the references are in memory at a time: some hundred megabytes."""
_BY_CONTACT: Final = "a name or an address instead"


@dataclass(frozen=True, slots=True)
class IdTables:
    """The columns with ids, without any text. Ids must be canonical, as the tables are read.

    Attributes:
        posts: post_id, author_id, mentions and the references, sorted by post_id.
        profiles: user_id, handle.
        rights_events: event_id, subject_id, supersedes.
        region_signals: id and rows, as `count_ids` returns.
        objections: handle.
        signals_of_others: subject_id, post_id, and what the ids of signals about addresses are made from.
        quarantined: source, source_id of the rows that are not well formed. They exist, so their ids are known.
        before: source, source_id, subject_id of every record of each earlier release, the newest first.
        withdrawn: Returns, for each id of a member, whether a record of theirs was withdrawn, which erases the id
            everywhere else.
        contacts: Reads the profiles' names and addresses in batches (`CONTACTS`), for each table with an id that is no
            member's.
    """

    posts: pl.LazyFrame
    profiles: pl.DataFrame
    rights_events: pl.DataFrame
    region_signals: pl.DataFrame
    objections: pl.DataFrame
    signals_of_others: pl.DataFrame
    quarantined: pl.DataFrame
    before: tuple[pl.LazyFrame, ...] = ()
    withdrawn: Callable[[pl.Series], pl.Series] = lambda ids: pl.repeat(False, ids.len(), eager=True)
    contacts: Callable[[], Iterable[pl.DataFrame]] = tuple


@dataclass(frozen=True, slots=True)
class JoinCounts:
    """How many distinct ids of one join exist. No ids, so the counts may be logged.

    Attributes:
        join: The join.
        known: Ids that exist now.
        known_before: Ids that exist no longer, but did in an earlier release.
        unknown: Ids that never existed.
        near: How many ids that do not exist now resemble one that does, by the change of spelling between them.
        rows: In how many rows an id is given.
        most_common: How many rows give the most common of the ids that do not exist now.
    """

    join: Join
    known: int
    known_before: int
    unknown: int
    near: dict[str, int]
    rows: int
    most_common: int

    @property
    def ids(self) -> int:
        """The number of distinct ids."""
        return self.known + self.known_before + self.unknown

    @property
    def near_misses(self) -> int:
        """The number of ids that are spelled differently from a known id."""
        return sum(self.near.values())


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The counts of every join."""

    joins: tuple[JoinCounts, ...]

    def to_json(self) -> str:
        """Write the counts as JSON."""
        return _JSON.dump_json(self, indent=2).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        return cls(_JSON.validate_json(text).joins)

    def of(self, join: Join) -> JoinCounts:
        """Return the counts of one join."""
        return next(counts for counts in self.joins if counts.join is join)

    @property
    def table(self) -> pl.DataFrame:
        """One row a join: join, ids, known, known_before, unknown, near_misses."""
        columns = ("join", "ids", "known", "known_before", "unknown", "near_misses")
        return pl.DataFrame([{c: getattr(counts, c) for c in columns} for counts in self.joins])


_JSON: Final = TypeAdapter(Reconciliation)


def reconcile(tables: IdTables, settings: RightsSettings) -> Reconciliation:
    """Look up every id of every join. Posts are read block by block; their ids are not held in memory.

    Args:
        tables: The tables.
        settings: For `max_unmatched`: releases before the last one are searched only where it would be exceeded.

    Returns:
        The counts.
    """
    lost = tables.quarantined.filter(source=Source.profiles.value)["source_id"]
    profiles = pl.concat([tables.profiles["user_id"], lost.alias("user_id")]).drop_nulls().unique()
    authors, authored = distinct_authors(tables.posts)
    strangers = compact(without(authors.alias("id").to_frame(), profiles)["id"])
    members = pl.concat([profiles, strangers.alias("user_id")])
    mentions = tables.posts.select("mentions").filter(pl.col("mentions").list.len() > 0).explode("mentions")
    events, handles = tables.rights_events, tables.profiles["handle"].drop_nulls().unique()
    last = [_subjects(release) for release in tables.before[:1]]

    def protecting(join: Join, ids: pl.DataFrame) -> JoinCounts:
        unknown = without(ids, members)
        left = _left(unknown, tables, settings.unmatched_limit(join) * ids.height)
        near = _misses(unknown["id"], members)
        rest = unknown.filter(~pl.col("id").is_in(near["id"].implode()))["id"]
        named = contact_ids(rest, tables.contacts()).height if rest.len() else 0
        counts = _counts(join, size_of(ids), unknown, left, near)
        return replace(counts, near=counts.near | {_BY_CONTACT: named}) if named else counts

    def other(join: Join, ids: pl.DataFrame, known: pl.Series, before: list[pl.LazyFrame]) -> JoinCounts:
        unknown = without(ids, known)
        return _counts(join, size_of(ids), unknown, _seen(unknown, before), _misses(unknown["id"], known))

    def of_authors() -> JoinCounts:
        # Few authors have no profile, so that only the posts of these are counted by author.
        theirs = pl.col("author_id").is_in(strangers.implode())
        counted = distinct_ids(tables.posts.select("author_id").filter(theirs)) if strangers.len() else IDS.to_frame()
        near = _misses(counted["id"], profiles)
        return _counts(Join.AUTHORS, (authors.len(), authored), counted, _seen(counted, last), near)

    return Reconciliation(
        (
            protecting(Join.RIGHTS_EVENTS, distinct_ids(events.lazy().select("subject_id"))),
            protecting(Join.REGION_SIGNALS, tables.region_signals),
            protecting(Join.SIGNAL_SUBJECTS, distinct_ids(tables.signals_of_others.lazy().select("subject_id"))),
            of_authors(),
            other(Join.MENTIONS, distinct_ids(mentions), members, last),
            *_references(tables),
            _links(tables),
            other(Join.SUPERSEDES, distinct_ids(events.lazy().select("supersedes")), events["event_id"], []),
            other(Join.OBJECTIONS, distinct_ids(tables.objections.lazy().select("handle")), handles, []),
        )
    )


def _misses(unknown: pl.Series, known: pl.Series) -> pl.DataFrame:
    """Find unknown ids that would be known but for their spelling, what is around them, or a digest (`PAIRS`)."""
    near = near_misses(unknown, [known])
    rest = unknown.filter(~unknown.is_in(near["id"].implode()))
    wrapped = wrapped_ids(rest, [known])
    return pl.concat([near, wrapped, hashed_ids(rest.filter(~rest.is_in(wrapped["id"].implode())), [known])])


def _subjects(release: pl.LazyFrame) -> pl.LazyFrame:
    return release.select(pl.col("subject_id").alias("id"))


def _left(unknown: pl.DataFrame, tables: IdTables, allowed: float) -> int:
    """Count the members who were known before, in as few releases as leave no more than `allowed` unknown."""
    withdrawn = tables.withdrawn(unknown["id"])
    never = unknown.filter(~withdrawn)
    for release in tables.before:
        never = without(never, _found(never, _subjects(release)))
        if never.height <= allowed:
            break
    return unknown.height - never.height


def _seen(unknown: pl.DataFrame, before: list[pl.LazyFrame]) -> int:
    return sum(_found(unknown, release).len() for release in before)


def _found(unknown: pl.DataFrame, release: pl.LazyFrame) -> pl.Series:
    """Return the unknown ids that a release knew."""
    if unknown.is_empty():
        return unknown["id"]
    return release.join(unknown.lazy(), on="id", how="semi").unique().collect(engine="streaming")["id"]


def _counts(join: Join, size: tuple[int, int], unknown: pl.DataFrame, left: int, near: pl.DataFrame) -> JoinCounts:
    ids, rows = size
    return JoinCounts(
        join=join,
        known=ids - unknown.height,
        known_before=left,
        unknown=unknown.height - left,
        near=dict(name_changes(near).value_counts(sort=True).sort("change").iter_rows()),
        rows=rows,
        most_common=unknown.select(pl.col("rows").max().fill_null(0)).item(),
    )


def _references(tables: IdTables) -> Iterator[JoinCounts]:
    """Count the references to posts, a range of ids after the other: all of them are too many to be held in memory."""
    joins = [*(Join(column) for column in REFERENCES), Join.SIGNAL_POSTS]
    sizes, lost, unknown = dict.fromkeys(joins, (0, 0)), {join: [IDS.to_frame()] for join in joins}, [IDS.to_frame()]
    for rows, within in _ranges(tables.posts):
        named = {Join(column): distinct_ids(tables.posts.select(column).filter(within)) for column in REFERENCES}
        named[Join.SIGNAL_POSTS] = distinct_ids(tables.signals_of_others.lazy().select("post_id").filter(within))
        every = pl.concat(named.values()).select("id").unique().sort("id")
        never = _unknown_posts(every, tables, rows)
        unknown.append(never.with_columns(compact(never["id"]), pl.lit(0, pl.UInt32).alias("rows")))
        for join, ids in named.items():
            sizes[join] = (sizes[join][0] + ids.height, sizes[join][1] + int(ids["rows"].sum()))
            lost[join].append(ids.join(unknown[-1], on="id", how="semi"))
    absent = pl.concat(unknown)["id"]
    near = near_misses(absent, _post_ids(tables) if absent.len() else [])
    posts = pl.col("source") == Source.posts.value
    before = [release.filter(posts).select(pl.col("source_id").alias("id")) for release in tables.before[:1]]
    for join, parts in lost.items():
        ids = pl.concat(parts)
        yield _counts(join, sizes[join], ids, _seen(ids, before), near.join(ids, on="id", how="semi"))


def _ranges(posts: pl.LazyFrame) -> Iterator[tuple[range, pl.Expr]]:
    """Divide the posts into ranges: their rows, and the condition by which the only column has an id in the range."""
    rows = int(posts.select(pl.len()).collect().item())
    starts = list(range(0, rows, _RANGE)) or [0]
    for start in starts:
        low, high = (posts.select("post_id").slice(at, 1).collect()["post_id"] for at in (start, start + _RANGE))
        within = pl.lit(value=True) if start == starts[0] else pl.first() >= low[0]
        yield range(start, min(start + _RANGE, rows)), within if high.is_empty() else within & (pl.first() < high[0])


def _links(tables: IdTables) -> JoinCounts:
    """Count the addresses and domains that posts link to, by the signals that the index of the posts names."""
    targets = link_targets(tables.signals_of_others.lazy())
    found = pl.Series("key", [], pl.String)
    if targets.height and LINK_SIGNALS in tables.posts.collect_schema():
        keys = tables.posts.select(LINK_SIGNALS).explode(LINK_SIGNALS).drop_nulls().select(key_of(LINK_SIGNALS))
        found = keys.unique().collect(engine="streaming").to_series().alias("key")
    ids = targets.group_by("target").agg(
        pl.len().cast(pl.UInt32).alias("rows"), pl.col("key").is_in(found.implode()).any().alias("known")
    )
    ids = ids.select(pl.col("target").alias("id"), "rows", "known")
    unknown = ids.filter(~pl.col("known")).select(IDS.names())
    return _counts(Join.SIGNAL_LINKS, size_of(ids), unknown, 0, near_misses(unknown["id"].clear(), []))


def _unknown_posts(ids: pl.DataFrame, tables: IdTables, rows: range) -> pl.DataFrame:
    """Drop the ids of some posts; `ids` and the posts are sorted, so each block of posts concerns one slice of it."""
    unknown, remaining = [ids.clear()], ids
    for block in blocks_of(tables.posts.slice(rows.start, len(rows)), "post_id"):
        end = remaining["id"].search_sorted(block[-1], side="right")
        unknown.append(without(remaining.head(end), block))
        remaining = remaining.slice(end)
    return without(pl.concat([*unknown, remaining]), _malformed_posts(tables))


def _malformed_posts(tables: IdTables) -> pl.Series:
    return tables.quarantined.filter(source=Source.posts.value)["source_id"].drop_nulls().alias("post_id")


def _post_ids(tables: IdTables) -> Iterator[pl.Series]:
    """Yield the ids of all posts in blocks, those that are not well formed last."""
    yield from blocks_of(tables.posts, "post_id")
    yield _malformed_posts(tables)
