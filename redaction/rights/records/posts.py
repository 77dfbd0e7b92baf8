"""The results of the rules for posts: a few bytes for each in memory, decisions a block at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.grounds.grounds import RankedGrounds
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.records.case import Case
from redaction.rights.records.decisions import (
    DROP,
    POST_EVIDENCE,
    POSTS,
    RECORD_COLUMNS,
    drop_withheld,
    with_decisions,
)
from redaction.rights.records.records import Posts
from redaction.rights.records.references import NO_ROW, Inherited, Rows, inherit, references_of
from redaction.rights.settings import Mentions

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DecisionBlock:
    """The decisions of some consecutive posts.

    first: the row number of the first one.
    records: `RECORD_COLUMNS`, sorted by id.
    thread: for each post the sorted ids of the authors of the posts it refers to; null where it refers to none.
    """

    first: int
    records: pl.DataFrame
    thread: pl.Series


@dataclass(frozen=True, slots=True)
class PostResults:
    """What the rules say of each post: arrays in the order of the posts sorted by id, without their texts.

    posts: the posts themselves, to be read again for their ids.
    subject: UInt32, the number of the author.
    code: UInt8, the first reason in the post itself, its author or a withdrawal; null if none.
    rank: UInt32, the ground that gave `code`; null if no ground did.
    inherited: what it refers to that is missing or denied (uint32 row numbers, see `Inherited`).
    copy_protected: bool, whether copies of it are dropped if it is dropped: a right of its author denies it, its kind
        is denied, or it was withdrawn.
    mentions: `POST_EVIDENCE`, the protected members mentioned, where the settings drop such posts.
    """

    posts: Posts
    subject: pl.Series
    code: pl.Series
    rank: pl.Series
    inherited: Inherited
    copy_protected: Flags
    mentions: pl.DataFrame

    @classmethod
    def of(
        cls, case: Case, grounds: RankedGrounds, personal: RankedGrounds, subjects: pl.DataFrame, withheld: pl.Series
    ) -> Self:
        """Apply the rules to the posts of a case.

        Args:
            case: the posts and the rules.
            grounds: all grounds.
            personal: the grounds without those for the age of content.
            subjects: the decision of each person, in the order of their numbers.
            withheld: the ids of withdrawn posts.

        Returns:
            The results.
        """
        authors = AuthorRights(grounds, personal, subjects["decision"] == DROP, case.rules.instants.as_of)
        blocks, references, rows = list[pl.DataFrame](), [pl.DataFrame(schema=_REFERENCES)], 0
        for block in case.posts.blocks():
            references.append(references_of(block, rows))
            blocks.append(authors.judge(block, block["post_id"].is_in(withheld.implode())))
            rows += block.height
        results = pl.concat([pl.DataFrame(schema=_RESULTS), *blocks], rechunk=True)
        denied = results["code"].is_not_null().to_numpy()
        return cls(
            posts=case.posts,
            subject=results["subject"],
            code=results["code"],
            rank=results["rank"],
            inherited=inherit(pl.concat(references), case.posts.ids(), denied),
            copy_protected=results["copy_protected"].to_numpy(),
            mentions=_protected_mentions(case.posts, subjects, case.rules),
        )

    @property
    def kept(self) -> Flags:
        """Which posts nothing denies, before texts are compared."""
        kept = self.code.is_null().to_numpy().copy()
        kept &= (self.inherited.missing == NO_ROW) & (self.inherited.denied == NO_ROW)
        kept[self.mentions["row_number"].to_numpy()] = False
        return kept

    @property
    def protected(self) -> Flags:
        """Which posts are dropped, and copies of them too."""
        return self.copy_protected & ~self.kept

    def ids(self, which: Flags) -> pl.Series:
        """Read the ids of some posts, sorted."""
        selected, first = [pl.Series("post_id", [], pl.String)], 0
        for ids in self.posts.ids():
            selected.append(ids.filter(pl.Series(which[first : first + ids.len()])))
            first += ids.len()
        return pl.concat(selected)

    def blocks(self, case: Case, grounds: RankedGrounds, copies: pl.DataFrame) -> Iterator[DecisionBlock]:
        """Decide the posts block by block, in order; `copies` are sorted rows of `POST_EVIDENCE`."""
        people, inherited, denied = case.people["subject_id"], self.inherited, _DeniedPosts.of(self)
        threads = _Threads.of(inherited.edges, self.subject, people)
        first = 0
        for ids in self.posts.ids():
            end = first + ids.len()
            evidence = pl.DataFrame(
                {
                    "source_id": ids,
                    "subject_id": people.gather(self.subject[first:end]),
                    "rank": self.rank[first:end],
                    "code": self.code[first:end],
                    "missing": inherited.missing_ids.gather(_to_index(inherited.missing[first:end])),
                    "denied": denied.ids_of(inherited.denied[first:end]),
                    "copied": _evidence_between(copies, first, end),
                    "mentioned": _evidence_between(self.mentions, first, end),
                }
            ).with_columns(pl.lit(POSTS).alias("source"))
            evidence = _with_reservations(with_rights_of_others(evidence), self.posts.reserved)
            records = with_decisions(evidence, grounds, case.rules)[list(RECORD_COLUMNS)]
            yield DecisionBlock(first, records, threads.between(first, end))
            first = end


_REFERENCES = pl.Schema({"row_number": pl.UInt32, "referred": pl.String})
_RESULTS = pl.Schema({"subject": pl.UInt32, "code": pl.UInt8, "rank": pl.UInt32, "copy_protected": pl.Boolean})


@dataclass(frozen=True, slots=True)
class AuthorRights:
    """What the rights of some people deny.

    grounds: all grounds. personal: the grounds without those for the age of content.
    denied: whether each person is denied as of the build, by number.
    as_of: the instant of the build, in microseconds.
    """

    grounds: RankedGrounds
    personal: RankedGrounds
    denied: pl.Series
    as_of: int

    def judge(self, block: pl.DataFrame, withdrawn: pl.Series) -> pl.DataFrame:
        """Find the reason in each post itself, in its author or in a withdrawal, and whether copies of it are dropped.

        Args:
            block: posts: subject, created, kind, own and private, as `Posts.blocks` reads them.
            withdrawn: which of them were withdrawn.

        Returns:
            subject, code, rank and copy_protected, see `PostResults`.
        """
        denied_at_content = self.personal.first_for(block).is_not_null() & (block["created"] <= self.as_of)
        protected = self.denied.gather(block["subject"]) | denied_at_content | withdrawn
        protected |= block["private"].fill_null(value=False)
        results = drop_withheld(self.grounds.with_reason(block), withdrawn)
        return results.select("subject", "code", "rank", protected.alias("copy_protected"))


@dataclass(frozen=True, slots=True)
class _DeniedPosts:
    """The denied posts that others inherit from: their row numbers, sorted, and their ids."""

    rows: Rows
    ids: pl.Series

    @classmethod
    def of(cls, posts: PostResults) -> Self:
        needed = np.zeros(posts.code.len(), np.bool_)
        inherited = posts.inherited.denied
        needed[inherited[inherited != NO_ROW]] = True
        return cls(np.flatnonzero(needed).astype(np.uint32), posts.ids(needed))

    def ids_of(self, rows: Rows) -> pl.Series:
        """Return the id of each row number, null for `NO_ROW`."""
        index = np.searchsorted(self.rows, rows).astype(np.uint32)
        return self.ids.gather(_to_index(np.where(rows == NO_ROW, NO_ROW, index)))


@dataclass(frozen=True, slots=True)
class _Threads:
    """The authors of the posts that each post refers to: row_number and subject, sorted."""

    links: pl.DataFrame
    people: pl.Series

    @classmethod
    def of(cls, edges: pl.DataFrame, subject: pl.Series, people: pl.Series) -> Self:
        links = edges.select("row_number", subject.gather(edges["parent"]).alias("subject"))
        return cls(links.sort("row_number"), people)

    def between(self, first: int, end: int) -> pl.Series:
        """Return the sorted ids for each post in [first, end), or null."""
        links = _between(self.links, first, end)
        authors = links.select("row_number", self.people.gather(links["subject"]).alias("thread"))
        lists = authors.group_by("row_number").agg(pl.col("thread").unique().sort())
        return _row_numbers(first, end).join(lists, on="row_number", how="left", maintain_order="left")["thread"]


def with_rights_of_others(records: pl.DataFrame) -> pl.DataFrame:
    """Set `code`, where nothing else denies, to the first reason among the rights of others; `via` is its evidence."""
    others = [
        (Reason.PARENT_MISSING, pl.col("missing")),
        (Reason.PARENT_PROTECTED, pl.col("denied")),
        (Reason.NEAR_DUPLICATE, pl.col("copied")),
        (Reason.MENTION_PROTECTED, pl.col("mentioned")),
    ]
    codes = [pl.when(evidence.is_not_null()).then(pl.lit(reason.code, dtype=pl.UInt8)) for reason, evidence in others]
    via = pl.coalesce([evidence for _, evidence in others])
    return records.with_columns(
        pl.coalesce("code", *codes).alias("code"), pl.when(pl.col("code").is_null()).then(via).alias("via")
    )


def _with_reservations(records: pl.DataFrame, reserved: pl.DataFrame) -> pl.DataFrame:
    """Name the rule and the evidence of the posts that a signal of others denies: `own_rule`, `via`."""
    named = reserved.select("code", pl.col("post_id").alias("source_id"), "rule", "evidence")
    joined = records.join(named, on=["source_id", "code"], how="left", maintain_order="left")
    own = pl.col("rank").is_null()
    return joined.with_columns(
        pl.when(own).then("rule").alias("own_rule"), pl.coalesce(pl.when(own).then("evidence"), "via").alias("via")
    ).drop("rule", "evidence")


def _protected_mentions(posts: Posts, subjects: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """List the posts that mention a protected member, with the lowest id of those: `POST_EVIDENCE`."""
    rows, first = [pl.DataFrame(schema=POST_EVIDENCE)], 0
    protected = subjects.filter(pl.col("decision") == DROP).select("subject_id")
    blocks = zip(posts.ids(), posts.mentions(), strict=True) if rules.settings.mentions is Mentions.DROP else ()
    for ids, mentions in blocks:
        mentioned = mentions.join(protected, on="subject_id", how="semi")
        lowest = mentioned.group_by("post_id").agg(pl.col("subject_id").min().alias("evidence"))
        end = first + ids.len()
        numbered = _row_numbers(first, end).with_columns(ids.alias("post_id"))
        rows.append(numbered.join(lowest, on="post_id", maintain_order="left").select(POST_EVIDENCE.names()))
        first = end
    return pl.concat(rows)


def _evidence_between(evidence: pl.DataFrame, first: int, end: int) -> pl.Series:
    """Return the evidence, in rows of `POST_EVIDENCE`, of each post in [first, end), or null."""
    rows = _between(evidence, first, end)
    return _row_numbers(first, end).join(rows, on="row_number", how="left", maintain_order="left")["evidence"]


def _between(frame: pl.DataFrame, first: int, end: int) -> pl.DataFrame:
    """Slice a frame sorted by row_number to those in [first, end)."""
    bounds = frame["row_number"].search_sorted(pl.Series([first, end], dtype=pl.UInt32), side="left")
    return frame[bounds[0] : bounds[1]]


def _row_numbers(first: int, end: int) -> pl.DataFrame:
    return pl.int_range(first, end, dtype=pl.UInt32, eager=True).alias("row_number").to_frame()


def _to_index(rows: Rows) -> pl.Series:
    """Convert row numbers to an index to gather by, null for `NO_ROW`."""
    index = pl.Series("row_number", rows, dtype=pl.UInt32)
    return index.set(index == NO_ROW, None)
