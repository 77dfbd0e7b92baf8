"""Find which ids of each table exist in the tables that they refer to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Self

import polars as pl
from pydantic import TypeAdapter

from redaction.rights.reconciliation.contacts import contact_ids
from redaction.rights.reconciliation.joins import Join
from redaction.rights.reconciliation.spellings import name_changes, near_misses
from redaction.rights.reconciliation.wrappings import wrapped_ids
from redaction.rights.records.references import REFERENCES
from redaction.rights.settings import RightsSettings
from redaction.rights.signals.links import key_of, link_targets
from redaction.tables import INDEX_BLOCK_ROWS, LINK_SIGNALS, Source

_IDS: Final = pl.Schema({"id": pl.String, "rows": pl.UInt32})
_AT_ONCE: Final = 8 * INDEX_BLOCK_ROWS
"""How many ids of posts are in memory at a time: some ten megabytes."""
_MERGED: Final = 8 * _AT_ONCE
"""From so many ids on, those of several batches are merged."""
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
    authors, authored = _authors(tables.posts)
    strangers = _compact(_without(authors.alias("id").to_frame(), profiles)["id"])
    members = pl.concat([profiles, strangers.alias("user_id")])
    mentions = tables.posts.select("mentions").filter(pl.col("mentions").list.len() > 0).explode("mentions")
    events, handles = tables.rights_events, tables.profiles["handle"].drop_nulls().unique()
    last = [_subjects(release) for release in tables.before[:1]]

    def protecting(join: Join, ids: pl.DataFrame) -> JoinCounts:
        unknown = _without(ids, members)
        left = _left(unknown, tables, settings.unmatched_limit(join) * ids.height)
        near = _misses(unknown["id"], members)
        rest = unknown.filter(~pl.col("id").is_in(near["id"].implode()))["id"]
        named = contact_ids(rest, tables.contacts()).height if rest.len() else 0
        counts = _counts(join, _size(ids), unknown, left, near)
        return replace(counts, near=counts.near | {_BY_CONTACT: named}) if named else counts

    def other(join: Join, ids: pl.DataFrame, known: pl.Series, before: list[pl.LazyFrame]) -> JoinCounts:
        unknown = _without(ids, known)
        return _counts(join, _size(ids), unknown, _seen(unknown, before), _misses(unknown["id"], known))

    def of_authors() -> JoinCounts:
        # Few authors have no profile, so that only the posts of these are counted by author.
        theirs = pl.col("author_id").is_in(strangers.implode())
        counted = _distinct(tables.posts.select("author_id").filter(theirs)) if strangers.len() else _IDS.to_frame()
        near = _misses(counted["id"], profiles)
        return _counts(Join.AUTHORS, (authors.len(), authored), counted, _seen(counted, last), near)

    return Reconciliation(
        (
            protecting(Join.RIGHTS_EVENTS, _distinct(events.lazy().select("subject_id"))),
            protecting(Join.REGION_SIGNALS, tables.region_signals),
            protecting(Join.SIGNAL_SUBJECTS, _distinct(tables.signals_of_others.lazy().select("subject_id"))),
            of_authors(),
            other(Join.MENTIONS, _distinct(mentions), members, last),
            *_references(tables),
            _links(tables),
            other(Join.SUPERSEDES, _distinct(events.lazy().select("supersedes")), events["event_id"], []),
            other(Join.OBJECTIONS, _distinct(tables.objections.lazy().select("handle")), handles, []),
        )
    )


def _misses(unknown: pl.Series, known: pl.Series) -> pl.DataFrame:
    """Find unknown ids that would be known if they were spelled otherwise, or without what is around them (`PAIRS`)."""
    near = near_misses(unknown, [known])
    rest = unknown.filter(~unknown.is_in(near["id"].implode()))
    return pl.concat([near, wrapped_ids(rest, [known])])


def count_ids(batches: Iterable[pl.Series]) -> pl.DataFrame:
    """Count the distinct ids of a column that comes in batches.

    Args:
        batches: ids; nulls are not counted.

    Returns:
        id, rows. About twice as many rows as this has are in memory at a time, however many batches there are.
    """
    counted, waiting, size = _IDS.to_frame(), list[pl.DataFrame](), 0
    for batch in batches:
        distinct = _distinct(batch.to_frame().lazy())
        waiting.append(distinct.with_columns(_compact(distinct["id"])))
        size += waiting[-1].height
        if size > max(counted.height, _MERGED):
            counted, waiting, size = _sums([counted, *waiting]), [], 0
            counted = counted.with_columns(_compact(counted["id"]))
    return _sums([counted, *waiting])


def _compact(ids: pl.Series) -> pl.Series:
    """Copy strings: what Polars selects of a column keeps all strings of that column in memory."""
    return pl.Series(ids.name, ids.to_arrow(compat_level=pl.CompatLevel.oldest()))


def _sums(counts: list[pl.DataFrame]) -> pl.DataFrame:
    """Add up counts of ids."""
    return pl.concat(counts).group_by("id").agg(pl.col("rows").sum())


def _distinct(column: pl.LazyFrame) -> pl.DataFrame:
    """Return the distinct ids of the only column, and how many rows have each (`_IDS`)."""
    named = column.select(pl.first().alias("id")).drop_nulls().group_by("id").agg(pl.len().alias("rows"))
    return named.select(_IDS.names()).collect(engine="streaming")


def _authors(posts: pl.LazyFrame) -> tuple[pl.Series, int]:
    """Return the distinct authors, and how many posts have one: in a third of the time that counting each takes."""
    distinct, waiting, rows = pl.Series("author_id", [], pl.String), list[pl.Series](), 0
    for block in _blocks(posts, "author_id"):
        ids = block.drop_nulls()
        rows += ids.len()
        waiting.append(_compact(ids.unique()))
        if sum(each.len() for each in waiting) > max(distinct.len(), _MERGED):
            distinct, waiting = _compact(pl.concat([distinct, *waiting]).unique()), []
    return pl.concat([distinct, *waiting]).unique(), rows


def _size(ids: pl.DataFrame) -> tuple[int, int]:
    """Return how many ids there are (`_IDS`), and in how many rows."""
    return ids.height, int(ids["rows"].sum())


def _without(ids: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    return ids.join(known.alias("id").to_frame(), on="id", how="anti")


def _subjects(release: pl.LazyFrame) -> pl.LazyFrame:
    return release.select(pl.col("subject_id").alias("id"))


def _left(unknown: pl.DataFrame, tables: IdTables, allowed: float) -> int:
    """Count the members who were known before, in as few releases as leave no more than `allowed` unknown."""
    withdrawn = tables.withdrawn(unknown["id"])
    never = unknown.filter(~withdrawn)
    for release in tables.before:
        never = _without(never, _found(never, _subjects(release)))
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
    """Count the references to posts, whose ids are too many to be held in memory."""
    named = {Join(column): _distinct(tables.posts.select(column)) for column in REFERENCES}
    named[Join.SIGNAL_POSTS] = _distinct(tables.signals_of_others.lazy().select("post_id"))
    unknown = _unknown_posts(pl.concat(named.values()).select("id").unique().sort("id"), tables)
    near = near_misses(unknown["id"], _post_ids(tables) if unknown.height else [])
    posts = pl.col("source") == Source.posts.value
    before = [release.filter(posts).select(pl.col("source_id").alias("id")) for release in tables.before[:1]]
    for join, ids in named.items():
        lost = ids.join(unknown, on="id", how="semi")
        yield _counts(join, _size(ids), lost, _seen(lost, before), near.join(lost, on="id", how="semi"))


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
    unknown = ids.filter(~pl.col("known")).select(_IDS.names())
    return _counts(Join.SIGNAL_LINKS, _size(ids), unknown, 0, near_misses(unknown["id"].clear(), []))


def _unknown_posts(ids: pl.DataFrame, tables: IdTables) -> pl.DataFrame:
    """Drop the ids of posts; `ids` and the posts are sorted, so that each block of posts concerns one slice of it."""
    unknown, remaining = [ids.clear()], ids
    for block in _blocks(tables.posts, "post_id"):
        end = remaining["id"].search_sorted(block[-1], side="right")
        unknown.append(_without(remaining.head(end), block))
        remaining = remaining.slice(end)
    return _without(pl.concat([*unknown, remaining]), _malformed_posts(tables))


def _malformed_posts(tables: IdTables) -> pl.Series:
    return tables.quarantined.filter(source=Source.posts.value)["source_id"].drop_nulls().alias("post_id")


def _post_ids(tables: IdTables) -> Iterator[pl.Series]:
    """Yield the ids of all posts in blocks, those that are not well formed last."""
    yield from _blocks(tables.posts, "post_id")
    yield _malformed_posts(tables)


def _blocks(posts: pl.LazyFrame, column: str) -> Iterator[pl.Series]:
    """Yield a column in blocks that are not empty."""
    values = posts.select(column)
    rows = int(values.select(pl.len()).collect().item())
    for start in range(0, rows, _AT_ONCE):
        yield values.slice(start, _AT_ONCE).collect()[column]
