"""What exports, mails and spreadsheets do to files: quoted ids, pointers, summary lines, days before months."""

import gzip
import json
import os
import re
from collections.abc import Callable

import polars as pl
import pyarrow as pa

from tests.pipelines.inputs.files import Files, case

_TIMES = ("event_time", "received_at")


def _ledger(files: Files, change: Callable[[str], str]) -> None:
    """Let the config read the ledger from a CSV file, whose text is changed."""
    frame = files.frame("rights_events")
    text = frame.drop(name for name in frame.columns if frame[name].dtype.is_nested()).write_csv()
    files.at("ledger.csv").write_text(change(text), "utf-8")
    files.use("rights_events", "ledger.csv", format="csv")


def _days(files: Files, **columns: dict[str, str]) -> None:
    for column in _TIMES:
        times = files.tables["rights_events"][column].to_pylist()
        files.put("rights_events", column, pa.array([time.strftime("%d/%m/%Y %H:%M:%S") for time in times]))
    if columns:
        files.inputs["rights_events"] = {"columns": columns}


@case(refused=r"2 of 2 ids would be a member's id but for their spelling \(quotes or brackets: 2\)")
def ledger_ids_in_quotes(files: Files) -> None:
    files.change("rights_events", "subject_id", lambda each: f'"{each}"')


@case(refused="2 of 2 ids would be a member's id but for their spelling")
def ledger_ids_with_a_comma_for_thousands(files: Files) -> None:
    files.change("rights_events", "subject_id", lambda each: f"{int(each):,}")


@case(refused=r"b\.parquet\.gz: not a \.parquet file; it may hold rows that would be missed")
def a_compressed_part_of_the_ledger(files: Files) -> None:
    first, second = files.halves("rights_events")
    files.at("ledger/a.parquet", first)
    path = files.at("ledger/b.parquet", second)
    path.with_suffix(".parquet.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    files.use("rights_events", "ledger")


@case(refused=r"b\.parquet: is not a regular file")
def a_pipe_among_the_files_of_the_ledger(files: Files) -> None:
    first, _ = files.halves("rights_events")
    files.at("ledger/a.parquet", first)
    os.mkfifo(files.folder / "ledger" / "b.parquet")
    files.use("rights_events", "ledger")


@case(refused="the row near line 4 has 1 values, the header")
def a_line_with_the_number_of_rows(files: Files) -> None:
    _ledger(files, lambda text: text + "(2 rows)\n")


@case(refused="no closing quote")
def a_quote_that_is_not_closed(files: Files) -> None:
    _ledger(files, lambda text: re.sub(r"\n(?=\S)", '\n"', text, count=1))


@case(refused="posts.parquet: is a pointer of Git LFS; run git lfs pull")
def a_pointer_of_git_lfs(files: Files) -> None:
    files.at("posts.parquet").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    files.use("posts", "posts.parquet")


@case(refused="posts.json: line 1: begins a JSON array; write one object a line")
def a_json_array(files: Files) -> None:
    files.at("posts.json").write_text(json.dumps(files.frame("posts").to_dicts(), default=str))
    files.use("posts", "posts.json", format="jsonl")


@case(refused="column 'created_at' is struct<.*>, created_at needs a timestamp; map one of its fields, such as")
def times_in_a_struct(files: Files) -> None:
    times = files.tables["posts"]["created_at"].combine_chunks()
    files.put("posts", "created_at", pa.StructArray.from_arrays([times], ["$date"]))


@case()
def times_in_a_struct_whose_field_is_mapped(files: Files) -> None:
    times_in_a_struct(files)
    files.inputs["posts"] = {"columns": {"created_at": "created_at.$date"}}


@case(refused=r"column 'event_time' is not ISO 8601.*order: dmy\} for 31/12/2025")
def days_before_months_in_the_ledger(files: Files) -> None:
    _days(files)


@case()
def days_before_months_in_the_ledger_with_their_order(files: Files) -> None:
    _days(files, **{column: {"column": column, "order": "dmy"} for column in _TIMES})


@case(refused="row 2: column 'event_time' is no date in the order mdy, nor ISO 8601; correct it, or the order")
def days_before_months_in_the_ledger_with_the_wrong_order(files: Files) -> None:
    _days(files, **{column: {"column": column, "order": "mdy"} for column in _TIMES})


@case(posts__opted_out=-1, posts__ledger_unreadable=1, profiles__opted_out=-1, profiles__ledger_unreadable=1)
def an_action_in_another_language(files: Files) -> None:
    files.change("rights_events", "action", lambda each: {"opt_out": "Abmeldung"}.get(each, each))


@case()
def an_action_in_another_language_with_its_meaning(files: Files) -> None:
    an_action_in_another_language(files)
    words = {"abmeldung": "opt_out"}
    files.inputs["rights_events"] = {"columns": {"action": {"column": "action", "words": words}}}


@case(refused="posts.in_reply_to: 24 of 25 rows have one value, which is not the id of a post")
def a_word_for_no_reference(files: Files) -> None:
    frame = files.frame("posts").with_columns(pl.col("in_reply_to").fill_null("\\N"))
    files.put("posts", "in_reply_to", frame["in_reply_to"].to_list())
