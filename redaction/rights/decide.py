"""Decide every record and every subject: from tables and rules to one reason each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from redaction.rights.grounds.grounds import ANY_KIND, RankedGrounds
from redaction.rights.inputs import Inputs, canonical_values
from redaction.rights.policy.policy import Policy
from redaction.rights.policy.regions import RegionSets
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.records.case import Case
from redaction.rights.records.decisions import (
    DROP,
    KEEP,
    NEAR_DUPLICATE_RULE,
    POST_EVIDENCE,
    POSTS,
    PROFILES,
    RECORD_COLUMNS,
    SUBJECT_COLUMNS,
    WITHHELD,
    Decisions,
    drop_withheld,
    with_decisions,
)
from redaction.rights.records.posts import DecisionBlock, Flags, PostResults
from redaction.rights.settings import RightsSettings
from redaction.rights.signals.links import with_link_signals
from redaction.tables import TABLES, TableName

Frame = pl.DataFrame | pl.LazyFrame


@dataclass(frozen=True, slots=True)
class RuleResults:
    """What the rules say, before texts are compared.

    case: the records, the people and the rules.
    grounds: everything that the rights of the people deny.
    subjects: `SUBJECT_COLUMNS`, the right of each person as of the build, sorted by subject_id.
    posts: an array for each property of the posts.
    profiles: `RECORD_COLUMNS`, the decisions of the profiles, sorted by source_id.
    """

    case: Case
    grounds: RankedGrounds
    subjects: pl.DataFrame
    posts: PostResults
    profiles: pl.DataFrame

    def blocks(self, copies: pl.DataFrame | None = None) -> Iterator[DecisionBlock]:
        """Decide the posts, block by block.

        Args:
            copies: `POST_EVIDENCE`, the protected text that a post is a copy of, sorted by row number. Ignored for
                posts already dropped by a reason of higher precedence.

        Returns:
            The decisions, in the order of the post ids.
        """
        copies = pl.DataFrame(schema=POST_EVIDENCE) if copies is None else copies
        return self.posts.blocks(self.case, self.grounds, copies)

    @property
    def rules(self) -> Rules:
        """The rules of the run."""
        return self.case.rules

    @property
    def kept(self) -> Flags:
        """Which posts nothing denies before texts are compared, in the order of their ids."""
        return self.posts.kept

    @property
    def protected(self) -> Flags:
        """Which posts are dropped, and copies of them too."""
        return self.posts.protected

    def ids(self, which: Flags) -> pl.Series:
        """Read the ids of some posts, sorted."""
        return self.posts.ids(which)

    def usable(self, subjects: pl.Series) -> pl.Series:
        """Test which ids are of people whom nothing denies as of the build."""
        usable = self.subjects.filter(pl.col("decision") == KEEP)["subject_id"]
        return subjects.is_in(usable.implode()).fill_null(value=False)

    def subject_blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the right of each person as of the build, sorted by subject_id: `SUBJECT_COLUMNS`."""
        yield self.subjects

    def profile_blocks(self, copies: pl.DataFrame | None = None) -> Iterator[pl.DataFrame]:
        """Yield the decisions of the profiles, sorted by source_id.

        Args:
            copies: source_id and evidence of the kept profiles that are near copies, each once.

        Yields:
            `RECORD_COLUMNS`.
        """
        yield with_copies(self.profiles, copies)

    def allowed(self) -> Iterator[pl.DataFrame]:
        """Yield source and source_id of the records that nothing denies before texts are compared.

        One frame for each block of posts that is not empty, then one for the profiles, as decisions are stored.
        """
        kept, first = self.posts.kept, 0
        for ids in self.posts.posts.ids():
            if ids.len():
                allowed = ids.filter(pl.Series(kept[first : first + ids.len()])).alias("source_id").to_frame()
                yield allowed.select(pl.lit(POSTS).alias("source"), "source_id")
            first += ids.len()
        if self.profiles.height:
            yield self.profiles.filter(pl.col("decision") == KEEP).select("source", "source_id")

    def with_copied_profiles(self, copies: pl.DataFrame) -> "RuleResults":
        """Drop the kept profiles that `copies` (source_id, evidence) names, each once, as near copies."""
        return replace(self, profiles=with_copies(self.profiles, copies))

    def decisions(self, copies: pl.DataFrame | None = None) -> Decisions:
        """Decide all records in memory; `copies` as for `blocks`."""
        blocks = [block.records for block in self.blocks(copies)]
        records = pl.concat([self.profiles.clear(), *blocks, self.profiles])
        return Decisions(records, self.subjects, self.posts.ids(self.posts.protected))


def with_copies(profiles: pl.DataFrame, copies: pl.DataFrame | None) -> pl.DataFrame:
    """Drop the kept profiles (`RECORD_COLUMNS`) that `copies` (source_id, evidence) names, each once."""
    if copies is None:
        return profiles
    named = copies.select("source_id", "evidence")
    joined = profiles.join(named, on="source_id", how="left", maintain_order="left")
    copied = (pl.col("decision") == KEEP) & pl.col("evidence").is_not_null()
    decided = {
        "decision": pl.lit(DROP),
        "reason": pl.lit(Reason.NEAR_DUPLICATE.value),
        "rule": pl.lit(NEAR_DUPLICATE_RULE),
        "evidence_id": pl.col("evidence"),
    }
    columns = [pl.when(copied).then(value).otherwise(name).alias(name) for name, value in decided.items()]
    return joined.with_columns(columns).select(RECORD_COLUMNS)


def decide(  # noqa: PLR0913 - the five tables, and what they are decided by
    posts: Frame | None = None,
    profiles: Frame | None = None,
    rights_events: Frame | None = None,
    region_signals: Frame | None = None,
    signals_of_others: Frame | None = None,
    *,
    policy: Policy,
    regions: RegionSets,
    as_of: datetime,
    settings: RightsSettings | None = None,
) -> pl.DataFrame:
    """Decide small tables in memory.

    A missing table is read as an empty one, and a missing optional column as nulls. Ids and the words of lists (kind,
    action, signal, account_status) are read as a build reads them. Doubt drops: without a profile,
    an account status, a date of birth or a region signal the records of a member are dropped. An empty ledger is
    refused unless `settings.ledger_complete_until` says that nobody acted until then. Texts are not read, so copies of
    protected posts are not found; a build does that.

    Args:
        posts: post_id, author_id, created_at, kind; optional context, in_reply_to, repost_of, quote_of, mentions.
        profiles: user_id; optional birth_date, account_status, education, updated_at.
        rights_events: event_id, subject_id, action, event_time, received_at; optional purpose, categories, recipients,
            supersedes.
        region_signals: subject_id, signal, value; optional valid_from, valid_to, observed_at.
        signals_of_others: format, value; post_id or subject_id, or else url or domain; optional url, observed_at. Links
            are searched in text, title, url and links of the posts, where these are there.
        policy: the policy, from `redaction.load_policy`.
        regions: the region sets that the policy names, from `redaction.load_regions`.
        as_of: the instant of the decision, with a time zone. Times without a zone in the tables are read as UTC.
        settings: purpose, recipient and other choices; the defaults of `RightsSettings` if None.

    Returns:
        One row for each post and profile, sorted by source and source_id: source, source_id, subject_id, decision
        (keep or drop), reason (a `Reason`), rule, evidence_id.

    Raises:
        RightsError: as `apply_rules` and `Rules.of` do; or a column cannot be converted to its canonical type.
    """
    others = _table(TableName.signals_of_others, signals_of_others)
    inputs = Inputs(
        posts=with_link_signals(_table(TableName.posts, posts), others),
        profiles=_table(TableName.profiles, profiles),
        rights_events=_table(TableName.rights_events, rights_events),
        region_signals=_table(TableName.region_signals, region_signals),
        signals_of_others=others,
    )
    rules = Rules.of(policy, regions, settings or RightsSettings(), as_of)
    return apply_rules(inputs, rules).decisions().records


def _table(name: TableName, table: Frame | None) -> pl.LazyFrame:
    return canonical_values((TABLES[name].schema.to_frame() if table is None else table).lazy(), name)


def apply_rules(inputs: Inputs, rules: Rules, withheld: pl.DataFrame | None = None) -> RuleResults:
    """Apply the rules to tables of any size. A pure function of its arguments.

    Events with event_time up to `as_of` count, however late they were received. The posts take some bytes each in
    memory, and their decisions come in blocks.

    Args:
        inputs: the tables, in any order unless `block_rows` is set.
        rules: the rules of the run.
        withheld: source and source_id of withdrawn records: they are dropped whatever the rules say now, and so are
            the posts that refer to them.

    Returns:
        The results, from which decisions are made once near copies are known.

    Raises:
        RightsError: the ledger is stale, partial or unreadable; an id is null or duplicated; or a signal has no
            subject.
    """
    withheld = pl.DataFrame(schema=WITHHELD) if withheld is None else withheld
    case = Case.of(inputs, rules)
    grounds, personal = rank_grounds(case)
    subjects = decide_subjects(case, personal)
    posts = PostResults.of(case, grounds, personal, subjects, withheld.filter(source=POSTS)["source_id"])
    profiles = decide_profiles(case, grounds, withheld.filter(source=PROFILES)["source_id"])
    return RuleResults(case, grounds, subjects, posts, profiles)


def rank_grounds(case: Case) -> tuple[RankedGrounds, RankedGrounds]:
    """Rank what the rights of the people of a case deny: all grounds, and those not for the age of content."""
    frames = case.grounds()
    grounds = RankedGrounds.of(frames)
    if not case.rules.dates:
        return grounds, grounds
    early = Reason.BEFORE_EARLIEST_CONTENT.code
    return grounds, RankedGrounds.of([frame.filter(pl.col("code") != early) for frame in frames])


def decide_subjects(case: Case, personal: RankedGrounds) -> pl.DataFrame:
    """Decide each person as of the build: the first ground for content of any kind created then."""
    now = case.people.with_columns(
        pl.lit(ANY_KIND, dtype=pl.Int16).alias("kind"), pl.lit(case.rules.instants.as_of).alias("created")
    )
    ranks = personal.first_for(now)
    codes = personal.ranked["code"].gather(ranks)
    people = case.people.select("subject_id", codes.alias("code"), ranks.alias("rank"))
    return with_decisions(people, personal, case.rules).select(SUBJECT_COLUMNS)


def decide_profiles(case: Case, grounds: RankedGrounds, withheld: pl.Series) -> pl.DataFrame:
    """Decide the profiles of a case: `RECORD_COLUMNS`, sorted by source_id."""
    withdrawn = case.members["user_id"].is_in(withheld.implode())
    members = drop_withheld(grounds.with_reason(case.members), withdrawn).with_columns(
        pl.lit(PROFILES).alias("source"),
        pl.col("user_id").alias("source_id"),
        case.people["subject_id"].gather(case.members["subject"]).alias("subject_id"),
    )
    return with_decisions(members, grounds, case.rules).select(RECORD_COLUMNS)
