"""Columns as real tools write them: types of ids and texts, nested columns, names."""

import base64
import uuid
from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pyarrow as pa
import pytest

from tests.pipelines.inputs.files import ID_COLUMNS, Files, case, first

FLOATS = r"is double, \w+ needs a string; convert it to integers, not to text"


OPEN_END = datetime(9999, 12, 31, tzinfo=UTC)


TOKYO = timezone(timedelta(hours=9))


@case()
def large_strings_of_polars(files: Files) -> None:
    for name in files.tables:
        files.frame(name).write_parquet(files.at(f"{name}.polars.parquet"))
        files.use(name, f"{name}.polars.parquet")


@case()
def categoricals_and_enums_of_polars(files: Files) -> None:
    posts = files.frame("posts").with_columns(
        pl.col("post_id", "author_id", "text").cast(pl.Categorical),
        pl.col("kind").cast(pl.Enum(["post", "message", "comment"])),
    )
    posts.write_parquet(files.at("p.parquet"))
    files.use("posts", "p.parquet")


@case()
def string_views(files: Files) -> None:
    for column in ("text", "post_id", "author_id"):
        files.cast("posts", column, pa.string_view())


@case()
def an_index_and_categories_of_pandas(files: Files) -> None:
    posts = files.pandas("posts").astype({"kind": "category", "author_id": "category"})
    posts.index = posts.index[::-1]
    posts.to_parquet(files.at("p.parquet"))
    files.use("posts", "p.parquet")


@case()
def ids_as_the_index_of_pandas(files: Files) -> None:
    files.pandas("posts").set_index("post_id").to_parquet(files.at("p.parquet"))
    files.use("posts", "p.parquet")


@case()
def strings_of_fastparquet(files: Files) -> None:
    fastparquet = pytest.importorskip("fastparquet", reason="fastparquet is not installed")
    fastparquet.write(str(files.at("p.parquet")), files.pandas("posts").drop(columns="mentions").astype(object))
    files.use("posts", "p.parquet")


@case()
def dictionaries(files: Files) -> None:
    for column in ("title", "kind"):
        files.put("posts", column, files.tables["posts"][column].dictionary_encode())


@case(refused="column 'text' is binary, text needs a string; decode its bytes to text")
def texts_as_bytes(files: Files) -> None:
    files.cast("posts", "text", pa.binary())


def _integer_ids(files: Files, dtype: pa.DataType) -> None:
    for name, columns in ID_COLUMNS.items():
        for column in columns:
            files.put(name, column, files.tables[name][column].cast(pa.int64()).cast(dtype))


@case()
def integers_for_ids(files: Files) -> None:
    _integer_ids(files, pa.int64())
    files.cast("posts", "mentions", pa.list_(pa.int64()))


@case()
def unsigned_integers_for_ids(files: Files) -> None:
    _integer_ids(files, pa.uint64())


@case()
def decimals_for_ids(files: Files) -> None:
    _integer_ids(files, pa.decimal128(38, 0))


@case()
def dictionaries_of_integers_for_ids(files: Files) -> None:
    files.put("posts", "author_id", files.tables["posts"]["author_id"].cast(pa.int64()).dictionary_encode())


@case(refused=FLOATS)
def floats_for_ids_as_pandas_makes_them_of_nulls(files: Files) -> None:
    posts = files.pandas("posts").astype({"author_id": float})
    posts.loc[3, "author_id"] = float("nan")
    posts.to_parquet(files.at("p.parquet"), index=False)
    files.use("posts", "p.parquet")


@case(refused=FLOATS)
def floats_for_references(files: Files) -> None:
    files.cast("posts", "in_reply_to", pa.float64())


@case(refused=FLOATS)
def huge_integers_of_duckdb(files: Files) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    query = (
        f"SELECT * REPLACE (author_id::HUGEINT AS author_id) FROM '{files.at('posts.parquet', files.tables['posts'])}'"
    )
    duckdb.sql(f"COPY ({query}) TO '{files.at('p.parquet')}' (FORMAT parquet)")
    files.use("posts", "p.parquet")


@case()
def uuids(files: Files) -> None:
    def whole(each: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_URL, each)

    ids = files.tables["posts"]["post_id"].to_pylist()
    files.put("posts", "post_id", pa.array([whole(each).bytes for each in ids], pa.uuid()))
    files.change("posts", "in_reply_to", lambda each: str(whole(each)))


@case(refused=r"rights_events.subject_id: .*ends in \.0")
def ledger_ids_that_were_floats(files: Files) -> None:
    files.change("rights_events", "subject_id", "{}.0".format)


@case()
def ledger_ids_padded_by_a_database(files: Files) -> None:
    files.change("rights_events", "subject_id", lambda each: each.ljust(10))


@case()
def profile_ids_padded_by_a_database(files: Files) -> None:
    files.change("profiles", "user_id", lambda each: each.ljust(10))


@case(refused=r"rights_events.subject_id: .*leading zeros")
def ledger_ids_with_leading_zeros(files: Files) -> None:
    _integer_ids(files, pa.int64())
    files.put("rights_events", "subject_id", [int(x) for x in files.tables["rights_events"]["subject_id"].to_pylist()])
    files.change("rights_events", "subject_id", lambda each: f"{each:08d}", pa.string())


@case(refused=r"rights_events.subject_id: .*letter case")
def ledger_ids_in_another_case(files: Files) -> None:
    for name, column in (("posts", "author_id"), ("profiles", "user_id"), ("region_signals", "subject_id")):
        files.change(name, column, "m{}".format)
    files.change("posts", "mentions", lambda each: [f"m{x}" for x in each])
    files.change("rights_events", "subject_id", "M{}".format)


@case()
def experience_with_months_as_text(files: Files) -> None:
    rows = files.tables["profiles"]["experience"].to_pylist()
    texts = [[{"title": each["title"], "start": "2015-01", "end": None} for each in row] for row in rows]
    files.put("profiles", "experience", pa.array(texts))


@case()
def experience_with_nulls_and_other_fields(files: Files) -> None:
    role = {"title": "planner", "is_current": True, "start": datetime(2015, 1, 1), "end": None}
    rows = [(None, [], [None, role], [role])[n % 4] for n in range(files.tables["profiles"].num_rows)]
    fields = [("title", pa.string()), ("is_current", pa.bool_()), ("start", pa.timestamp("ns")), ("end", pa.null())]
    files.put("profiles", "experience", pa.array(rows, pa.list_(pa.struct(fields))))


@case()
def lists_without_an_item(files: Files) -> None:
    for name, column in (("profiles", "experience"), ("posts", "mentions")):
        files.put(name, column, pa.array([[]] * files.tables[name].num_rows, pa.list_(pa.null())))


@case()
def one_address_for_a_list(files: Files) -> None:
    for column in ("emails", "phones"):
        files.put("profiles", column, first(files.tables["profiles"][column]))


@case()
def lists_as_json(files: Files) -> None:
    files.change("posts", "mentions", lambda each: f'["{each[0]}"]', pa.string())


@case()
def lists_of_a_fixed_size(files: Files) -> None:
    files.put("posts", "mentions", pa.array(files.tables["posts"]["mentions"].to_pylist(), pa.list_(pa.string(), 1)))


@case(refused="did you mean 'POST_ID' for post_id")
def names_in_upper_case(files: Files) -> None:
    files.rename("posts", {name: name.upper() for name in files.tables["posts"].column_names})


@case(refused="did you mean 'Purpose' for purpose")
def an_optional_name_of_the_ledger_in_another_case(files: Files) -> None:
    files.rename("rights_events", {"purpose": "Purpose"})


@case(refused="did you mean 'inReplyTo' for in_reply_to")
def a_reference_in_camel_case(files: Files) -> None:
    files.rename("posts", {"in_reply_to": "inReplyTo"})


@case(refused="did you mean '.{0,6}post_id' for post_id")
def a_byte_order_mark_in_a_name(files: Files) -> None:
    files.rename("posts", {"post_id": "\ufeffpost_id"})


@case()
def names_with_dots_and_blanks(files: Files) -> None:
    names = {"author_id": "user.id", "text": "full text"}
    files.rename("posts", names)
    files.inputs["posts"] = {"columns": names}


@case()
def an_author_in_a_struct(files: Files) -> None:
    files.change("posts", "author_id", lambda each: {"id": each, "name": "n"}, pa.struct({"id": "str", "name": "str"}))
    files.rename("posts", {"author_id": "user"})
    files.inputs["posts"] = {"columns": {"author_id": "user.id"}}


@case(refused="column 'text' occurs twice, and text needs one; rename the other")
def a_needed_column_twice(files: Files) -> None:
    table = files.tables["posts"]
    files.tables["posts"] = table.append_column("text", table["kind"])


@case()
def an_ignored_column_twice(files: Files) -> None:
    table = files.tables["posts"]
    files.tables["posts"] = table.append_column("extra", table["kind"]).append_column("extra", table["created_at"])


@case()
def an_ignored_column_of_any_type(files: Files) -> None:
    table = files.tables["posts"]
    content = pa.array([base64.b64encode(b"x")] * table.num_rows)
    files.tables["posts"] = table.append_column("raw", content).append_column("n", pa.nulls(table.num_rows))
