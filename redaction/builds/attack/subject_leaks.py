"""Searches the redacted texts of a build for the identifiers of the people that they concern."""

from collections.abc import Callable, Iterator

import polars as pl

from redaction.builds.attack.linkage import authors_of
from redaction.builds.context import Build
from redaction.release.gates.subject_leaks import ANYWHERE, SubjectLeaks
from redaction.release.report import SubjectLeak
from redaction.rights import KEEP
from redaction.state.private_tables import INDEX, KEPT, SUBJECTS
from redaction.tables import Source, TableName

_IDENTIFIERS = ["full_name", "handle", "vanity_url", "emails", "phones"]
_OBJECTOR = "objector "
"""What the name of an objector begins with, so that none is taken for the id of a member."""


def count_leaks(
    build: Build, rows: Callable[[], Iterator[pl.DataFrame]], set_aside: pl.Series
) -> tuple[SubjectLeak, ...]:
    """Count the people of whom a direct identifier can be read in the records to release, by role and kind.

    Args:
        build: The open build.
        rows: Reads the rows before staging: record_id, kind, field, text.
        set_aside: The ids of the records that are not released.

    Returns:
        The counts. They name nobody.
    """
    roles, people = _roles(build), _people(build)
    leaks = SubjectLeaks.of(people, _anywhere(build, people))
    for block in rows():
        released = block.filter(~pl.col("record_id").is_in(set_aside.implode()))
        records = released.group_by("record_id", maintain_order=True).agg(
            pl.col("kind").first(), pl.col("text").str.join("\n")
        )
        leaks.add(records, roles)
    return leaks.counts()


def _people(build: Build) -> pl.DataFrame:
    """Return the identifiers of members and of objectors: subject and `_IDENTIFIERS`."""
    members = build.inputs.rows(TableName.profiles, ["user_id", *_IDENTIFIERS]).rows.unique("user_id", keep="last")
    objections = build.inputs.rows(TableName.objections, ["name", "handle"]).rows.unique(maintain_order=True)
    objectors = objections.select(
        pl.format(f"{_OBJECTOR}{{}}", pl.int_range(pl.len())).alias("subject"),
        pl.col("name").alias("full_name"),
        "handle",
    )
    return pl.concat(
        [members.rename({"user_id": "subject"}).select("subject", *_IDENTIFIERS), objectors], how="diagonal"
    )


def _anywhere(build: Build, people: pl.DataFrame) -> pl.DataFrame:
    """Return the people who are searched for in every record: objectors, and members of whom nothing may be used."""
    decided = pl.scan_parquet(build.folder.file(SUBJECTS), glob=False)
    protected = decided.filter(pl.col("decision") != KEEP).select(pl.col("subject_id").alias("subject")).collect()
    objectors = people.select("subject").filter(pl.col("subject").str.starts_with(_OBJECTOR))
    parts = [
        objectors.with_columns(pl.lit("objector").alias("role")),
        protected.join(people, on="subject", how="semi").with_columns(pl.lit("protected").alias("role")),
    ]
    return pl.concat([pl.DataFrame(schema=ANYWHERE), *parts]).unique()


def _roles(build: Build) -> pl.DataFrame:
    """Return who has which role in each kept record: record_id, subject, role."""
    authors = authors_of(build)
    posts = authors.filter(source=Source.posts.value).select("record_id", "source_id", "author")
    kept = pl.scan_parquet(build.folder.file(KEPT), glob=False).select("source_id", "subjects")
    mentions = pl.scan_parquet(build.folder.file(INDEX), glob=False)
    mentions = mentions.select(pl.col("post_id").alias("source_id"), pl.col("mentions").fill_null([]))
    concerned = posts.lazy().join(kept, on="source_id").join(mentions.unique("source_id"), on="source_id").collect()
    others = concerned.explode("subjects").drop_nulls("subjects").filter(pl.col("subjects") != pl.col("author"))
    is_mentioned = pl.col("subjects").is_in(pl.col("mentions"))
    return pl.concat(
        [
            authors.select("record_id", pl.col("author").alias("subject"), pl.lit("author").alias("role")),
            others.select(
                "record_id",
                pl.col("subjects").alias("subject"),
                pl.when(is_mentioned).then(pl.lit("mentioned")).otherwise(pl.lit("thread")).alias("role"),
            ),
        ]
    ).unique()
