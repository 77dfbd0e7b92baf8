"""The records to decide, their members, and what a row alone denies."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import ANY_KIND
from redaction.rights.grounds.profiles import PROFILE_OPTIONAL, PROFILE_REQUIRED
from redaction.rights.policy.policy import DEFAULT_REGION, midnight
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.records.inputs import TIME, Dtype, Inputs, micros, select_columns
from redaction.rights.records.references import REFERENCES

PROFILE = "profile"

POST_REQUIRED: dict[str, Dtype] = {
    "post_id": pl.String,
    "author_id": pl.String,
    "created_at": TIME,
    "kind": pl.String,
}
POST_OPTIONAL: dict[str, Dtype] = {"context": pl.String, **dict.fromkeys(REFERENCES, pl.String)}


def members(inputs: Inputs) -> pl.DataFrame:
    """Everyone who wrote, has a profile or is mentioned: subject_id, sorted, and a number, `subject`."""
    parts = [
        select_columns(inputs.posts, "posts", {"author_id": pl.String}, {}).unique(),
        select_columns(inputs.profiles, "profiles", {"user_id": pl.String}, {}),
        mentions(inputs.posts).select("subject_id").unique(),
    ]
    named = [part.select(pl.first().alias("subject_id")) for part in parts]
    return (
        pl.concat(named).drop_nulls().unique().collect(engine="streaming").sort("subject_id").with_row_index("subject")
    )


def mentions(source: pl.LazyFrame) -> pl.LazyFrame:
    """post_id and the subject_id of everyone it mentions, one row for each."""
    mentioned = select_columns(source, "posts", {"post_id": pl.String}, {"mentions": pl.List(pl.String)})
    return (
        mentioned.filter(pl.col("mentions").list.len() > 0)
        .explode("mentions")
        .select("post_id", pl.col("mentions").alias("subject_id"))
        .drop_nulls()
    )


def number_of(column: str, people: pl.DataFrame) -> pl.Expr:
    """The numbers (`subject`) of the people named in a column; null for anybody else.

    An enumeration is a dictionary of strings to their places, and so half the work of a join.
    """
    everyone = pl.Enum(people["subject_id"])
    return pl.col(column).cast(everyone, strict=False).to_physical().cast(pl.UInt32).alias("subject")


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts sorted by id, read a block at a time. The place of a post is its row, counted over all blocks."""

    _tables: tuple[pl.LazyFrame, ...]
    _people: pl.DataFrame
    _rules: Rules

    @classmethod
    def of(cls, inputs: Inputs, people: pl.DataFrame, rules: Rules) -> Self:
        """The posts of some inputs; those that come in no order are one block."""
        posts, size = inputs.posts, inputs.block_rows
        if size is None:
            columns = [c for c in (*POST_REQUIRED, *POST_OPTIONAL, "mentions") if c in posts.collect_schema()]
            return cls((posts.select(columns).sort("post_id").collect().lazy(),), people, rules)
        rows = int(posts.select(pl.len()).collect().item())
        return cls(tuple(posts.slice(start, size) for start in range(0, max(rows, 1), size)), people, rules)

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Each block: post_id, subject, created, kind (its number), own (the reason in the row), references, and
        private (of a denied kind).

        Raises:
            RightsError: an id is null or stands twice, they are not sorted, or a post has no author.
        """
        last = None
        for table in self._tables:
            read = self._read(table)
            if not read.height:
                continue
            _refuse_repeated(read["post_id"], "posts")
            if (last is not None and read["post_id"][0] <= last) or not read["post_id"].is_sorted():
                raise RightsError("posts: not sorted by post_id; sort them, or have them judged at once")
            if read["subject"].null_count():
                raise RightsError("posts: author_id is null; a row without an author belongs in quarantine")
            last = read["post_id"][-1]
            yield read

    def ids(self) -> Iterator[pl.Series]:
        """The ids of each block."""
        for table in self._tables:
            yield table.select(pl.col("post_id").cast(pl.String)).collect()["post_id"]

    def mentions(self) -> Iterator[pl.DataFrame]:
        """Of each block whom its posts mention, as `mentions` gives it."""
        for table in self._tables:
            yield mentions(table).collect()

    def first_content(self) -> pl.LazyFrame:
        """subject and the earliest creation, `first`, of a post by each."""
        created = pl.col("created_at").cast(pl.Int64)
        return (
            select_columns(
                pl.concat(self._tables), "posts", {c: POST_REQUIRED[c] for c in ("author_id", "created_at")}, {}
            )
            .group_by(number_of("author_id", self._people))
            .agg(created.min().alias("first"))
        )

    def _read(self, table: pl.LazyFrame) -> pl.DataFrame:
        return (
            select_columns(table, "posts", POST_REQUIRED, POST_OPTIONAL)
            .select(
                "post_id",
                number_of("author_id", self._people),
                pl.col("created_at").cast(pl.Int64).alias("created"),
                _kind_number(self._rules).alias("kind"),
                _own_code(self._rules).alias("own"),
                pl.col("kind").is_in(list(self._rules.policy.categories_denied)).alias("private"),
                *REFERENCES,
            )
            .collect()
        )


def _refuse_repeated(ids: pl.Series, table: str) -> None:
    """Stop where an id is null or stands twice in a sorted column: no decision could be told from another."""
    if ids.null_count() or (ids == ids.shift()).any():
        raise RightsError(f"{table}: {ids.name} is null or stands twice; each row needs an id of its own")


def _kind_number(rules: Rules) -> pl.Expr:
    numbers = {kind: number for number, kind in enumerate(rules.kinds)}
    return pl.col("kind").replace_strict(numbers, default=ANY_KIND, return_dtype=pl.Int16)


def own_tests(rules: Rules, *, context: bool = True) -> list[tuple[Reason, pl.Expr]]:
    """The reasons that concern the record alone, in order, and when each applies (created_at, kind, context)."""
    policy, created = rules.policy, pl.col("created_at").cast(pl.Int64)
    excluded = "|".join(pl.escape_regex(word) for word in sorted(policy.excluded_contexts))
    tests = [
        (Reason.CREATED_AFTER_AS_OF, (created > rules.moments.as_of).fill_null(value=True)),
        (Reason.KIND_DENIED, pl.col("kind").is_in(list(policy.categories_denied))),
        (Reason.KIND_UNKNOWN, ~pl.col("kind").is_in(rules.kinds).fill_null(value=False)),
    ]
    if context and excluded:
        pattern = rf"(?i)(?:^|[^\p{{L}}\p{{N}}])(?:{excluded})(?:e?s)?(?:$|[^\p{{L}}\p{{N}}])"
        tests.append((Reason.CONTEXT_EXCLUDED, pl.col("context").str.normalize("NFKC").str.contains(pattern)))
    if DEFAULT_REGION in rules.dates:
        earliest = micros(midnight(rules.dates[DEFAULT_REGION]))
        tests.append((Reason.BEFORE_EARLIEST_CONTENT, created < earliest))
    return tests


def _own_code(rules: Rules, *, context: bool = True) -> pl.Expr:
    """The first reason that concerns the record alone, as its code, or null."""
    return pl.coalesce(
        [pl.when(test).then(pl.lit(reason.code, dtype=pl.UInt8)) for reason, test in own_tests(rules, context=context)]
    )


def read_profiles(profiles: pl.LazyFrame, people: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The profiles sorted by id, as records of the kind `profile` created at their last update."""
    updated = pl.col("updated_at").fill_null(pl.lit(rules.moments.as_of).cast(TIME))
    shaped = select_columns(profiles, "profiles", PROFILE_REQUIRED, PROFILE_OPTIONAL).with_columns(
        updated.alias("created_at"), pl.lit(PROFILE).alias("kind")
    )
    read = (
        shaped.with_columns(
            number_of("user_id", people),
            pl.col("created_at").cast(pl.Int64).alias("created"),
            _kind_number(rules).alias("kind"),
            _own_code(rules, context=False).alias("own"),
        )
        .drop("created_at")
        .collect(engine="streaming")
        .sort("user_id")
    )
    _refuse_repeated(read["user_id"], "profiles")
    return read


def with_first_content(people: pl.DataFrame, posts: Posts, members: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The people with `first`: the earliest creation of anything by each, or the build."""
    theirs = members.lazy().select("subject", pl.col("created").alias("first"))
    first = pl.concat([posts.first_content(), theirs]).group_by("subject").agg(pl.col("first").min())
    return (
        people.lazy()
        .join(first, on="subject", how="left", maintain_order="left")
        .with_columns(pl.min_horizontal("first", pl.lit(rules.moments.as_of)).alias("first"))
        .collect(engine="streaming")
    )


def schools(profiles: pl.LazyFrame, people: pl.DataFrame) -> pl.DataFrame:
    """subject, school, degree and end (Date), one row for each entry of education."""
    wanted = {"school": pl.String, "degree": pl.String, "end": pl.Date}
    if "education" not in profiles.collect_schema():
        return pl.DataFrame(schema={"subject": pl.UInt32, **wanted})
    return (
        profiles.select(number_of("user_id", people), "education")
        .filter((pl.col("education").list.len() > 0) & pl.col("subject").is_not_null())
        .explode("education")
        .select("subject", *(pl.col("education").struct.field(name).cast(dtype) for name, dtype in wanted.items()))
        .collect(engine="streaming")
    )
