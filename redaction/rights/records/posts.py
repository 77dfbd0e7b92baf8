"""The posts of a case, judged: a few bytes for each, written out as decisions a block at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.grounds.grounds import GroundBook
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.records import references
from redaction.rights.records.case import Case
from redaction.rights.records.decisions import DROP, taken_back, written
from redaction.rights.records.inputs import NAMED, RECORD_COLUMNS
from redaction.rights.records.records import Posts
from redaction.rights.settings import Mentions

POSTS = "posts"

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class JudgedBlock:
    """Some posts that stand together. The first has the place `first`; `records` has `RECORD_COLUMNS`, sorted by id.

    thread: for each the ids of those who wrote what it refers to, sorted; null where it refers to nothing there.
    """

    first: int
    records: pl.DataFrame
    thread: pl.Series


@dataclass(frozen=True, slots=True)
class JudgedPosts:
    """By place: the number of the author, the code and the rank of what denies the post for its own or its author's
    sake, what it inherits, and whether nobody may repeat it. `mentions` (`NAMED`) are those of members that matter.
    """

    posts: Posts
    subject: pl.Series
    code: pl.Series
    rank: pl.Series
    inherited: references.Inherited
    nobodys: Flags
    mentions: pl.DataFrame

    @classmethod
    def of(cls, case: Case, books: tuple[GroundBook, GroundBook], subjects: pl.DataFrame, gone: pl.Series) -> Self:
        """Judges the posts of a case. books: all grounds, and those but for the age of content. gone: the ids of posts
        taken back before.
        """
        read, (book, lasting) = _Read(), books
        for block in case.posts.blocks():
            judged = taken_back(book.judged(block), block["post_id"], gone)
            denied = (subjects["decision"] == DROP).gather(block["subject"])
            at_content = lasting.first_for(block).is_not_null() & (block["created"] <= case.rules.moments.as_of)
            private, back = block["private"].fill_null(value=False), block["post_id"].is_in(gone.implode())
            read.add(judged, denied | at_content | private | back)
        code = _joined(read.code, pl.UInt8)
        referred = pl.concat(read.references)
        return cls(
            posts=case.posts,
            subject=_joined(read.subject, pl.UInt32),
            code=code,
            rank=_joined(read.rank, pl.UInt32),
            inherited=references.inherit(referred, case.posts.ids(), code.is_not_null().to_numpy()),
            nobodys=_joined(read.nobodys, pl.Boolean).to_numpy(),
            mentions=_mentions(case.posts, subjects, case.rules),
        )

    @property
    def kept(self) -> Flags:
        """Which posts nothing denies, as far as texts are not looked at."""
        free = self.code.is_null().to_numpy().copy()
        free &= (self.inherited.missing == references.NOBODY) & (self.inherited.denied == references.NOBODY)
        free[self.mentions["place"].to_numpy()] = False
        return free

    @property
    def protected(self) -> Flags:
        """Which dropped posts must not come back as a copy: by the rights themselves, whatever reason is told first."""
        return self.nobodys & ~self.kept

    def ids(self, which: Flags) -> pl.Series:
        """The ids of some posts."""
        found, first = [pl.Series("post_id", [], pl.String)], 0
        for ids in self.posts.ids():
            found.append(ids.filter(pl.Series(which[first : first + ids.len()])))
            first += ids.len()
        return pl.concat(found)

    def blocks(self, case: Case, book: GroundBook, copies: pl.DataFrame) -> Iterator[JudgedBlock]:
        """The decisions. copies: `NAMED`, the protected text that a post is a copy of, sorted by place."""
        people, inherited, denied = case.people["subject_id"], self.inherited, _Denied.of(self)
        threads = _Threads.of(inherited.edges, self.subject, people)
        first = 0
        for ids in self.posts.ids():
            upto = first + ids.len()
            subject = self.subject[first:upto]
            judged = pl.DataFrame(
                {
                    "source_id": ids,
                    "subject_id": people.gather(subject),
                    "rank": self.rank[first:upto],
                    "code": self.code[first:upto],
                    "missing": inherited.missing_ids.gather(_places(inherited.missing[first:upto])),
                    "denied": denied.named(inherited.denied[first:upto]),
                    "copied": _named(copies, first, upto),
                    "mentioned": _named(self.mentions, first, upto),
                }
            ).with_columns(pl.lit(POSTS).alias("source"))
            records = written(_for_others(judged), book, case.rules)[list(RECORD_COLUMNS)]
            yield JudgedBlock(first, records, threads.between(first, upto))
            first = upto


class _Read:
    """What is kept of each block of posts."""

    def __init__(self) -> None:
        self.subject: list[pl.Series] = []
        self.code: list[pl.Series] = []
        self.rank: list[pl.Series] = []
        self.nobodys: list[pl.Series] = []
        self.references = [pl.DataFrame(schema={"place": pl.UInt32, "referred": pl.String})]
        self._rows = 0

    def add(self, judged: pl.DataFrame, nobodys: pl.Series) -> None:
        """Takes the next block."""
        self.references.append(references.references_of(judged, self._rows))
        self.subject.append(judged["subject"])
        self.code.append(judged["code"])
        self.rank.append(judged["rank"])
        self.nobodys.append(nobodys)
        self._rows += judged.height


@dataclass(frozen=True, slots=True)
class _Denied:
    """The ids of the denied posts that others inherit from, by place."""

    places: npt.NDArray[np.uint32]
    ids: pl.Series

    @classmethod
    def of(cls, posts: JudgedPosts) -> Self:
        wanted = np.zeros(posts.code.len(), np.bool_)
        inherited = posts.inherited.denied
        wanted[inherited[inherited != references.NOBODY]] = True
        return cls(np.flatnonzero(wanted).astype(np.uint32), posts.ids(wanted))

    def named(self, inherited: npt.NDArray[np.uint32]) -> pl.Series:
        """The id at each place."""
        at = np.searchsorted(self.places, inherited).astype(np.uint32)
        return self.ids.gather(_places(np.where(inherited == references.NOBODY, references.NOBODY, at)))


@dataclass(frozen=True, slots=True)
class _Threads:
    """Who wrote what each post refers to, sorted by the place of the post."""

    links: pl.DataFrame
    people: pl.Series

    @classmethod
    def of(cls, edges: pl.DataFrame, subject: pl.Series, people: pl.Series) -> Self:
        return cls(edges.select("place", subject.gather(edges["parent"]).alias("subject")).sort("place"), people)

    def between(self, first: int, upto: int) -> pl.Series:
        """For each of some posts that stand together the ids, or null."""
        bounds = self.links["place"].search_sorted(pl.Series([first, upto], dtype=pl.UInt32), side="left")
        links = self.links[bounds[0] : bounds[1]]
        named = links.select("place", self.people.gather(links["subject"]).alias("thread"))
        lists = named.group_by("place").agg(pl.col("thread").unique().sort())
        places = pl.DataFrame({"place": _range(first, upto)})
        return places.join(lists, on="place", how="left", maintain_order="left")["thread"]


def _for_others(judged: pl.DataFrame) -> pl.DataFrame:
    """With `code` for the sake of others where nothing else denies, and `via`, the evidence of that."""
    others = [
        (Reason.PARENT_MISSING, pl.col("missing")),
        (Reason.PARENT_PROTECTED, pl.col("denied")),
        (Reason.NEAR_DUPLICATE, pl.col("copied")),
        (Reason.MENTION_PROTECTED, pl.col("mentioned")),
    ]
    theirs = [pl.when(evidence.is_not_null()).then(pl.lit(reason.code, dtype=pl.UInt8)) for reason, evidence in others]
    via = pl.coalesce([evidence for _, evidence in others])
    return judged.with_columns(
        pl.coalesce("code", *theirs).alias("code"), pl.when(pl.col("code").is_null()).then(via).alias("via")
    )


def _mentions(posts: Posts, subjects: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`NAMED`: the protected member that a post mentions, of several the lowest id; none where none matters."""
    found, first = [pl.DataFrame(schema=NAMED)], 0
    protected = subjects.filter(pl.col("decision") == DROP).select("subject_id")
    blocks = zip(posts.ids(), posts.mentions(), strict=True) if rules.settings.mentions is Mentions.DROP else ()
    for ids, mentions in blocks:
        theirs = mentions.join(protected, on="subject_id", how="semi")
        lowest = theirs.group_by("post_id").agg(pl.col("subject_id").min().alias("evidence"))
        places = ids.to_frame("post_id").with_columns(_range(first, first + ids.len()))
        found.append(places.join(lowest, on="post_id", maintain_order="left").select(NAMED.names()))
        first += ids.len()
    return pl.concat(found)


def _named(named: pl.DataFrame, first: int, upto: int) -> pl.Series:
    """The evidence, in rows of `NAMED`, of each of some posts that stand together."""
    bounds = named["place"].search_sorted(pl.Series([first, upto], dtype=pl.UInt32), side="left")
    places = pl.DataFrame({"place": _range(first, upto)})
    return places.join(named[bounds[0] : bounds[1]], on="place", how="left", maintain_order="left")["evidence"]


def _range(first: int, upto: int) -> pl.Series:
    return pl.int_range(first, upto, dtype=pl.UInt32, eager=True).alias("place")


def _joined(parts: list[pl.Series], dtype: type[pl.DataType]) -> pl.Series:
    return pl.concat([pl.Series("", [], dtype=dtype), *parts], rechunk=True)


def _places(places: references.Places) -> pl.Series:
    """Places as an index to gather by, null for nobody."""
    found = pl.Series("place", places, dtype=pl.UInt32)
    return found.set(found == references.NOBODY, None)
