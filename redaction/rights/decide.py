"""Decides every record and every subject: from tables and rules to one reason each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from redaction.rights.grounds.grounds import ANY_KIND, GroundBook
from redaction.rights.policy.policy import Policy
from redaction.rights.policy.regions import RegionSets
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.records.case import Case, case_of, grounds_of
from redaction.rights.records.decisions import KEEP, taken_back, written
from redaction.rights.records.inputs import NAMED, RECORD_COLUMNS, SUBJECT_COLUMNS, WITHHELD, Decisions, Inputs
from redaction.rights.records.posts import POSTS, JudgedBlock, JudgedPosts
from redaction.rights.settings import RightsSettings

PROFILES = "profiles"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of a case: the right of each subject (`SUBJECT_COLUMNS`, sorted), the posts by place, and
    the decisions of the profiles (`RECORD_COLUMNS`, sorted).
    """

    case: Case
    book: GroundBook
    subjects: pl.DataFrame
    posts: JudgedPosts
    profiles: pl.DataFrame

    def blocks(self, copies: pl.DataFrame | None = None) -> Iterator[JudgedBlock]:
        """The decisions of the posts, block by block. copies: `NAMED`, sorted by place: the protected text that a post
        is a copy of; of posts that are dropped for a reason that goes before they change nothing.
        """
        return self.posts.blocks(self.case, self.book, pl.DataFrame(schema=NAMED) if copies is None else copies)

    def allowed(self) -> Iterator[pl.DataFrame]:
        """The records (source, source_id) that nothing denies, as far as texts are not looked at: of the posts block by
        block, then of the profiles; for each block of decisions that is not empty.
        """
        free, first = self.posts.kept, 0
        for ids in self.posts.posts.ids():
            kept = ids.filter(pl.Series(free[first : first + ids.len()])).alias("source_id")
            if ids.len():
                yield kept.to_frame().select(pl.lit(POSTS).alias("source"), "source_id")
            first += ids.len()
        if self.profiles.height:
            yield self.profiles.filter(pl.col("decision") == KEEP).select("source", "source_id")

    def decisions(self, copies: pl.DataFrame | None = None) -> Decisions:
        """All decisions, in memory."""
        nothing = self.profiles.clear()
        records = pl.concat([nothing, *(block.records for block in self.blocks(copies)), self.profiles])
        return Decisions(records, self.subjects, self.posts.ids(self.posts.protected))


def decide(  # noqa: PLR0913, PLR0917 - each is a thing of its own
    inputs: Inputs,
    policy: Policy,
    regions: RegionSets,
    settings: RightsSettings,
    as_of: datetime,
    known_at: datetime | None = None,
    withheld: pl.DataFrame | None = None,
) -> Decisions:
    """Decide every record and subject as of a moment. A pure function of its arguments.

    Events with event_time up to `as_of` count, however late they were received; a `known_at` replays what the
    ledger and the signals told then. Rows may come in any order. `withheld` (source, source_id) are records that
    were taken back before: they are dropped, whatever the rules say now, and so is what refers to them.

    Raises:
        RightsError: the policy is not in force or not noticed by `as_of`, lacks what it demands, names an
            unknown region set; or the ledger is stale, partial or unreadable; or an id stands twice.
    """
    return judge(inputs, policy, regions, settings, as_of, known_at, withheld).decisions()


def judge(  # noqa: PLR0913, PLR0917 - the arguments of `decide`
    inputs: Inputs,
    policy: Policy,
    regions: RegionSets,
    settings: RightsSettings,
    as_of: datetime,
    known_at: datetime | None = None,
    withheld: pl.DataFrame | None = None,
) -> Judged:
    """As `decide`, for tables of any size: what is held of a post is some bytes, and decisions come in blocks."""
    case, events = case_of(inputs, policy, regions, settings, as_of, known_at)
    return judge_case(case, events, withheld)


def judge_case(case: Case, events: pl.DataFrame, withheld: pl.DataFrame | None = None) -> Judged:
    """What the rules say of a case. withheld: as `decide` takes it."""
    gone = pl.DataFrame(schema=WITHHELD) if withheld is None else withheld.select(WITHHELD.names())
    stated = grounds_of(case, events)
    book, lasting = GroundBook.of(stated), _lasting(stated, case.rules)
    subjects = _subjects(case, lasting)
    posts = JudgedPosts.of(case, (book, lasting), subjects, gone.filter(source=POSTS)["source_id"])
    profiles = _profiles(case, book, gone.filter(source=PROFILES)["source_id"])
    return Judged(case, book, subjects, posts, profiles)


def _lasting(stated: list[pl.DataFrame], rules: Rules) -> GroundBook:
    """The rights of people: all grounds, but for the age of content."""
    early = Reason.BEFORE_EARLIEST_CONTENT.code
    return GroundBook.of([part.filter(pl.col("code") != early) for part in stated] if rules.dates else stated)


def _subjects(case: Case, book: GroundBook) -> pl.DataFrame:
    """The right of each person as of the build: the first ground for content of any kind created then."""
    people, rules = case.people, case.rules
    now = people.with_columns(
        pl.lit(ANY_KIND, dtype=pl.Int16).alias("kind"), pl.lit(rules.moments.as_of).alias("created")
    )
    ranks = book.first_for(now)
    judged = people.select("subject_id", book.ranked["code"].gather(ranks).alias("code"), ranks.alias("rank"))
    return written(judged, book, rules).select(SUBJECT_COLUMNS)


def _profiles(case: Case, book: GroundBook, gone: pl.Series) -> pl.DataFrame:
    judged = taken_back(book.judged(case.members), case.members["user_id"], gone).with_columns(
        pl.lit(PROFILES).alias("source"),
        pl.col("user_id").alias("source_id"),
        case.people["subject_id"].gather(case.members["subject"]).alias("subject_id"),
    )
    return written(judged, book, case.rules).select(RECORD_COLUMNS)
