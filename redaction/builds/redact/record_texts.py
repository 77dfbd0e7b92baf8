"""Turns rows of posts and profiles into texts, one for each field of a record."""

import polars as pl

from redaction.builds.inputs import Inputs
from redaction.replacement import generalize
from redaction.tables import RowReader, Source, TableName

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


def broadened_employments(inputs: Inputs, user_ids: pl.Series, k: int) -> pl.DataFrame:
    """Generalize the employments of some profiles: user_id, locator, experience, in file order."""
    # About 1.5 k profiles share each: detection or the audit may still drop some, and k must be left.
    rows = inputs.rows(TableName.profiles, ["user_id", "experience"]).rows
    chosen = rows.join(user_ids.to_frame("user_id"), on="user_id", how="semi", maintain_order="left")
    return generalize(chosen, k + (k + 1) // 2).profiles


def post_texts(rows: pl.DataFrame, reader: RowReader) -> pl.DataFrame:
    """Read the title and the text of posts: `TEXTS` in the order of `rows`, without fields that are null or blank."""
    read = reader.rows(rows, ["title", "text", "language"])
    fields = read.with_columns(
        pl.lit(Source.posts.value).alias("source"), pl.col("created_at").dt.strftime(_MONTH).alias("month")
    )
    return _unpivoted(fields, ("title", "text"))


def profile_texts(rows: pl.DataFrame, reader: RowReader) -> pl.DataFrame:
    """Read `PROFILE_FIELDS` of profiles, each as one text, as `post_texts`; the month is that of the last update."""
    columns = [c for c in (*PROFILE_FIELDS, "updated_at", "languages") if c != "experience"]
    read = reader.rows(rows, columns)
    fields = read.with_columns(
        pl.lit(Source.profiles.value).alias("source"),
        pl.lit(None, pl.UInt32).alias("row_number"),
        pl.col("updated_at").dt.strftime(_MONTH).alias("month"),
        pl.col("languages").list.first().alias("language"),
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
