"""The records to decide, the people they concern, and the reasons in a record itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import ANY_KIND
from redaction.rights.grounds.terms import context_terms, excluded_term
from redaction.rights.inputs import Inputs, convertible, select_columns
from redaction.rights.instants import TIME, midnight, to_micros
from redaction.rights.policy.policy import DEFAULT_REGION
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.records.references import REFERENCES
from redaction.tables import CONTEXT_TERMS, TableName

PROFILE = "profile"
POST_COLUMNS = ("post_id", "author_id", "created_at", "kind", "context", *REFERENCES)
PROFILE_COLUMNS = ("user_id", "birth_date", "account_status", "updated_at")


def number_people(inputs: Inputs) -> pl.DataFrame:
    """List everyone who wrote, has a profile or is mentioned: subject_id, sorted, and its row number, `subject`."""
    parts = [
        select_columns(inputs.posts, TableName.posts, ["author_id"]).unique(),
        select_columns(inputs.profiles, TableName.profiles, ["user_id"]),
        mentions(inputs.posts).select("subject_id").unique(),
    ]
    ids = pl.concat([part.select(pl.first().alias("subject_id")) for part in parts])
    return ids.drop_nulls().unique().collect(engine="streaming").sort("subject_id").with_row_index("subject")


def mentions(posts: pl.LazyFrame) -> pl.LazyFrame:
    """List the mentions of posts: post_id and the subject_id of a mentioned member, one row each."""
    return (
        select_columns(posts, TableName.posts, ["post_id", "mentions"])
        .filter(pl.col("mentions").list.len() > 0)
        .explode("mentions")
        .select("post_id", pl.col("mentions").alias("subject_id"))
        .drop_nulls()
    )


def number_of(column: str, people: pl.DataFrame) -> pl.Expr:
    """Return the numbers (`subject`) of the people in a column of ids; null for other ids.

    Casting to an enumeration of the sorted ids does the work of a join in half the time.
    """
    everyone = pl.Enum(people["subject_id"])
    return pl.col(column).cast(pl.String).cast(everyone, strict=False).to_physical().cast(pl.UInt32).alias("subject")


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts sorted by id, read a block at a time. Row numbers count over all blocks.

    reserved: the posts that signals of others deny: post_id, sorted, code, rule, evidence.
    """

    _tables: tuple[pl.LazyFrame, ...]
    _people: pl.DataFrame
    _rules: Rules
    reserved: pl.DataFrame

    @classmethod
    def of(cls, inputs: Inputs, people: pl.DataFrame, rules: Rules, reserved: pl.DataFrame) -> Self:
        """Open the posts of the inputs; posts in any order are one block."""
        posts, size = inputs.posts, inputs.block_rows
        if size is None:
            columns = [c for c in (*POST_COLUMNS, CONTEXT_TERMS, "mentions") if c in posts.collect_schema()]
            ordered = posts.select(columns).sort(pl.col("post_id").cast(pl.String)).collect().lazy()
            return cls((ordered,), people, rules, reserved)
        rows = int(posts.select(pl.len()).collect().item())
        blocks = tuple(posts.slice(start, size) for start in range(0, max(rows, 1), size))
        return cls(blocks, people, rules, reserved)

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Read the blocks.

        Yields:
            post_id, subject, created (microseconds), kind (its number), own (the code of a reason in the row itself),
            private (whether its kind is denied, or others reserve it), and the columns of `REFERENCES`.

        Raises:
            RightsError: an id is null or duplicated, the posts are not sorted, or a post has no author.
        """
        last = None
        for table in self._tables:
            block = self._read(table)
            if not block.height:
                continue
            refuse_disorder(block, last)
            last = block["post_id"][-1]
            yield block

    def ids(self) -> Iterator[pl.Series]:
        """Read the ids of each block."""
        for table in self._tables:
            yield table.select(pl.col("post_id").cast(pl.String)).collect()["post_id"]

    def mentions(self) -> Iterator[pl.DataFrame]:
        """Read the mentions of each block, as `mentions` lists them."""
        for table in self._tables:
            yield mentions(table).collect()

    def first_content(self) -> pl.LazyFrame:
        """Find the earliest post of each author: subject and `first` (microseconds)."""
        posts = select_columns(pl.concat(self._tables), TableName.posts, ["author_id", "created_at"])
        created = pl.col("created_at").cast(pl.Int64)
        return posts.group_by(number_of("author_id", self._people)).agg(created.min().alias("first"))

    def _read(self, table: pl.LazyFrame) -> pl.DataFrame:
        read = read_posts(table, self._rules, number_of("author_id", self._people))
        return with_reservations(read, self.reserved) if self.reserved.height else read


def read_posts(table: pl.LazyFrame, rules: Rules, author: pl.Expr) -> pl.DataFrame:
    """Read posts, and the reasons in them: the columns of `Posts.blocks`, with `author` for `subject`."""
    indexed = [CONTEXT_TERMS] if CONTEXT_TERMS in table.collect_schema() else []
    return (
        select_columns(table, TableName.posts, POST_COLUMNS, indexed)
        .select(
            "post_id",
            author,
            pl.col("created_at").cast(pl.Int64).alias("created"),
            _kind_number(rules).alias("kind"),
            _own_code(rules, _in_excluded_context(rules, indexed=bool(indexed))).alias("own"),
            pl.col("kind").is_in(list(rules.policy.categories_denied)).alias("private"),
            *REFERENCES,
        )
        .collect()
    )


def with_reservations(block: pl.DataFrame, reserved: pl.DataFrame) -> pl.DataFrame:
    """Set `own` to the reservation of a post where that comes before its other reasons, and protect its copies."""
    codes = reserved.select("post_id", pl.col("code").alias("reserved"))
    joined = block.join(codes, on="post_id", how="left", maintain_order="left")
    return joined.with_columns(
        pl.min_horizontal("own", "reserved").alias("own"),
        pl.col("private").fill_null(value=False) | pl.col("reserved").is_not_null(),
    ).drop("reserved")


def refuse_disorder(block: pl.DataFrame, last: str | None) -> None:
    """Raise RightsError unless the posts follow `last` in the order of their ids, each id once, with an author each."""
    _refuse_duplicates(block["post_id"], "posts")
    if (last is not None and block["post_id"][0] <= last) or not block["post_id"].is_sorted():
        raise RightsError("posts: not sorted by post_id; sort them, or leave out block_rows")
    if block[:, 1].null_count():
        raise RightsError("posts: author_id is null; quarantine rows without an author")


def _refuse_duplicates(ids: pl.Series, table: str) -> None:
    """Refuse a sorted column of ids with a null or a duplicate, as decisions are matched to records by id."""
    if ids.null_count() or (ids == ids.shift()).any():
        raise RightsError(f"{table}: {ids.name} is null or duplicated; give each row an id of its own")


def _kind_number(rules: Rules) -> pl.Expr:
    numbers = {kind: number for number, kind in enumerate(rules.kinds)}
    return pl.col("kind").replace_strict(numbers, default=ANY_KIND, return_dtype=pl.Int16)


def _in_excluded_context(rules: Rules, *, indexed: bool) -> pl.Expr:
    """Test whether the policy excludes the context: by the terms that an index has in its place, or by its name."""
    categories = rules.policy.excluded_contexts
    if not categories:
        return pl.lit(value=False)
    if indexed:
        return excluded_term(rules.policy, pl.col(CONTEXT_TERMS)).is_not_null()
    return pl.col("context").map_batches(context_terms(categories).flags, pl.Boolean)


def _own_code(rules: Rules, excluded: pl.Expr | None = None) -> pl.Expr:
    """Return the code of the first reason that concerns the record itself, or null (created_at, kind, context)."""
    policy, created = rules.policy, pl.col("created_at").cast(pl.Int64)
    tests = [
        (Reason.CREATED_AFTER_AS_OF, (created > rules.instants.as_of).fill_null(value=True)),
        (Reason.KIND_DENIED, pl.col("kind").is_in(list(policy.categories_denied))),
        (Reason.KIND_UNKNOWN, ~pl.col("kind").is_in(rules.kinds).fill_null(value=False)),
    ]
    if excluded is not None:
        tests.append((Reason.CONTEXT_EXCLUDED, excluded))
    if DEFAULT_REGION in rules.dates:
        earliest = to_micros(midnight(rules.dates[DEFAULT_REGION]))
        tests.append((Reason.BEFORE_EARLIEST_CONTENT, created < earliest))
    return pl.coalesce([pl.when(test).then(pl.lit(reason.code, dtype=pl.UInt8)) for reason, test in tests])


def read_profiles(profiles: pl.LazyFrame, people: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Read the profiles sorted by id, as records of the kind `profile`, created at `updated_at` or at the build."""
    updated = pl.col("updated_at").fill_null(pl.lit(rules.instants.as_of).cast(TIME))
    shaped = select_columns(profiles, TableName.profiles, PROFILE_COLUMNS).with_columns(
        updated.alias("created_at"), pl.lit(PROFILE).alias("kind")
    )
    read = (
        shaped.with_columns(
            number_of("user_id", people),
            pl.col("created_at").cast(pl.Int64).alias("created"),
            _kind_number(rules).alias("kind"),
            _own_code(rules).alias("own"),
        )
        .drop("created_at")
        .collect(engine="streaming")
        .sort("user_id")
    )
    _refuse_duplicates(read["user_id"], "profiles")
    return read


def with_first_content(people: pl.DataFrame, posts: pl.LazyFrame, members: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `first` to people: the earliest creation of anything by each, or the build (microseconds).

    Args:
        people: subject_id, subject.
        posts: subject and `first`, as `Posts.first_content` finds them.
        members: the profiles as records.
        rules: for the instant of the build.

    Returns:
        The people.
    """
    profiles = members.lazy().select("subject", pl.col("created").alias("first"))
    first = pl.concat([posts, profiles]).group_by("subject").agg(pl.col("first").min())
    return (
        people.lazy()
        .join(first, on="subject", how="left", maintain_order="left")
        .with_columns(pl.min_horizontal("first", pl.lit(rules.instants.as_of)).alias("first"))
        .collect(engine="streaming")
    )


def schools(profiles: pl.LazyFrame, people: pl.DataFrame) -> pl.DataFrame:
    """List the entries of education: subject, school, degree, field, end (Date), one row each."""
    fields = {"school": pl.String, "degree": pl.String, "field": pl.String, "end": pl.Date}
    dtype = profiles.collect_schema().get("education", pl.Null())
    if dtype == pl.Null:
        return pl.DataFrame(schema={"subject": pl.UInt32, **fields})
    inner = dtype.inner if isinstance(dtype, pl.List) else None
    present = {field.name: field.dtype for field in inner.fields} if isinstance(inner, pl.Struct) else {}
    if not present or not all(convertible(present.get(name, pl.Null()), wanted) for name, wanted in fields.items()):
        raise RightsError(f"profiles: the column education is of type {dtype}; convert it to the canonical schema")
    entry = pl.col("education").struct
    return (
        profiles.select(number_of("user_id", people), "education")
        .filter((pl.col("education").list.len() > 0) & pl.col("subject").is_not_null())
        .explode("education")
        .select(
            "subject",
            *(
                (entry.field(name) if name in present else pl.lit(None)).cast(wanted).alias(name)
                for name, wanted in fields.items()
            ),
        )
        .collect(engine="streaming")
    )
