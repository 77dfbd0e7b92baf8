"""Every format gives the rows that Parquet gives, by batches and by locator, and nothing is guessed."""

import json
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.tables import LOCATOR, TABLES, RowReader, TableFile, TableName, TablesError, TableSettings, open_table
from redaction.tables import read_table as read
from redaction.tables.formats import lines, open_layout
from redaction.tables.settings import Format

OBJECTIONS, SIGNALS = TABLES[TableName.objections], TABLES[TableName.region_signals]
VALUE = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12))
ROWS = st.lists(st.tuples(VALUE, VALUE), max_size=30)


def opened(path: Path, format: str, table: TableName = TableName.objections) -> list[TableFile]:
    settings = TableSettings.model_validate({"path": str(path), "format": format})
    return open_table(TABLES[table], settings, path.parent).files


def write(path: Path, frame: pl.DataFrame, format: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    match format:
        case "csv":
            frame.write_csv(path, quote_style="non_numeric")
            # Polars writes null as nothing; an empty text is quoted.
        case "jsonl":
            frame.write_ndjson(path)
        case "arrow":
            with pa.ipc.new_file(str(path), frame.to_arrow().schema) as writer:
                for batch in frame.to_arrow().to_batches(max_chunksize=7):
                    writer.write_batch(batch)
        case _:
            frame.write_parquet(path, row_group_size=7)
    return path


@pytest.mark.parametrize("format", ["csv", "jsonl", "arrow"])
@given(rows=ROWS, block=st.integers(20, 200))
def test_rows_are_those_of_parquet(
    tmp_path_factory: pytest.TempPathFactory, format: str, rows: list[tuple[str | None, str | None]], block: int
) -> None:
    frame = pl.DataFrame(
        {
            "objection_id": [str(number) for number in range(len(rows))],
            "name": [name for name, _ in rows],
            "handle": [handle for _, handle in rows],
        },
        schema={"objection_id": pl.String, "name": pl.String, "handle": pl.String},
    )
    folder = tmp_path_factory.mktemp("rows")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK_BYTES", block)
        path = write(folder / f"a.{format}", frame, format)
        if format == "jsonl" and not rows:
            return
        files = opened(path, format)
        expected = read(OBJECTIONS, opened(write(folder / "a.parquet", frame, "parquet"), "parquet")).rows
        got = read(OBJECTIONS, files).rows
    assert got.drop(LOCATOR.names()).equals(expected.drop(LOCATOR.names()))
    locators = got.select(*LOCATOR.names()).reverse()
    again = RowReader(OBJECTIONS, files).rows(locators, ["name", "objection_id"])
    assert again.equals(got.select(*LOCATOR.names(), "name", "objection_id").reverse())
    assert files[0].rows >= got.height


def test_a_large_file_has_several_blocks_with_the_same_rows(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"objection_id": [str(n) for n in range(9000)], "name": ['a "quoted", broken\nname ' * 40] * 9000}
    )
    for format in ("csv", "jsonl"):
        [file] = opened(write(tmp_path / f"a.{format}", frame, format), format)
        assert file.layout.row_groups > 1
        got = read(OBJECTIONS, [file]).rows
        assert got["objection_id"].to_list() == frame["objection_id"].to_list()
        assert got["name"].n_unique() == 1
        at = got.select(*LOCATOR.names(), "objection_id").sample(50, seed=1)
        assert RowReader(OBJECTIONS, [file]).rows(at.drop("objection_id"), ["objection_id"]).equals(at)


def test_what_stands_for_nothing_is_null_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('objection_id,name,handle\r\n1,,""\r\n007,NULL,NA\r\n1e3,"a\r\nb","say ""hi"""\r\n')
    rows = read(OBJECTIONS, opened(tmp_path / "a.csv", "csv")).rows
    assert rows["objection_id"].to_list() == ["1", "007", "1e3"]
    assert rows["name"].to_list() == [None, "NULL", "a\r\nb"]
    assert rows["handle"].to_list() == [None, "NA", 'say "hi"']


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_and_byte_order_marks_are_recognized(tmp_path: Path, delimiter: str, mark: str) -> None:
    rows = [["objection_id", "name"], ["1", "a b"], ["2", "c"]]
    (tmp_path / "a.csv").write_text(mark + "".join(delimiter.join(row) + "\n" for row in rows), "utf-8")
    assert read(OBJECTIONS, opened(tmp_path / "a.csv", "csv")).rows["name"].to_list() == ["a b", "c"]


@pytest.mark.parametrize(
    "content",
    [
        'objection_id,name\n1,5" disk\n2,b\n',
        'objection_id,name\n1,"a\n2,b\n',
        'objection_id,name\n1,"a \\"quoted\\" name"\n2,b\n',
        'objection_id,name\n1,"a" b\n',
    ],
)
def test_ambiguous_quotes_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(TablesError, match=r"a\.csv: a quote within a value"):
        opened(tmp_path / "a.csv", "csv")


def test_a_row_of_another_length_is_named_without_its_values(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("objection_id,name\n1,a\n2,secretname,c\n")
    with pytest.raises(TablesError, match=r"a\.csv: the row near line 3 has 3 values, the header 2") as error:
        opened(tmp_path / "a.csv", "csv")
    assert "secretname" not in str(error.value)


def test_json_keeps_ids_apart_from_numbers(tmp_path: Path) -> None:
    lines_ = [{"user_id": 12345678901234567890, "emails": ["a"], "about": None}, {"user_id": "007", "emails": []}]
    path = tmp_path / "a.jsonl"
    path.write_text("\n\n".join(map(json.dumps, lines_)))
    profiles = TABLES[TableName.profiles]
    rows = read(profiles, opened(path, "jsonl", TableName.profiles)).rows
    assert rows["user_id"].to_list() == ["12345678901234567890", "007"]
    assert rows["emails"].to_list() == [["a"], []]
    path.write_text('{"user_id": 1001.0}\n{"user_id": "1"}\n')
    with pytest.raises(TablesError, match="'user_id' is of several kinds"):
        opened(path, "jsonl", TableName.profiles)


def test_nested_objects_of_json_are_structs(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"user_id": "1", "experience": [{"title": "planner", "x": 1}, {"x": "y"}]}\n{"user_id": "2"}\n')
    profiles = TABLES[TableName.profiles]
    rows = read(profiles, opened(path, "jsonl", TableName.profiles)).rows
    assert [job["title"] for job in rows["experience"][0]] == ["planner", None]
    assert rows["experience"][1] is None


@pytest.mark.parametrize("line", ['{"objection_id": "1"', "[1]", '{"a": 1, "a": 2}', '{"a": NaN}', "secret"])
def test_a_line_that_is_no_object_is_named_without_its_content(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"objection_id": "1"}}\n{line}\n')
    with pytest.raises(TablesError, match=r"a\.jsonl: line 2: (not one JSON object|begins a JSON array)") as error:
        opened(tmp_path / "a.jsonl", "jsonl")
    assert "secret" not in str(error.value)


CONTENTS = {
    "gzip": (b"\x1f\x8b\x08\x00rest", "compressed by gzip"),
    "csv": (b"post_id,text\n1,a\n", "looks like CSV; set inputs.posts.format: csv"),
    "jsonl": (b'{"post_id": 1}\n', "looks like JSONL; set inputs.posts.format: jsonl"),
    "json": (b'[{"post_id": 1}]', "is a JSON array; write one object a line"),
    "orc": (b"ORC\x03", "is ORC; export it as Parquet"),
    "avro": (b"Obj\x01", "is Avro"),
    "utf16": ("post_id,text".encode("utf-16"), "is UTF-16 text; write it as UTF-8"),
    "encrypted": (b"PARExxxxxxxxPARE", "is encrypted Parquet; decrypt it first"),
    "cut": (b"PAR1xxxxxx", "is cut short"),
    "empty": (b"", "is empty"),
    "noise": (b"\x00\x01\x02\x03", "is damaged, or of another format"),
}


@pytest.mark.parametrize("format", [Format.parquet, Format.arrow])
@pytest.mark.parametrize("content", CONTENTS)
def test_content_is_named_for_what_it_is(tmp_path: Path, format: Format, content: str) -> None:
    (tmp_path / "posts").write_bytes(CONTENTS[content][0])
    with pytest.raises(TablesError, match=CONTENTS[content][1].split(";", maxsplit=1)[0]) as error:
        open_layout(tmp_path / "posts", format, "inputs.posts")
    assert CONTENTS[content][1] in str(error.value)


def test_one_format_given_as_another_is_named(tmp_path: Path) -> None:
    frame = pl.DataFrame({"objection_id": ["1"], "name": ["a"]})
    for format in ("csv", "jsonl", "arrow", "parquet"):
        path = write(tmp_path / format, frame, format)
        for other in {"csv", "jsonl", "arrow", "parquet"} - {format}:
            with pytest.raises(TablesError, match=f"{format}: looks like {format.upper()}; set .*format: {format}"):
                opened(path, other)


def test_a_page_that_differs_from_its_checksum_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"objection_id": ["1001", "1002"], "name": ["a", "b"]})
    pq.write_table(
        table, path, compression="none", use_dictionary=False, write_page_checksum=True, write_statistics=False
    )
    content = bytearray(path.read_bytes())
    content[content.find(b"1001") + 3] ^= 8
    path.write_bytes(content)
    with pytest.raises(TablesError, match=r"a\.parquet: cannot be read to its end"):
        read(OBJECTIONS, opened(path, "parquet"))


def test_reading_csv_and_json_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    frame = pl.DataFrame({"subject_id": ["1"], "signal": ["ip"], "value": ["US"]})
    for format in ("csv", "jsonl"):
        path = write(tmp_path / "in" / f"a.{format}", frame, format)
        before = set(tmp_path.rglob("*"))
        assert read(SIGNALS, opened(path, format, TableName.region_signals)).rows["value"].to_list() == ["US"]
        assert set(tmp_path.rglob("*")) == before
