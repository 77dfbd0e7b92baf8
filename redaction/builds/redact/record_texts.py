"""Turns rows of posts and profiles into texts, one for each field of a record."""

import polars as pl

from redaction.builds.redact.careers import Careers
from redaction.tables import LOCATOR, RowReader, Source

TEXTS = pl.Schema(
    {
        **dict.fromkeys(("record_id", "source", "source_id"), pl.String()),
        "row_number": pl.UInt32(),
        "subjects": pl.List(pl.String()),
        **dict.fromkeys(("kind", "month", "field", "language", "text"), pl.String()),
    }
)
"""One text of a record. `row_number` is a post's row in the index; `subjects` are those whose known values are searched
in it, the author first."""

PROFILE_FIELDS = ("headline", "about", "experience", "education")
_MONTH = "%Y-%m"


def post_texts(rows: pl.DataFrame, reader: RowReader, careers: Careers) -> pl.DataFrame:
    """Read the title and the text of posts, with the careers in résumés generalized, and rare titles of authors hidden.

    Returns:
        `TEXTS` in the order of `rows`, without fields that are null or blank.
    """
    return careers.in_posts(careers.in_resumes(raw_texts(rows, reader)))


def raw_texts(rows: pl.DataFrame, reader: RowReader) -> pl.DataFrame:
    """Read the title and the text of posts as they were written, as `post_texts`."""
    read = reader.rows(rows, ["title", "text", "language"])
    fields = read.with_columns(
        pl.lit(Source.posts.value).alias("source"), pl.col("created_at").dt.strftime(_MONTH).alias("month")
    )
    return _unpivoted(fields, ("title", "text"))


def profile_records(careers: Careers) -> pl.DataFrame:
    """Return the kept profiles in file order: locator, source_id, kind, subjects, experience, withheld."""
    return careers.profiles().select(
        *LOCATOR,
        pl.col("user_id").alias("source_id"),
        pl.lit("profile").alias("kind"),
        pl.concat_list("user_id").alias("subjects"),
        "experience",
        "withheld",
    )


def profile_texts(rows: pl.DataFrame, reader: RowReader, careers: Careers) -> pl.DataFrame:
    """Read the fields of profiles that are released, each as one text.

    Returns:
        `TEXTS`, as `post_texts`. The month is that of the last update; a generalized career has none, since it would
        single out its member.
    """
    names = [column for column in PROFILE_FIELDS if column != "experience"] if careers.keep_profile_texts else []
    read = reader.rows(rows, [*names, "updated_at", "languages"])
    month = pl.col("updated_at").dt.strftime(_MONTH) if careers.keep_profile_texts else pl.lit(None, pl.String)
    fields = careers.without_denied_fields(read).with_columns(
        pl.lit(Source.profiles.value).alias("source"),
        pl.lit(None, pl.UInt32).alias("row_number"),
        month.alias("month"),
        pl.col("languages").list.first().alias("language"),
    )
    if not careers.keep_profile_texts:
        return _unpivoted(fields, ("experience",))
    fields = fields.with_columns(
        _roles(pl.col("experience"), ("title", "company", "location")).alias("experience"),
        _roles(pl.col("education"), ("degree", "field", "school")).alias("education"),
    )
    return _unpivoted(fields, PROFILE_FIELDS)


def _roles(column: pl.Expr, parts: tuple[str, ...]) -> pl.Expr:
    """Write one block a role, separated by empty lines: its parts in the first line, its description below."""
    # The audit parses the first lines, so no value may contain a line break.
    role = pl.element().struct
    years = pl.concat_str(
        [role.field(end).dt.year().cast(pl.String) for end in ("start", "end")], separator="–", ignore_nulls=True
    )
    values = [role.field(part).str.replace_all(r"\s*[\r\n]\s*", " ") for part in parts]
    line = pl.concat_str([*values, pl.when(years != "").then(years)], separator=" · ", ignore_nulls=True)
    description = role.field("description").str.strip_chars().str.replace_all(r"\s*\n\s*", "\n")
    whole = pl.concat_str([line, pl.when(description != "").then(description)], separator="\n", ignore_nulls=True)
    return column.list.eval(whole).list.join("\n\n")


def _unpivoted(rows: pl.DataFrame, fields: tuple[str, ...]) -> pl.DataFrame:
    index = ["at", *(column for column in TEXTS if column not in ("field", "text"))]
    return (
        rows.with_row_index("at")
        .unpivot(fields, index=index, variable_name="field", value_name="value")
        .rename({"value": "text"})
        .filter(pl.col("text").str.strip_chars() != "")
        .sort("at", maintain_order=True)
        .select(TEXTS.names())
    )
