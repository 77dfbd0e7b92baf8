"""Times are instants in UTC and dates are days, from any type or text with one reading."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.tables import (
    TABLES,
    QuarantineReason,
    TableName,
    TablesError,
    read_batches,
)
from redaction.tables.settings import Unit
from redaction.tables.values.times import day_of_text, time_of_number, time_of_text
from tests.tables.values.columns import NOON, opened, posts, profiles, read

TIMES = pa.array([NOON, None, NOON], pa.timestamp("us", "UTC"))


@pytest.mark.parametrize("zone", ["+05:30", "-03:00", "+0100", "Asia/Tokyo", "UTC", "Etc/GMT+5", "Nowhere/Land", None])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_any_zone_are_instants(tmp_path: Path, zone: str | None, unit: str) -> None:
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
    assert text not in str(error.value).replace("2025-06-30T12:00:00Z", "").replace("31/12/2025", "")


def test_blank_text_is_no_time(tmp_path: Path) -> None:
    [batch] = read_batches(TABLES[TableName.posts], opened(tmp_path, posts(created_at=["2025-03-09", None, " "])))
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
