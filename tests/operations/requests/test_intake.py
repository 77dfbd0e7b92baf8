"""Requests become rights events that builds and takedowns read beside the ledger, and their progress is followed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redaction.builds import open_inputs
from redaction.builds.watch import (
    RIGHTS_TABLES,
    ledger_digest,
    planned_rights_digest,
    rights_digest,
    watch_files,
)
from redaction.config import load_config
from redaction.errors import DiscreetError
from redaction.operations.requests import (
    Extension,
    RequestError,
    RequestState,
    checked_requests,
    close_requests,
    extend,
    list_requests,
    read_requests,
    record_requests,
)
from redaction.rights import RightsError
from redaction.state import current_plan
from redaction.state.action_log import ActionLogError, read_actions
from redaction.state.keys import master_key
from redaction.tables import TableName
from tests.network import Network, paths_of
from tests.operations.take_down.requests import take_down
from tests.releases import release

RECEIVED = "2025-06-01T10:00:00Z"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Network().write(tmp_path_factory.mktemp("net"))


def requests(*rows: tuple[str, ...]) -> pl.DataFrame:
    names = ["subject_id", "kind", "received", "purpose", "categories", "recipients"]
    frame = pl.DataFrame(
        [(*row, *[None] * (6 - len(row))) for row in rows], dict.fromkeys(names, pl.String), orient="row"
    )
    return checked_requests(frame, "test")


def open_one(config: Path, *row: str) -> str:
    return record_requests(load_config(config), requests(row)).request_ids[0]


def states(config: Path) -> list[RequestState]:
    return [line.state for line in list_requests(load_config(config))]


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        ("2025-01-31", date(2025, 2, 28), date(2025, 4, 30)),
        ("2024-01-31", date(2024, 2, 29), date(2024, 4, 30)),
        ("2025-12-15", date(2026, 1, 15), date(2026, 3, 15)),
        ("2025-11-30T23:59:59Z", date(2025, 12, 30), date(2026, 2, 28)),
    ],
)
def test_an_answer_is_due_after_a_month_of_the_calendar(
    tmp_path: Path, received: str, due: date, extended: date
) -> None:
    config = Network().write(tmp_path)
    request = open_one(config, "ada", "access", received)
    settings = load_config(config)
    assert [line.due for line in list_requests(settings, today=due)] == [due]
    assert not list_requests(settings, today=due)[0].overdue
    assert list_requests(settings, today=date.fromordinal(due.toordinal() + 1))[0].overdue
    with pytest.raises(RequestError, match="had to be announced by then"):
        extend(settings, request, Extension.NUMBER, date.fromordinal(due.toordinal() + 1))
    assert extend(settings, request, Extension.COMPLEXITY, due) == extended
    with pytest.raises(RequestError, match="extended already"):
        extend(settings, request, Extension.NUMBER, due)


def test_each_kind_becomes_its_event(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    kinds = ["access", "erasure", "objection", "opt-out", "opt-in", "correction"]
    record_requests(load_config(config), requests(*((f"m{n}", kind, RECEIVED) for n, kind in enumerate(kinds))))
    ledger = open_inputs(load_config(config)).rows(TableName.rights_events).rows
    events = ledger.filter(pl.col("event_id").str.starts_with("request-"))
    assert dict(events.select("subject_id", "action").iter_rows()) == {
        "m1": "erase",
        "m2": "object",
        "m3": "opt_out",
        "m4": "opt_in",
    }


def test_a_request_is_followed_until_it_is_answered(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    release(config)
    request = open_one(config, "ada", "erasure", RECEIVED)
    assert states(config) == [RequestState.RECORDED]
    assert [line.readable for line in list_requests(load_config(config))] == [3]
    take_down(config)
    assert states(config) == [RequestState.REMOVED]
    from redaction.operations import settle_superseded

    settle_superseded(load_config(config), remove_rows=True)
    assert states(config) == [RequestState.ACKNOWLEDGED]
    close_requests(load_config(config), [request])
    assert list_requests(load_config(config)) == []
    (line,) = list_requests(load_config(config), every=True)
    assert (line.state, line.subject_id) == (RequestState.ANSWERED, None)
    with pytest.raises(RequestError, match="was answered"):
        extend(load_config(config), request, Extension.NUMBER)


def test_the_next_build_leaves_out_who_asked(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    open_one(config, "ada", "objection", RECEIVED)
    folder = release(config)
    decisions = pl.read_parquet(paths_of(config).state / folder.name / "decisions.parquet")
    hers = decisions.filter(subject_id="ada", source_id="p-ada")
    assert hers.select("decision", "reason", "evidence_id").row(0)[:2] == ("drop", "objected")
    assert states(config) == [RequestState.ACKNOWLEDGED]


def test_a_request_of_some_kinds_of_content_covers_these_only(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    open_one(config, "ada", "opt-out", RECEIVED, "", "article;comment")
    folder = release(config)
    decisions = pl.read_parquet(paths_of(config).state / folder.name / "decisions.parquet")
    assert decisions.filter(source_id="p-ada")["decision"].item() == "keep"


def test_recording_twice_adds_nothing(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    first = record_requests(load_config(config), requests(("ada", "erasure", RECEIVED)))
    again = record_requests(load_config(config), requests(("ada", "erasure", RECEIVED), ("ben", "access", RECEIVED)))
    assert (first.new, again.new) == (1, 1)
    assert again.request_ids[0] == first.request_ids[0]


def test_an_event_that_the_ledger_holds_is_read_once(tmp_path: Path) -> None:
    made = Network()
    config = made.write(tmp_path)
    open_one(config, "ada", "erasure", RECEIVED)
    recorded = open_inputs(load_config(config)).rows(TableName.rights_events).rows
    made.rights_events.extend(
        recorded.filter(subject_id="ada").select(pl.exclude("file", "row_group", "row")).to_dicts()
    )
    made.write(tmp_path)
    ledger = open_inputs(load_config(config)).rows(TableName.rights_events, ["subject_id"]).rows
    assert ledger.filter(subject_id="ada").height == 1
    open_one(config, "ben", "access", RECEIVED)
    assert not (paths_of(config).state / "request-events.parquet").exists()
    assert open_inputs(load_config(config)).rows(TableName.rights_events).rows.filter(subject_id="ada").height == 1


def test_a_request_of_nobody_does_not_stop_the_builds_of_everybody(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    assert record_requests(load_config(config), requests(("never-here", "erasure", RECEIVED))).unknown == 1
    assert release(config).name == "1.0.0"


def test_a_request_makes_one_new_build_due(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    settings = load_config(config)
    before = watch_files(settings, RIGHTS_TABLES, 0).digest
    release(config)
    assert rights_digest(settings, ledger_digest(settings)) == planned_rights_digest(settings, current_plan(settings))
    open_one(config, "ada", "objection", RECEIVED)
    assert watch_files(settings, RIGHTS_TABLES, 0).digest != before
    assert rights_digest(settings, ledger_digest(settings)) != planned_rights_digest(settings, current_plan(settings))
    release(config)
    assert rights_digest(settings, ledger_digest(settings)) == planned_rights_digest(settings, current_plan(settings))


def test_a_request_does_not_make_an_old_ledger_look_new(tmp_path: Path) -> None:
    made = Network()
    for event in made.rights_events:
        event["event_time"] = event["received_at"] = datetime(2025, 1, 1, tzinfo=UTC)
    config = made.write(tmp_path)
    with pytest.raises(RightsError, match="is complete only until"):
        release(config)
    open_one(config, "ben", "opt-out", "2025-06-29T10:00:00Z")
    with pytest.raises(RightsError, match="is complete only until"):
        release(config)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"subject_id": " "}, "row 2: subject_id is missing"),
        ({"kind": "forget"}, "row 2: kind is none of access, erasure"),
        ({"received": "31.01.2025"}, "row 2: received is no day"),
        ({"received": "2199-01-01"}, "row 2: received is in the future"),
    ],
)
def test_one_wrong_row_stops_the_import_and_is_not_quoted(
    network: Path, tmp_path: Path, row: dict[str, Any], problem: str
) -> None:
    file = tmp_path / "requests.csv"
    good = {"subject_id": "ada", "kind": "access", "received": "2025-01-31"}
    pl.DataFrame([good, good | row]).write_csv(file)
    with pytest.raises(RequestError, match=problem) as raised:
        read_requests(file)
    assert "ada" not in str(raised.value)


def test_csv_and_json_lines_are_read_alike(tmp_path: Path) -> None:
    rows = requests(("ada", "opt-out", "2025-01-31", "ai_training", "post;comment"), ("ben", "opt_in", RECEIVED))
    lines = [
        '{"subject_id": "ada", "kind": "opt-out", "received": "2025-01-31", "purpose": "ai_training", '
        '"categories": ["post", "comment"]}',
        '{"subject_id": "ben", "kind": "OPT_IN", "received": "2025-06-01T12:00:00+02:00"}',
    ]
    (tmp_path / "r.jsonl").write_text("\n".join(lines))
    assert read_requests(tmp_path / "r.jsonl").equals(rows)
    (tmp_path / "r.csv").write_text(
        "subject_id,kind,received,purpose,categories\nada,opt-out,2025-01-31,ai_training,post; comment\n"
        f"ben,opt-in,{RECEIVED},,\n"
    )
    assert read_requests(tmp_path / "r.csv").equals(rows)


def test_ten_thousand_requests_are_recorded_at_once(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    many = pl.DataFrame({"subject_id": [f"m{n}" for n in range(10_000)], "kind": "erasure", "received": RECEIVED})
    with pytest.raises(RequestError, match="10000 of 10000 are of nobody in the profiles"):
        record_requests(load_config(config), checked_requests(many, "test"))
    recorded = record_requests(load_config(config), checked_requests(many, "test"), allow_unknown=True)
    assert (recorded.new, recorded.unknown) == (10_000, 10_000)
    assert len(list_requests(load_config(config))) == 10_000


def test_requests_are_not_recorded_with_a_clock_that_was_set_back(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    request = open_one(config, "ada", "erasure", RECEIVED)
    clock = paths_of(config).state / "clock"
    later = datetime.now(UTC) + timedelta(days=1)
    clock.write_text(later.isoformat())
    with pytest.raises(DiscreetError, match="the last command ran at"):
        open_one(config, "ben", "access", RECEIVED)
    with pytest.raises(DiscreetError, match="the last command ran at"):
        close_requests(load_config(config), [request])
    clock.write_text((datetime.now(UTC) + timedelta(minutes=2)).isoformat())
    assert len(list_requests(load_config(config))) == 1
    open_one(config, "ben", "access", RECEIVED)
    times = [entry.at for entry in read_actions(paths_of(config), master_key(load_config(config)))]
    assert times == sorted(times)
    assert times[-1] > datetime.now(UTC), "a clock that is a little behind does not turn the log around"


def test_the_log_of_actions_names_nobody_and_shows_every_change(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    request = open_one(config, "ada", "erasure", RECEIVED)
    open_one(config, "ben", "access", RECEIVED)
    paths, master = paths_of(config), master_key(load_config(config))
    close_requests(load_config(config), [request])
    assert [entry.deed.value for entry in read_actions(paths, master)] == [
        "recorded requests",
        "recorded requests",
        "answered requests",
    ]
    log = paths.state / "actions.jsonl"
    whole = log.read_bytes()
    assert b'"ada"' not in whole
    first, second, third = whole.splitlines(keepends=True)
    for changed in (whole.replace(b'"requests":1', b'"requests":2', 1), second + third, first + third, second + first):
        log.write_bytes(changed)
        with pytest.raises(ActionLogError, match="was changed"):
            read_actions(paths, master)
