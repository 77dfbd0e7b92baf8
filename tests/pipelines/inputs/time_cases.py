"""Times as real tools write them: units, zones, days, numbers, text."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq

from tests.pipelines.inputs.files import Files, case

OPEN_END = datetime(9999, 12, 31, tzinfo=UTC)


TOKYO = timezone(timedelta(hours=9))


@case()
def times_as_int96(files: Files) -> None:
    for name, table in files.tables.items():
        files.use(name, str(files.at(f"{name}.int96.parquet", table, use_deprecated_int96_timestamps=True)))


@case()
def an_open_end_in_the_year_9999(files: Files) -> None:
    files.put("region_signals", "valid_to", [OPEN_END] * files.tables["region_signals"].num_rows)


@case()
def an_open_end_as_int96(files: Files) -> None:
    an_open_end_in_the_year_9999(files)
    table = files.tables["region_signals"]
    files.use("region_signals", str(files.at("s.parquet", table, use_deprecated_int96_timestamps=True)))


@case(posts__opted_out=-1, posts__ledger_unreadable=1, profiles__opted_out=-1, profiles__ledger_unreadable=1)
def events_of_the_year_1_as_int96(files: Files) -> None:
    files.change("rights_events", "event_time", lambda each: datetime(1, 1, 1, tzinfo=UTC))
    pq.write_table(files.tables["rights_events"], files.at("e.parquet"), use_deprecated_int96_timestamps=True)
    files.use("rights_events", "e.parquet")


@case()
def times_of_other_units_and_without_a_zone(files: Files) -> None:
    files.cast("posts", "created_at", pa.timestamp("ns", "UTC"))
    files.cast("profiles", "updated_at", pa.timestamp("ms", "UTC"))
    files.cast("region_signals", "valid_from", pa.timestamp("s", "UTC"))
    files.cast("rights_events", "event_time", pa.timestamp("us"))


@case()
def times_and_dates_of_a_zone(files: Files) -> None:
    files.cast("posts", "created_at", pa.timestamp("us", "Asia/Tokyo"))
    days = files.tables["profiles"]["birth_date"].to_pylist()
    midnights = [datetime.combine(day, time(), TOKYO) for day in days]
    files.put("profiles", "birth_date", pa.array(midnights, pa.timestamp("us", "Asia/Tokyo")))


@case()
def times_of_a_fixed_offset(files: Files) -> None:
    files.cast("posts", "created_at", pa.timestamp("us", "+05:30"))


@case()
def days_for_times(files: Files) -> None:
    files.change("posts", "created_at", datetime.date, pa.date32())


@case()
def times_as_text(files: Files) -> None:
    files.change("posts", "created_at", datetime.isoformat, pa.string())


@case(refused=r"created_at is|'created_at' is int64, .* name the unit of its numbers")
def times_as_numbers_without_a_unit(files: Files) -> None:
    files.change("posts", "created_at", lambda each: int(each.timestamp()), pa.int64())


@case()
def times_as_numbers_with_a_unit(files: Files) -> None:
    times_as_numbers_without_a_unit(files)
    files.inputs["posts"] = {"columns": {"created_at": {"unit": "s"}}}


@case(refused="times are around January 1970, as times of a wrong unit are")
def milliseconds_read_as_microseconds(files: Files) -> None:
    files.put("posts", "created_at", files.tables["posts"]["created_at"].cast(pa.timestamp("ms")).cast(pa.int64()))
    files.cast("posts", "created_at", pa.timestamp("us", "UTC"))


@case()
def dates_as_text(files: Files) -> None:
    files.change("profiles", "birth_date", date.isoformat, pa.string())
