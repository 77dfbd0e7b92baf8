"""What has one reading is read as it; what has none or two is refused with what to do."""

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights import read_policy
from redaction.rights.grounds.ledger import Action
from redaction.rights.grounds.residence import Signal
from redaction.tables import (
    TABLES,
    QuarantineReason,
    RowReader,
    TableName,
    TablesError,
    TableSettings,
    index_posts,
    open_table,
    read_batches,
    read_table,
)
from redaction.tables.partitions import Grain, PartitionSettings
from redaction.tables.schemas import ENUMERATIONS
from redaction.tables.settings import Unit
from redaction.tables.values.invalid_text import without_invalid_text
from redaction.tables.values.times import day_of_text, time_of_number, time_of_text

NOON = datetime(2025, 3, 9, 12, tzinfo=UTC)
TIMES = pa.array([NOON, None, NOON], pa.timestamp("us", "UTC"))
ROOT = Path(__file__).parents[2]
MONTHS = PartitionSettings(grain=Grain.month, start=date(2024, 1, 1))


def posts(**columns: Any) -> dict[str, Any]:
    base = {
        "post_id": ["p1", "p2", "p3"],
        "author_id": ["m1", "m2", "m3"],
        "created_at": pa.array([NOON] * 3, pa.timestamp("us", "UTC")),
        "kind": ["post"] * 3,
        "text": ["one", "two", "three"],
    }
    return base | columns


def opened(folder: Path, columns: dict[str, Any], name: TableName = TableName.posts, **mapping: Any):
    pq.write_table(pa.table(columns), folder / "a.parquet", use_deprecated_int96_timestamps="int96" in folder.name)
    settings = TableSettings.model_validate({"path": str(folder / "a.parquet"), "columns": mapping})
    return open_table(TABLES[name], settings, folder).files


def read(folder: Path, columns: dict[str, Any], name: TableName = TableName.posts, **mapping: Any) -> pl.DataFrame:
    [batch] = read_batches(TABLES[name], opened(folder, columns, name, **mapping))
    return batch.rows


def profiles(folder: Path, **columns: Any) -> pl.DataFrame:
    return read(folder, {"user_id": ["m1", "m2"], **columns}, TableName.profiles)


UUIDS = [uuid.UUID(int=n) for n in (1, 2**127 + 5)]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (pa.array([1, 2, 3], pa.uint64()), ["1", "2", "3"]),
        (pa.array([1, 2, 3]).cast(pa.decimal128(38, 0)), ["1", "2", "3"]),
        (pa.array([1, 2, 3]).cast(pa.decimal256(60, 0)), ["1", "2", "3"]),
        (pa.array(["a", "b", "c"], pa.string_view()), ["a", "b", "c"]),
        (pa.array(["a", "b", "c"], pa.large_string()), ["a", "b", "c"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array([1, 2, 1]).dictionary_encode(), ["1", "2", "1"]),
        (pa.array([u.bytes for u in (*UUIDS, UUIDS[0])], pa.uuid()), [str(u) for u in (*UUIDS, UUIDS[0])]),
    ],
)
def test_ids_of_any_type_with_one_spelling_are_read(tmp_path: Path, ids: pa.Array, expected: list[str]) -> None:
    files = opened(tmp_path, posts(author_id=ids, mentions=pa.ListArray.from_arrays([0, 1, 2, 3], ids)))
    [batch] = read_batches(TABLES[TableName.posts], files)
    assert batch.rows["author_id"].to_list() == expected
    assert batch.rows["mentions"].to_list() == [[each] for each in expected]
    locators = batch.rows.select("file", "row_group", "row")[[2, 0]]
    found = RowReader(TABLES[TableName.posts], files).rows(locators, ["author_id", "text"])
    assert found["author_id"].to_list() == [expected[2], expected[0]]


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("author_id", [1001.0, None, 1002.0], "convert it to integers, not to text"),
        ("in_reply_to", [1001.0, None, None], "convert it to integers, not to text"),
        ("author_id", pa.array([1, 2, 3]).cast(pa.decimal128(30, 2)), "convert it to integers, not to text"),
        ("mentions", [[1.0], [2.0], []], "'mentions' is list<element: double>, mentions needs a list of strings; conv"),
        ("text", [b"a", b"b", b"c"], "decode its bytes to text"),
        ("author_id", pa.array([b"a" * 16] * 3, pa.binary(16)), "decode its bytes to text"),
        ("text", [1, 2, 3], "'text' is int64, text needs a string"),
        ("kind", [True, False, True], "kind needs a string"),
        ("created_at", [1, 2, 3], "inputs.posts.columns.created_at: {column: created_at, unit: s}"),
        ("created_at", [1.5, 2, 3], "name the unit of its numbers (d, s, ms, us, ns)"),
        ("created_at", [True] * 3, "created_at needs a timestamp"),
        ("mentions", [{"a": 1}] * 3, "mentions needs a list of strings"),
    ],
)
def test_types_with_two_readings_or_none_are_refused(tmp_path: Path, column: str, values: object, message: str) -> None:
    with pytest.raises(TablesError) as error:
        opened(tmp_path, posts(**{column: values}))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("zone", ["+05:30", "-03:00", "+0100", "Asia/Tokyo", "UTC", "Etc/GMT+5", "Nowhere/Land"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_any_zone_are_instants(tmp_path: Path, zone: str, unit: str) -> None:
    times = pa.array([NOON] * 3, pa.timestamp("us", "UTC")).cast(pa.timestamp(unit, zone))
    assert read(tmp_path, posts(created_at=times))["created_at"].to_list() == [NOON] * 3
    encoded = times.dictionary_encode()
    assert read(tmp_path, posts(created_at=encoded))["created_at"].to_list() == [NOON] * 3


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "+09:00", "-08:00", "America/Los_Angeles", "UTC", None])
def test_midnight_is_the_date_in_its_own_zone(tmp_path: Path, zone: str | None) -> None:
    days = pa.array([datetime(1980, 1, 1), datetime(2007, 7, 1)], pa.timestamp("us"))
    hours = {"Asia/Tokyo": [9, 9], "+09:00": [9, 9], "-08:00": [-8, -8], "America/Los_Angeles": [-8, -7]}
    utc = [d - timedelta(hours=h) for d, h in zip(days.to_pylist(), hours.get(zone or "", [0, 0]), strict=True)]
    births = pa.array(utc, pa.timestamp("us")).cast(pa.timestamp("us", zone)) if zone else days
    roles = pa.array([[{"school": "a", "start": b}] for b in births.to_pylist()])
    roles = roles.cast(pa.list_(pa.struct([("school", pa.string()), ("start", births.type)])))
    rows = profiles(tmp_path, birth_date=births, education=roles)
    assert rows["birth_date"].to_list() == [date(1980, 1, 1), date(2007, 7, 1)]
    assert [each[0]["start"] for each in rows["education"].to_list()] == rows["birth_date"].to_list()


def test_a_date_of_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    births = pa.array([NOON, NOON], pa.timestamp("us", "Nowhere/Land"))
    with pytest.raises(TablesError, match="its time zone is unknown: convert it to dates"):
        profiles(tmp_path, birth_date=births)


def test_the_open_end_of_a_warehouse_is_read_from_int96(tmp_path: Path) -> None:
    folder = tmp_path / "int96"
    folder.mkdir()
    end = datetime(9999, 12, 31, tzinfo=UTC)
    signals = {"subject_id": ["m1"], "signal": ["profile"], "value": ["US"], "valid_to": pa.array([end], TIMES.type)}
    assert read(folder, signals, TableName.region_signals)["valid_to"].to_list() == [end]


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-09T12:00:00Z",
        "2025-03-09T12:00:00.000000+00:00",
        "2025-03-09 12:00:00",
        "2025-03-09T17:30:00+05:30",
        "2025-03-09 04:00-08",
        "20250309T120000Z",
        "2025-03-09t12:00:00,000z",
        " 2025-03-09 12:00:00 UTC ",
        "2025-03-09T12:00",
    ],
)
def test_iso_8601_text_is_a_time(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, posts(created_at=[text] * 3))["created_at"].to_list() == [NOON] * 3


@pytest.mark.parametrize("text", ["09/03/2025", "Mar 9, 2025", "2025-13-01", "2025-0309", "1741521600", "noon", "2025"])
def test_other_text_is_refused_as_a_time_and_its_row_named(tmp_path: Path, text: str) -> None:
    files = opened(tmp_path, posts(created_at=["2025-03-09", "", text]))
    with pytest.raises(TablesError, match=r"a\.parquet: row 3: column 'created_at' is not ISO 8601") as error:
        list(read_batches(TABLES[TableName.posts], files))
    assert text not in str(error.value).replace("2025-06-30T12:00:00Z", "")


def test_blank_text_is_no_time(tmp_path: Path) -> None:
    [batch] = read_batches(TABLES[TableName.posts], opened(tmp_path, posts(created_at=["2025-03-09", "", " "])))
    assert batch.quarantined["reason"].to_list() == [QuarantineReason.missing_time.value] * 2


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.timezones() | st.none())
def test_times_and_dates_come_back_from_their_iso_text(moment: datetime, zone: Any) -> None:
    aware = moment.replace(tzinfo=zone or UTC)
    offset = aware.utcoffset() or timedelta()
    text = aware.isoformat() if zone and not offset.seconds % 60 else moment.isoformat()
    expected = aware.astimezone(UTC) if zone and not offset.seconds % 60 else moment.replace(tzinfo=UTC)
    frame = pl.DataFrame({"text": [text, text.replace("T", " "), str(moment.date())]})
    times = frame.select(time_of_text(pl.col("text"))).to_series().to_list()
    assert times == [expected, expected, datetime.combine(moment.date(), datetime.min.time(), UTC)]
    assert frame.select(day_of_text(pl.col("text"))).to_series().to_list() == [moment.date()] * 3


SCALE = {Unit.d: timedelta(days=1), Unit.s: timedelta(seconds=1), Unit.ms: timedelta(milliseconds=1)}


@pytest.mark.parametrize("unit", SCALE)
@pytest.mark.parametrize("dtype", [pa.int64(), pa.float64(), pa.string(), pa.decimal128(38, 0), pa.decimal128(30, 3)])
def test_numbers_are_times_where_the_unit_is_named(tmp_path: Path, unit: Unit, dtype: pa.DataType) -> None:
    day = datetime(2025, 3, 9, tzinfo=UTC)
    number = (day - datetime(1970, 1, 1, tzinfo=UTC)) // SCALE[unit]
    values = pa.array([number] * 3).cast(dtype)
    rows = read(tmp_path, posts(created_at=values), created_at={"unit": unit.value})
    assert rows["created_at"].to_list() == [day] * 3


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from(Unit))
def test_numbers_beyond_the_calendar_are_no_times(number: int, unit: Unit) -> None:
    frame = pl.DataFrame({"number": [number]}, schema={"number": pl.Int64})
    time = frame.select(time_of_number(pl.col("number"), unit, whole=True)).to_series()
    seconds = number * 86400 if unit is Unit.d else number / {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    if -62_135_596_800 <= seconds < 253_402_300_799:
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        assert abs((time.to_list()[0] - epoch).total_seconds() - seconds) < 0.01
    elif not -62_135_596_801 <= seconds < 253_402_300_801:
        assert time.to_list() == [None]


def test_a_wrong_unit_is_refused(tmp_path: Path) -> None:
    files = opened(tmp_path, posts(ts=[1741521600000] * 3), created_at={"column": "ts", "unit": "s"})
    with pytest.raises(TablesError, match="row 1: column 'ts' is no number of s within the years 1 to 9999; correct"):
        list(read_batches(TABLES[TableName.posts], files))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1980-05-17", date(1980, 5, 17)), ("1980-05-17T00:00:00+09:00", date(1980, 5, 17)), ("", None)],
)
def test_text_is_a_date(tmp_path: Path, text: str, expected: date | None) -> None:
    assert profiles(tmp_path, birth_date=[text, "1990-01-01"])["birth_date"].to_list() == [expected, date(1990, 1, 1)]


@pytest.mark.parametrize("text", ["17/05/1980", "1980-05", "1980", "May 1980"])
def test_other_text_is_refused_as_a_date_of_birth(tmp_path: Path, text: str) -> None:
    with pytest.raises(TablesError, match="row 2: column 'birth_date' is not ISO 8601, and birth_date needs a date"):
        profiles(tmp_path, birth_date=["1990-01-01", text])


def test_dates_of_roles_may_lack_the_day(tmp_path: Path) -> None:
    """A start counts as the first day, an end as the last."""
    roles = [[{"title": "a", "start": "2015-01", "end": "2017"}], [{"title": "b", "start": "2015-01-31", "end": ""}]]
    ends = profiles(tmp_path, education=[[{"school": "a", "end": "2024-02"}], [{"school": "b", "end": "9999"}]])
    assert [r[0]["end"] for r in ends["education"].to_list()] == [date(2024, 2, 29), date(9999, 12, 31)]
    rows = profiles(tmp_path, experience=roles)
    assert [(r[0]["start"], r[0]["end"]) for r in rows["experience"].to_list()] == [
        (date(2015, 1, 1), date(2017, 12, 31)),
        (date(2015, 1, 31), None),
    ]
    with pytest.raises(TablesError, match="row 2: column 'experience' has a start or an end that is no ISO 8601 date"):
        profiles(tmp_path, experience=[roles[0], [{"title": "b", "start": "01/2015"}]])


def _twice(name: str) -> pa.Array:
    fields = [pa.array(["a", "b"])] * 3
    return pa.ListArray.from_arrays([0, 1, 2], pa.StructArray.from_arrays(fields, names=["company", name, name]))


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ([[{"title": "a", "start": 2015}]] * 2, "experience.start is int64, needs a date"),
        ([[{"title": 7}]] * 2, "experience.title is int64, needs a string"),
        ([[{"title": "a", "Title": "b"}]] * 2, "has both title and Title"),
        ([[{"position": "a"}]] * 2, "has none of the fields title, company"),
        (_twice("badge"), "has the field badge twice"),
        (_twice("title"), "has the field title twice"),
    ],
)
def test_fields_that_do_not_fit_are_named(tmp_path: Path, roles: object, message: str) -> None:
    with pytest.raises(TablesError) as error:
        profiles(tmp_path, experience=roles)
    assert message in str(error.value)


def test_fields_in_another_case_are_read(tmp_path: Path) -> None:
    rows = profiles(tmp_path, education=[[{"School": "a", "Degree": "b", "Start": "1999-09-01"}], []])
    assert rows["education"].to_list()[0][0] == {
        **{"school": "a", "degree": "b", "field": None, "description": None},
        **{"start": date(1999, 9, 1), "end": None},
    }


@pytest.mark.parametrize(
    "dtype",
    [pa.list_(pa.null()), pa.list_(pa.string(), 1), pa.large_list(pa.string_view()), pa.list_view(pa.string())],
)
def test_lists_of_any_kind_are_read(tmp_path: Path, dtype: pa.DataType) -> None:
    values = [[], None, []] if pa.types.is_null(dtype.value_type) else [["m1"], None, ["m2"]]
    array = pa.array(values, dtype)
    assert read(tmp_path, posts(mentions=array))["mentions"].to_list() == values


def test_empty_lists_without_a_type_are_read_as_roles(tmp_path: Path) -> None:
    rows = profiles(tmp_path, experience=pa.array([[], None], pa.list_(pa.null())), education=pa.nulls(2))
    assert rows["experience"].to_list() == [[], None]
    assert rows["education"].to_list() == [None, None]


def test_json_text_is_a_list(tmp_path: Path) -> None:
    rows = read(tmp_path, posts(mentions=['["m1", "m2"]', "[1001]", ""]))
    assert rows["mentions"].to_list() == [["m1", "m2"], ["1001"], None]
    jobs = ['[{"title": "a", "Company": "b", "start": "2015-01-01", "badge": 7}]', "[]"]
    assert profiles(tmp_path, experience=jobs)["experience"].to_list() == [
        [{"title": "a", "company": "b", "location": None, "description": None, "start": date(2015, 1, 1), "end": None}],
        [],
    ]


@pytest.mark.parametrize("text", ["m1,m2", "{m1,m2}", '"m1"', "[1.5]", '[{"id": "m1"}]', "['m1']", "[NaN]", "[[]]"])
def test_other_text_is_refused_as_a_list(tmp_path: Path, text: str) -> None:
    files = opened(tmp_path, posts(mentions=["[]", text, None]))
    with pytest.raises(TablesError, match="row 2: column 'mentions' is not JSON, and mentions needs a list of strings"):
        list(read_batches(TABLES[TableName.posts], files))


def as_text(values: list[bytes | None]) -> pa.Array:
    content = pa.array(values, pa.binary())
    return pa.Array.from_buffers(pa.string(), len(content), content.buffers())


LATIN, SURROGATE = "Café à Zürich".encode("latin-1"), b"half \xed\xa0\xbd"


@pytest.mark.parametrize("bad", [LATIN, SURROGATE])
@pytest.mark.parametrize("column", ["text", "title", "language", "author_id", "mentions"])
def test_invalid_text_sets_its_row_aside_with_file_column_and_row(tmp_path: Path, bad: bytes, column: str) -> None:
    values = as_text([b"a", bad, None if column == "title" else b"c"])
    if column == "mentions":
        values = pa.ListArray.from_arrays([0, 1, 2, 3], values)
    index = index_posts(opened(tmp_path, posts(**{column: values})), tmp_path / "index.parquet", MONTHS)
    assert pl.read_parquet(index.path)["post_id"].to_list() == ["p1", "p3"]
    assert index.quarantined.rows() == [("posts", 0, 0, 1, "p2", "invalid_text", column)]


def test_invalid_text_in_a_field_or_a_dictionary_sets_its_row_aside(tmp_path: Path) -> None:
    roles = pa.ListArray.from_arrays([0, 1, 2], pa.StructArray.from_arrays([as_text([b"a", LATIN])], names=["title"]))
    table = TABLES[TableName.profiles]
    texts = as_text([b"a", LATIN])
    encoded = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int32()), texts)
    for column, values in (("experience", roles), ("about", texts), ("headline", encoded)):
        read = read_table(table, opened(tmp_path, {"user_id": ["m1", "m2"], column: values}, table.name), ["user_id"])
        assert read.rows["user_id"].to_list() == ["m1"]
        assert read.quarantined.select("source_id", "reason", "column").rows() == [("m2", "invalid_text", column)]


@pytest.mark.parametrize("list_type", [pa.ListArray, pa.LargeListArray])
@pytest.mark.parametrize("hidden", [b"x", LATIN])
def test_what_a_null_list_holds_sets_no_row_aside(list_type: Any, hidden: bytes) -> None:
    values, mask = as_text([hidden, hidden, b"a", LATIN]), pa.array([True, False, False])
    batch = pa.RecordBatch.from_arrays([list_type.from_arrays([0, 2, 3, 4], values, mask=mask)], ["mentions"])
    valid, wrong = without_invalid_text(batch)
    assert wrong == {"mentions": [2]}
    assert valid["mentions"].to_pylist() == [None, ["a"], None]


def test_half_a_surrogate_pair_in_json_sets_its_row_aside(tmp_path: Path) -> None:
    [batch] = read_batches(TABLES[TableName.posts], opened(tmp_path, posts(mentions=['["m1"]', '["m\\ud83d"]', "[]"])))
    assert batch.rows["post_id"].to_list() == ["p1", "p3"]
    assert batch.quarantined["column"].to_list() == ["mentions"]


def test_invalid_text_in_a_table_that_protects_stops_the_run(tmp_path: Path) -> None:
    events = {"event_id": ["e1", "e2"], "subject_id": ["m1", "m2"], "action": ["opt_out"] * 2}
    times = dict.fromkeys(("event_time", "received_at"), ["2025-01-01T00:00:00Z"] * 2)
    files = opened(tmp_path, {**events, **times, "mechanism": as_text([b"a", LATIN])}, TableName.rights_events)
    with pytest.raises(TablesError, match=r"a\.parquet: row 2: column 'mechanism' is not valid UTF-8"):
        read_table(TABLES[TableName.rights_events], files)


@pytest.mark.parametrize("text", ["\ufeff", "\u200b\u200b", "\x00\x00", "\u00a0\u3000", "\u2060\u00ad\n", "\u3164", ""])
def test_text_without_a_visible_character_is_blank(tmp_path: Path, text: str) -> None:
    [batch] = read_batches(TABLES[TableName.posts], opened(tmp_path, posts(text=["one", text, "\ufeffthree"])))
    assert batch.quarantined["reason"].to_list() == [QuarantineReason.blank_text.value]
    assert batch.rows["text"].to_list() == ["one", "\ufeffthree"]


def test_blank_optional_text_is_null_but_for_the_purpose(tmp_path: Path) -> None:
    rows = read(
        tmp_path, posts(title=["", " t", "\u200b"], in_reply_to=["", " ", "p1"], mentions=[[""], ["m1", " "], []])
    )
    assert rows["title"].to_list() == [None, " t", None]
    assert rows["in_reply_to"].to_list() == [None, None, "p1"]
    assert rows["mentions"].to_list() == [[], ["m1"], []]
    events = {"event_id": ["e1"], "subject_id": ["m1"], "action": ["opt_in"], "purpose": [""], "supersedes": [""]}
    times = {key: ["2025-01-01T00:00:00Z"] for key in ("event_time", "received_at")}
    rows = read(tmp_path, events | times, TableName.rights_events)
    assert rows.select("purpose", "supersedes").rows() == [("", None)]


@pytest.mark.parametrize(
    "spelling", ["Group_Message", " group_message ", "GROUP-MESSAGE", "group message", "\ufeffgroup_message"]
)
def test_words_of_a_list_are_read_in_any_case(tmp_path: Path, spelling: str) -> None:
    rows = read(tmp_path, posts(kind=[spelling, "Post", "something else"]))
    assert rows["kind"].to_list() == ["group_message", "post", "something else"]
    assert profiles(tmp_path, account_status=["ACTIVE", "x"])["account_status"].to_list() == ["active", "x"]


def test_the_words_of_each_list_are_those_of_the_rules() -> None:
    assert ENUMERATIONS["action"] == {action.value for action in Action}
    assert ENUMERATIONS["signal"] == {signal.value for signal in Signal}
    for path in (ROOT / "configs/policies").glob("*.yaml"):
        policy = read_policy(path)
        assert {*policy.categories_allowed, *policy.categories_denied} <= {*ENUMERATIONS["kind"], "profile"}
