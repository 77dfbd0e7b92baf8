"""Rules that are applied in partitions say what `apply_rules` says."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from redaction.execution.settings import ExecutionSettings
from redaction.rights.partitioned import PartitionedResults, PeopleTables, apply_rules_in_partitions, work
from redaction.rights.records.decisions import POST_EVIDENCE
from redaction.storage.exchange import Exchange, ExchangeError, Stream
from redaction.tables import TABLES, TableName
from tests.rights.reference import World
from tests.rights.test_properties import QUIET, worlds
from tests.rights.worlds import (
    AS_OF,
    DAY,
    event,
    inputs,
    make_world,
    other,
    post,
    profile,
    results,
    rules,
    signal,
    withheld,
)

PEOPLE = ["amelia", "benedict", "caroline", "dominic"]
WORDS = ["post-000", "lost-000", "event-000", "opt_out", "Paulo", "news.example", *PEOPLE]
MARKS = [word.encode() for word in WORDS]
HERE = ExecutionSettings(workers=1)
STREAMS = [each for each in vars(work).values() if isinstance(each, Stream)]


def in_partitions(world: World, folder: Path, parts: int, execution: ExecutionSettings = HERE) -> PartitionedResults:
    tables = inputs(world)
    index = folder / "index.parquet"
    tables.posts.sort("post_id").collect().write_parquet(index)
    education = pl.lit(None, TABLES[TableName.profiles].schema["education"]).alias("education")
    profiles, signals = tables.profiles.with_columns(education).collect(), tables.region_signals.collect()
    people = PeopleTables(
        profiles.iter_slices(2), [], tables.rights_events, signals.iter_slices(2), tables.signals_of_others
    )
    exchange = folder / "exchange"
    exchange.mkdir()
    return apply_rules_in_partitions(index, people, rules(world), withheld(world), exchange, parts, execution)


def check(world: World, parts: int, execution: ExecutionSettings = HERE) -> None:
    expected = results(world)
    with TemporaryDirectory() as folder:
        found = in_partitions(world, Path(folder), parts, execution)
        assert found.kept.tolist() == expected.kept.tolist()
        assert found.protected.tolist() == expected.protected.tolist()
        assert found.ids(found.protected).to_list() == expected.ids(expected.protected).to_list()
        copies = pl.DataFrame({"row_number": range(0, len(world.posts), 2), "evidence": "x"}, schema=POST_EVIDENCE)
        for these in (None, copies):
            records = [(block.first, block.records, block.thread) for block in found.blocks(these)]
            [wanted] = list(expected.blocks(these)) if world.posts else [None]
            if wanted is None:
                assert not records
                continue
            [(first, rows, thread)] = records
            assert first == 0
            assert_frame_equal(rows, wanted.records)
            assert thread.to_list() == wanted.thread.to_list()
        columns = expected.profiles.clear()
        copied = expected.profiles.select("source_id", pl.lit("y").alias("evidence"))[::2]
        for these in (None, copied):
            assert_frame_equal(
                pl.concat([columns, *found.profile_blocks(these)]),
                pl.concat([columns, *expected.profile_blocks(these)]),
            )
        assert_frame_equal(pl.concat(found.subject_blocks()), expected.subjects)
        people = pl.concat([expected.subjects["subject_id"], pl.Series(["nobody"])])
        assert found.usable(people).to_list() == expected.usable(people).to_list()
        assert_frame_equal(
            pl.concat([columns[:, :2], *found.allowed()]), pl.concat([columns[:, :2], *expected.allowed()])
        )


@settings(QUIET, max_examples=12)
@given(worlds(), st.sampled_from([1, 2, 5, 16]))
def test_any_number_of_partitions_says_what_one_process_says(world: World, parts: int) -> None:
    check(world, parts)


def replies(number: int) -> World:
    """Posts that answer one another, the first by somebody who said no; some refer to posts that are not there."""
    posts = [
        post(
            f"post-000{(n * 7) % number:03}",
            PEOPLE[n % 3] if n else PEOPLE[-1],
            AS_OF - DAY,
            in_reply_to=f"post-000{((n - 1) * 7) % number:03}" if n % 10 else None,
            quote_of=f"lost-000{n}" if n % 13 == 12 else None,
            mentions=PEOPLE[-1:] if n % 9 == 8 else None,
            links=[f"https://news.example/{n}"] if n % 11 == 10 else None,
        )
        for n in range(number)
    ]
    people = [profile(name) for name in PEOPLE]
    signals = [signal(name, "São Paulo, Brazil") for name in PEOPLE]
    others = [
        other(None, "x_robots_tag", "noai") | target
        for target in ({"domain": "news.example"}, {"post_id": "post-000005"}, {"subject_id": PEOPLE[1]})
    ]
    opted_out = event("event-000", PEOPLE[-1], "opt_out", AS_OF - 2 * DAY)
    return make_world(posts, people, [opted_out], signals, mentions="drop", others=others)


def test_workers_say_the_same() -> None:
    check(replies(61), 3, ExecutionSettings(workers=2))


def test_tasks_that_run_twice_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(function: Any, tasks: list[Any], _: ExecutionSettings) -> list[Any]:
        for task in tasks:
            function(task)
        return [function(task) for task in tasks]

    monkeypatch.setattr("redaction.rights.partitioned.results.run_tasks", twice)
    check(replies(61), 5)


def test_the_files_between_tasks_hold_no_id_and_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Exchange, "remove", lambda *_: None)
    found = in_partitions(replies(61), tmp_path, 5)
    assert len(list(found.blocks())) == 1
    files = [path for path in (tmp_path / "exchange").rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} >= {stream.name for stream in STREAMS}
    for path in files:
        content = path.read_bytes()
        assert not [each for each in MARKS if each in content], path


def test_no_stream_has_a_column_of_texts() -> None:
    columns = {column for stream in STREAMS for column in stream.schema}
    assert not columns & {"text", "title", "context", "headline", "about", "experience", "full_name", "emails", "url"}
    assert len(STREAMS) > 15


@pytest.mark.parametrize("cut", [True, False])
def test_a_damaged_file_stops_the_run(tmp_path: Path, *, cut: bool) -> None:
    stream = Stream("ids", pl.Schema({"id": pl.String}))
    exchange = Exchange.begin(tmp_path, 3)
    rows = pl.DataFrame({"id": ["a", "b", "c", "d"]})
    assert exchange.give(stream, "0", rows, np.array([2, 0, 2, 0], np.uint32)).tolist() == [2, 0, 2]
    assert exchange.take(stream, 2)["id"].to_list() == ["a", "c"]
    assert exchange.take(stream, 1).is_empty()
    path = tmp_path / "ids" / "0"
    content = path.read_bytes()
    path.write_bytes(content[:40] if cut else content[:30] + bytes([content[30] ^ 1]) + content[31:])
    with pytest.raises(ExchangeError, match="is damaged; run the command again"):
        exchange.take(stream, 0)


def test_another_key_reads_nothing(tmp_path: Path) -> None:
    stream = Stream("ids", pl.Schema({"id": pl.String}))
    exchange = Exchange.begin(tmp_path, 1)
    exchange.give(stream, "0", pl.DataFrame({"id": ["a"]}), np.zeros(1, np.uint32))
    assert exchange.key.hex() not in repr(exchange)
    assert repr(exchange.key) not in repr(exchange)
    with pytest.raises(ExchangeError):
        Exchange.begin(tmp_path, 1).take(stream, 0)


def test_a_machine_with_other_hashes_is_refused(tmp_path: Path) -> None:
    exchange = replace(Exchange.begin(tmp_path, 2), canary=1)
    with pytest.raises(ExchangeError, match="give all machines the same software"):
        exchange.by_hash(pl.Series(["a"]))
