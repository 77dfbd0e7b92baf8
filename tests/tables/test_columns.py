"""A column that may be meant is used or refused by name, never ignored."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from redaction.storage import sha256_file
from redaction.tables import TABLES, TableName, TablesError, TableSettings, digest_files, open_table, read_batches
from redaction.tables.columns import match_columns

NAMES = (TableName.posts, TableName.rights_events)
POSTS = {
    "post_id": ["p1", "p2"],
    "author_id": ["m1", "m2"],
    "created_at": ["2025-03-09T12:00:00Z"] * 2,
    "kind": ["post"] * 2,
    "text": ["one", "two"],
}
EVENTS = {
    "event_id": ["e1", "e2"],
    "subject_id": ["m1", "m2"],
    "action": ["opt_out"] * 2,
    "event_time": ["2025-03-09T12:00:00Z"] * 2,
    "received_at": ["2025-03-09T12:00:00Z"] * 2,
}
BASE = {TableName.posts: POSTS, TableName.rights_events: EVENTS}


def read(folder: Path, name: TableName = TableName.posts, **columns: Any) -> pl.DataFrame:
    settings = TableSettings.model_validate({"path": str(folder), "columns": columns})
    table = TABLES[name]
    batches = list(read_batches(table, open_table(table, settings, folder).files))
    return pl.concat([batch.rows for batch in batches])


def write(folder: Path, columns: dict[str, Any], name: str = "a.parquet") -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / name)
    return folder


def spellings(column: str) -> set[str]:
    words = column.split("_")
    camel = words[0] + "".join(map(str.title, words[1:]))
    return {
        *(column.upper(), column.title(), camel, camel[0].upper() + camel[1:], "-".join(words), " ".join(words)),
        *(f"\ufeff{column}", f" {column} ", "".join(words).upper(), f"_{column}"),
    } - {column}


@pytest.mark.parametrize("name", NAMES)
def test_every_likeness_of_every_column_is_refused_and_then_mapped(name: TableName, tmp_path: Path) -> None:
    table = TABLES[name]
    for column in table.schema:
        for spelling in spellings(column):
            other = ["2025-03-09T12:00:00Z"] * 2 if isinstance(table.schema[column], pl.Datetime) else ["x1", "x2"]
            values: list[Any] = list(BASE[name].get(column, other))
            if isinstance(table.schema[column], pl.List):
                values = [["x1"], ["x2"]]
            others = {c: v for c, v in BASE[name].items() if c != column}
            folder = write(tmp_path, {**others, spelling: values})
            with pytest.raises(TablesError, match="did you mean") as error:
                read(folder, name)
            assert repr(spelling) in str(error.value)
            mend = re.search(
                rf"inputs\.{name}\.columns\.{column}: (.+?)(, or leave it out with .*)?$", str(error.value)
            )
            assert mend is not None
            assert (mend[2] is None) == (column in table.required)
            written = json.loads(mend[1]) if mend[1].startswith('"') else mend[1]
            assert written == spelling
            mapped = read(folder, name, **{column: spelling})
            assert mapped.height == 2
            assert mapped[column].null_count() == 0
            if column not in table.required:
                assert read(folder, name, **{column: {"value": None}})[column].null_count() == 2


def test_all_that_is_wrong_with_a_file_is_said_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, {name.upper(): values for name, values in POSTS.items()} | {"language": [1.5, 2.5]})
    with pytest.raises(TablesError) as error:
        read(folder)
    mapped = re.findall(r"inputs\.posts\.columns\.(\w+): (\w+)", str(error.value))
    assert mapped == [(name, name.upper()) for name in POSTS]
    assert "'language' is double, language needs a string" in str(error.value)
    assert "\n" not in str(error.value)


def test_two_columns_for_one_are_refused_until_one_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, {**EVENTS, "purpose": ["ads", "ads"], "Purpose": ["ai_training"] * 2})
    with pytest.raises(TablesError, match=r"has both 'purpose' and 'Purpose', where purpose needs one"):
        read(folder, TableName.rights_events)
    assert read(folder, TableName.rights_events, purpose="Purpose")["purpose"].to_list() == ["ai_training"] * 2
    assert read(folder, TableName.rights_events, purpose="purpose")["purpose"].to_list() == ["ads"] * 2


def test_a_column_that_occurs_twice_is_refused_only_if_it_is_read(tmp_path: Path) -> None:
    twice = [("text", ["other"] * 2), ("extra", [1, 2]), ("extra", ["a", "b"])]
    arrays, names = zip(*[(pa.array(v), n) for n, v in [*POSTS.items(), *twice]], strict=True)
    pq.write_table(pa.Table.from_arrays(arrays, list(names)), tmp_path / "a.parquet")
    with pytest.raises(TablesError, match="column 'text' occurs twice"):
        read(tmp_path)
    pq.write_table(pa.Table.from_arrays([*arrays[:5], *arrays[6:]], [*names[:5], *names[6:]]), tmp_path / "a.parquet")
    assert read(tmp_path)["text"].to_list() == ["one", "two"]


def test_a_missing_column_is_refused_with_what_the_file_has(tmp_path: Path) -> None:
    folder = write(tmp_path, {**{c: v for c, v in POSTS.items() if c != "author_id"}, "author": ["m1", "m2"]})
    with pytest.raises(
        TablesError, match=r"'author_id' is missing; map it with inputs\.posts\.columns\.author_id"
    ) as e:
        read(folder)
    assert "'author'" in str(e.value)


def test_values_of_folders_and_of_the_config_are_in_the_digest(tmp_path: Path) -> None:
    def digest(path: str, **columns: Any) -> str:
        write(tmp_path / path, EVENTS)
        settings = TableSettings.model_validate({"path": str(tmp_path / path), "columns": columns})
        return digest_files(open_table(TABLES[TableName.rights_events], settings, tmp_path).files)

    plain = digest("a")
    assert digest("year=2024") == plain == sha256(bytes.fromhex(sha256_file(tmp_path / "a/a.parquet"))).hexdigest()
    assert digest("purpose=ads") == digest("b/purpose=ads") == digest("a", purpose={"value": "ads"})
    digests = [plain, digest("purpose=ads"), digest("purpose=ai"), digest("a", purpose={"value": None})]
    assert len(set(digests)) == 4


@pytest.mark.parametrize("path", ["year=2024/purpose=ads", "purpose=ads", "purpose=a%64s/year=2024"])
def test_folders_give_columns(tmp_path: Path, path: str) -> None:
    write(tmp_path, EVENTS, f"{path}/a.parquet")
    assert read(tmp_path, TableName.rights_events)["purpose"].to_list() == ["ads"] * 2
    assert read(tmp_path / path, TableName.rights_events)["purpose"].to_list() == ["ads"] * 2


def test_a_null_folder_and_a_required_column(tmp_path: Path) -> None:
    without = {c: v for c, v in POSTS.items() if c != "kind"}
    for kind, ids in (("post", ["p1", "p2"]), ("article", ["p3", "p4"])):
        write(tmp_path, {**without, "post_id": ids}, f"kind={kind}/a.parquet")
    assert dict(read(tmp_path).select("post_id", "kind").rows()) == {"p1": "post", "p2": "post"} | {
        "p3": "article",
        "p4": "article",
    }
    write(tmp_path / "null", POSTS, "title=__HIVE_DEFAULT_PARTITION__/a.parquet")
    assert read(tmp_path / "null")["title"].to_list() == [None, None]


def test_a_folder_without_a_value_gives_no_purpose(tmp_path: Path) -> None:
    """No purpose is none, and null would be all: an opt-in would lift every opt-out."""
    write(tmp_path, EVENTS, "purpose=/a.parquet")
    assert read(tmp_path, TableName.rights_events)["purpose"].to_list() == [""] * 2
    write(tmp_path / "null", EVENTS, "purpose=__HIVE_DEFAULT_PARTITION__/a.parquet")
    assert read(tmp_path / "null", TableName.rights_events)["purpose"].to_list() == [""] * 2
    write(tmp_path / "time", POSTS, "updated_at=/a.parquet")
    assert read(tmp_path / "time")["updated_at"].to_list() == [None] * 2


def test_a_folder_like_a_column_is_refused_and_may_be_mapped(tmp_path: Path) -> None:
    write(tmp_path, EVENTS, "Purpose=ads/a.parquet")
    with pytest.raises(TablesError, match=r"did you mean 'Purpose' for purpose\? .*columns\.purpose: Purpose"):
        read(tmp_path, TableName.rights_events)
    assert read(tmp_path, TableName.rights_events, purpose="Purpose")["purpose"].to_list() == ["ads"] * 2


@pytest.mark.parametrize(("value", "refused"), [("ads", False), ("Ads", True), (None, True)])
def test_a_file_may_repeat_the_value_of_its_folder(tmp_path: Path, value: str | None, refused: bool) -> None:
    write(tmp_path, {**EVENTS, "purpose": pa.array(["ads", value], pa.string())}, "purpose=ads/a.parquet")
    if refused:
        with pytest.raises(TablesError, match=r"row 2: column 'purpose' differs from the value in the name of"):
            read(tmp_path, TableName.rights_events)
    else:
        assert read(tmp_path, TableName.rights_events)["purpose"].to_list() == ["ads"] * 2


def test_fields_of_structs_are_mapped(tmp_path: Path) -> None:
    rest = {c: v for c, v in POSTS.items() if c != "author_id"}
    users = [{"id": 7, "name": "n"}, {"id": 8, "name": "n"}]
    tagged = [{"users": [{"id": "m3"}, {"id": "m4"}]}, None]
    folder = write(tmp_path, {**rest, "user": users, "tagged": tagged})
    rows = read(folder, author_id="user.id", mentions="tagged.users.id")
    assert rows["author_id"].to_list() == ["7", "8"]
    assert rows["mentions"].to_list() == [["m3", "m4"], None]
    with pytest.raises(TablesError, match=r"'user\.key' is missing"):
        read(folder, author_id="user.key")
    literal = write(tmp_path, {**rest, "user": users, "user.id": ["m1", "m2"]})
    assert read(literal, author_id="user.id")["author_id"].to_list() == ["m1", "m2"]


def test_a_constant_is_given_to_all_rows(tmp_path: Path) -> None:
    folder = write(tmp_path, {c: v for c, v in POSTS.items() if c != "kind"})
    rows = read(folder, kind={"value": "post"}, language={"value": "de"}, mentions={"value": '["m1"]'})
    assert rows.select("kind", "language").unique().rows() == [("post", "de")]
    assert rows["mentions"].to_list() == [["m1"]] * 2
    for column, wrong in (("mentions", "m1"), ("created_at", "June")):
        mapping: dict[str, Any] = {"kind": {"value": "post"}, column: {"value": wrong}}
        with pytest.raises(TablesError, match="cannot be read; write times as ISO 8601 and lists as JSON"):
            read(folder, TableName.posts, **mapping)


@pytest.mark.parametrize(
    "mapping", [None, {}, {"column": "a", "value": "b"}, {"value": "b", "unit": "s"}, {"colum": "a"}, []]
)
def test_a_mapping_names_a_column_or_a_value(mapping: object) -> None:
    with pytest.raises(ValidationError):
        TableSettings.model_validate({"path": "posts", "columns": {"kind": mapping}})


def test_an_optional_column_may_be_absent_in_some_files(tmp_path: Path) -> None:
    write(tmp_path, POSTS, "1.parquet")
    write(tmp_path, {**POSTS, "lang": ["de", "fr"]}, "2.parquet")
    assert read(tmp_path, language="lang")["language"].to_list() == [None, None, "de", "fr"]
    with pytest.raises(TablesError, match=r"columns\.language: no file has a column 'langs'; correct the mapping"):
        read(tmp_path, language="langs")


@pytest.mark.parametrize(
    ("name", "column", "values"),
    [(TableName.rights_events, "purpose", ["ads", "ads"]), (TableName.posts, "quote_of", ["p1", None])],
)
def test_a_mapped_column_that_protects_is_in_every_file(
    tmp_path: Path, name: TableName, column: str, values: list[str | None]
) -> None:
    write(tmp_path, {**BASE[name], "one": values}, "1.parquet")
    write(tmp_path, {**BASE[name], "two": values}, "2.parquet")
    with pytest.raises(
        TablesError, match=rf"2\.parquet: the mapped column 'one' is missing.*{column}: \[one, "
    ) as error:
        read(tmp_path, name, **{column: "one"})
    assert f"inputs.{name}.columns.{column}: {{value: null}}" in str(error.value)
    assert read(tmp_path, name, **{column: ["one", "two"]})[column].to_list() == values * 2
    assert read(tmp_path, name, **{column: {"value": None}})[column].null_count() == 4


def test_a_column_that_was_renamed_has_two_names(tmp_path: Path) -> None:
    write(tmp_path, {**POSTS, "language": ["en", "en"]}, "1.parquet")
    write(tmp_path, {**POSTS, "lang": ["de", "fr"]}, "2.parquet")
    with pytest.raises(TablesError, match=r"1\.parquet: did you mean 'language'.*language: \[lang, language\]"):
        read(tmp_path, language="lang")
    rows = read(tmp_path, language=["lang", "language"])
    assert rows["language"].to_list() == ["en", "en", "de", "fr"]


def test_an_unknown_key_of_a_mapping_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        TablesError, match=r"inputs\.posts\.columns: auther_id: not a canonical column; did you mean au"
    ):
        read(write(tmp_path, POSTS), auther_id="x")


@given(st.sampled_from([c for c in TABLES[TableName.posts].schema if c not in POSTS]), st.data())
def test_no_spelling_by_case_or_separators_is_ignored(column: str, data: st.DataObject) -> None:
    letters = [data.draw(st.sampled_from([c.lower(), c.upper()])) for c in column.replace("_", "")]
    between = [data.draw(st.sampled_from(["", "_", "-", " ", ".", "\ufeff"])) for _ in letters]
    spelling = "".join(a + b for a, b in zip(between, letters, strict=True))
    schema = pa.schema([(name, pa.string()) for name in [*POSTS, spelling]])
    table, settings = TABLES[TableName.posts], TableSettings(path=("x",))
    if spelling == column:
        assert column in match_columns(table, settings, Path("a.parquet"), schema)
    else:
        with pytest.raises(TablesError, match=f"for {column}"):
            match_columns(table, settings, Path("a.parquet"), schema)
