"""The tasks over people: all that is known of a member is in one partition, so their rights are decided there."""

import polars as pl

from redaction.rights.decide import decide_profiles, decide_subjects, rank_grounds
from redaction.rights.grounds.grounds import RankedGrounds
from redaction.rights.inputs import Inputs
from redaction.rights.partitioned.work import (
    AUTHORED,
    DECIDED_PROFILES,
    EVENTS,
    JUDGED,
    MENTIONED,
    MENTIONS,
    PROFILES,
    RESERVED_PEOPLE,
    SIGNALS,
    SUBJECTS,
    UNUSABLE,
    WITHHELD_PROFILES,
    Task,
    Work,
    merged,
    search,
)
from redaction.rights.records import records
from redaction.rights.records.case import Case
from redaction.rights.records.decisions import DROP, evidence_by_rank, named_evidence
from redaction.rights.records.posts import AuthorRights
from redaction.rights.records.records import Posts, number_of
from redaction.rights.settings import Mentions
from redaction.rights.signals.reservations import RESERVATIONS, reserved_posts
from redaction.tables import TABLES, TableName


def judge_people(task: Task) -> int:
    """Decide the people of a partition and their profiles, and hand on what it means for each post of theirs.

    Args:
        task: The work, and the number of the partition.

    Returns:
        The number of people.
    """
    work, part = task
    exchange, file = work.exchange, f"{part:05}"
    case = _case(work, part)
    grounds, personal = rank_grounds(case)
    subjects = decide_subjects(case, personal)
    exchange.give(SUBJECTS, file, subjects, search(work.people, subjects["subject_id"]))
    withheld = exchange.take(WITHHELD_PROFILES, part)["user_id"]
    profiles = decide_profiles(case, grounds, withheld)
    exchange.give(DECIDED_PROFILES, file, profiles, search(work.people, profiles["source_id"]))
    denied = subjects["decision"] == DROP
    authors = AuthorRights(grounds, personal, denied, case.rules.instants.as_of)
    for number, batch in enumerate(merged(exchange.batches(AUTHORED, part))):
        judged = _judge_posts(batch, authors, case.people, grounds)
        exchange.give(JUDGED, f"{file}-{number:05}", judged, work.ranges.of_rows(judged["row"]))
    if case.rules.settings.mentions is Mentions.DROP:
        protected = subjects.filter(denied).select("subject_id")
        for number, batch in enumerate(merged(exchange.batches(MENTIONS, part))):
            mentioned = batch.join(protected, on="subject_id", how="semi")
            exchange.give(MENTIONED, f"{file}-{number:05}", mentioned, work.ranges.of_rows(mentioned["row"]))
    return subjects.height


def _case(work: Work, part: int) -> Case:
    """Read what is known of the people of a partition."""
    exchange, rules = work.exchange, work.rules
    profiles = _profiles(work, part)
    tables = Inputs(
        posts=pl.LazyFrame(schema=TABLES[TableName.posts].schema),
        profiles=profiles.lazy(),
        rights_events=exchange.take(EVENTS, part).lazy(),
        region_signals=exchange.take(SIGNALS, part).lazy(),
    )
    content, ids = [pl.DataFrame(schema={"author_id": pl.String, "first": pl.Int64})], [profiles["user_id"]]
    for batch in merged(exchange.batches(AUTHORED, part)):
        content.append(batch.group_by("author_id").agg(pl.col("created").min().alias("first")))
    for batch in merged(exchange.batches(MENTIONS, part)):
        ids.append(batch["subject_id"].unique().alias("user_id"))
    first = pl.concat(content)
    everyone = pl.concat([*ids, first["author_id"].alias("user_id")]).unique().sort()
    people = everyone.alias("subject_id").to_frame().with_row_index("subject").select("subject_id", "subject")
    members = records.read_profiles(tables.profiles, people, rules)
    numbered = first.lazy().select(number_of("author_id", people), "first")
    return Case(
        inputs=tables,
        rules=rules,
        events=tables.rights_events.collect(),
        posts=Posts((), people, rules, reserved_posts(pl.DataFrame(schema=RESERVATIONS))),
        members=members,
        people=records.with_first_content(people, numbered, members, rules),
        reservations=exchange.take(RESERVED_PEOPLE, part),
    )


def _profiles(work: Work, part: int) -> pl.DataFrame:
    """Read the profiles of a partition; none of those that share an id, also with a malformed row (`read_table`)."""
    rows = work.exchange.take(PROFILES, part)
    malformed = work.exchange.take(UNUSABLE, part)["user_id"]
    return rows.filter(~rows["user_id"].is_duplicated() & ~rows["user_id"].is_in(malformed.implode()))


def _judge_posts(
    batch: pl.DataFrame, authors: AuthorRights, people: pl.DataFrame, grounds: RankedGrounds
) -> pl.DataFrame:
    """Return the posts that are denied, or of which copies are: the columns of `JUDGED`."""
    block = batch.with_columns(number_of("author_id", people))
    found = batch.select("row").hstack(authors.judge(block, batch["withdrawn"]))
    found = found.with_columns(batch["reserved", "reserved_rule", "reserved_evidence"])
    marked = found.filter(pl.col("code").is_not_null() | pl.col("copy_protected"))
    ranks = marked["rank"]
    reserved = pl.col("rank").is_null() & (pl.col("code") == pl.col("reserved"))
    own_rule = pl.when(reserved).then("reserved_rule")
    own_evidence = named_evidence(marked.select(pl.when(reserved).then("reserved_evidence")).to_series())
    return marked.with_columns(
        pl.coalesce(grounds.ranked["rule"].gather(ranks), own_rule).alias("rule"),
        pl.coalesce(evidence_by_rank(grounds, ranks).gather(ranks), own_evidence).alias("evidence"),
    ).select(JUDGED.schema.names())
