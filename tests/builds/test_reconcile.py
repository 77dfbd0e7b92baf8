"""A right that would reach nobody stops a build before any decision."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redaction.builds import open_inputs
from redaction.builds.decide import decide_inputs, decide_rights, scratch_index
from redaction.builds.reconcile import ReconciliationError
from redaction.builds.redact.known_people import objectors
from redaction.config import load_config
from redaction.operations.check import expect
from redaction.rights import Reconciliation
from redaction.rights.reconciliation.joins import Join
from redaction.rights.reconciliation.spellings import CHANGES as SPELLINGS
from redaction.state.keys import master_key
from redaction.state.private_tables import RIGHTS
from tests.builds.networks import IDS, OUT, checked, many_posts, network, opened, released
from tests.network import AS_OF, ROOT, Network
from tests.rights.reconciliation.changes import CHANGES, WRAPPINGS

Rows = list[dict[str, Any]]
NEAR_MISS = re.compile(
    r"(?P<column>\w+\.\w+): (?P<near>\d+) of (?P<ids>\d+) ids would be .+ but for their spelling "
    r"\((?P<changes>[^()]+)\); map or export both columns with one spelling; "
    r"rights\.max_near_misses: \{(?P<join>\w+): (?P=near)\} allows it"
)
OTHER = re.compile(
    r"\w+\.\w+: \d+ of \d+ ids are .+; map the right column, .+; rights\.max_\w+: \{\w+: [\d.]+\} allows it"
)
COLUMNS = {
    "rights_events": ("subject_id",),
    "region_signals": ("subject_id",),
    "profiles": ("user_id",),
    "posts": ("author_id", "mentions", "in_reply_to", "repost_of", "quote_of"),
}


def changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [change(item) for item in value]
    return None if value is None else change(value)


def decisions(made: Network, folder: Path) -> list[tuple[str, ...]]:
    build = opened(made, folder, rights={"mentions": "drop"})
    decide_rights(build)
    return sorted(pl.read_parquet(build.folder.file(RIGHTS)).select("source", "decision", "reason").rows())


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, ...]]:
    return decisions(network(), tmp_path_factory.mktemp("right"))


def assert_explained(message: str, made: Network) -> None:
    """Each line names a column, counts, and the key that allows it; one at least the change of spelling. None an id."""
    lines = message.splitlines()
    near = [match for line in lines if (match := NEAR_MISS.fullmatch(line))]
    assert near, message
    for match in near:
        changes = dict(change.split(": ") for change in match["changes"].split(", "))
        assert changes.keys() <= {*SPELLINGS, "a prefix", "several"}
        assert sum(map(int, changes.values())) == int(match["near"]) <= int(match["ids"])
        assert match["column"] in {f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns}
        assert match["join"] in {match["column"].split(".")[1], match["column"].split(".")[0], "authors"}
    assert not [line for line in lines if not NEAR_MISS.fullmatch(line) and not OTHER.fullmatch(line)], message
    ids = {
        str(row[column])
        for table, columns in COLUMNS.items()
        for row in getattr(made, table)
        for column in columns
        if isinstance(row.get(column), str)
    }
    assert not [each for each in ids if len(each) > 3 and each in message]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_change_of_spelling_in_one_table_changes_no_decision_or_stops_the_build(
    right: list[tuple[str, ...]], tmp_path: Path, data: st.DataObject
) -> None:
    table = data.draw(st.sampled_from(list(COLUMNS)), "table")
    column = data.draw(st.sampled_from(COLUMNS[table]), "column")
    change = CHANGES[data.draw(st.sampled_from(list(CHANGES)), "change")]
    made = network()
    rows: Rows = getattr(made, table)
    only = data.draw(st.one_of(st.none(), st.integers(0, len(rows) - 1)), "only this row")
    for number, row in enumerate(rows):
        if only in {None, number}:
            row[column] = changed(row.get(column), change)
    try:
        now = decisions(made, tmp_path)
    except ReconciliationError as stopped:
        assert_explained(str(stopped), made)
    else:
        assert now == right


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("wrapping", list(WRAPPINGS))
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("rights_events", "subject_id"),
        ("region_signals", "subject_id"),
        ("posts", "author_id"),
        ("posts", "mentions"),
    ],
)
def test_what_is_around_an_id_in_one_row_changes_no_decision_or_stops_the_build(
    right: list[tuple[str, ...]], tmp_path: Path, wrapping: str, table: str, column: str, step: int
) -> None:
    rows = [number for number, row in enumerate(getattr(network(), table)) if row.get(column) is not None]
    for number in rows[::step]:
        made = network()
        changed_row = getattr(made, table)[number]
        changed_row[column] = changed(changed_row[column], WRAPPINGS[wrapping])
        try:
            now = decisions(made, tmp_path / str(number))
        except ReconciliationError as stopped:
            assert_explained(str(stopped), made)
        else:
            assert now == right


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda text: f"0000{text}", "leading zeros"),
        (str.upper, "letter case"),
        (lambda text: f"urn:li:member:{text}", "a prefix"),
        (lambda text: text[0] + "\u200b" + text[1:], "invisible characters"),
    ],
)
def test_the_message_names_the_change_and_the_key_but_no_id(
    tmp_path: Path, change: Callable[[str], str], named: str
) -> None:
    made = network()
    made.rights_events[0]["subject_id"] = change(OUT)
    with pytest.raises(ReconciliationError) as stopped:
        opened(made, tmp_path)
    message = str(stopped.value).splitlines()[0]
    assert message.startswith("rights_events.subject_id: 1 of 2 ids")
    assert f"{named}: 1" in message
    assert "rights.max_near_misses: {rights_events: 1}" in message
    assert OUT not in message
    assert change(OUT) not in message


@pytest.mark.parametrize("table", ["rights_events", "region_signals"])
def test_one_subject_of_a_few_who_is_no_member_stops_the_build_unless_the_config_allows_it(
    tmp_path: Path, table: str
) -> None:
    made = network()
    rows: Rows = getattr(made, table)
    rows.append(
        rows[0] | {"event_id": "e9", "subject_id": "stranger"}
        if table == "rights_events"
        else rows[0] | {"subject_id": "stranger"}
    )
    with pytest.raises(ReconciliationError, match=rf"{table}.subject_id: 1 of \d ids .* rights.max_unmatched: "):
        opened(made, tmp_path)
    opened(made, tmp_path, rights={"max_unmatched": {table: 0.5}})
    with pytest.raises(ReconciliationError):
        opened(made, tmp_path, rights={"max_unmatched": {"mentions": 1.0}})


def test_a_near_miss_may_be_allowed_by_number(tmp_path: Path) -> None:
    made = network()
    made.posts[0]["mentions"] = [OUT.upper()]
    with pytest.raises(ReconciliationError, match=r"posts.mentions: 1 of 2 ids"):
        opened(made, tmp_path)
    opened(made, tmp_path, rights={"max_near_misses": {"mentions": 1}})


def test_a_takedown_is_stopped_too(tmp_path: Path) -> None:
    made = network()
    made.rights_events[0]["subject_id"] = OUT.upper()
    config = load_config(made.write(tmp_path))
    inputs = open_inputs(config)
    with scratch_index(config, inputs) as index, pytest.raises(ReconciliationError, match=r"letter case: 1"):
        decide_inputs(config, inputs, index, AS_OF, master_key(config))


@pytest.mark.parametrize("value", ["0", "-1", "none", "p-unknown"])
def test_one_value_in_most_references_that_leads_nowhere_stops_the_build(tmp_path: Path, value: str) -> None:
    made = network()
    many_posts(made, 30, in_reply_to=value)
    with pytest.raises(ReconciliationError, match=r"posts.in_reply_to: 30 of \d+ rows have one value"):
        opened(made, tmp_path)
    opened(made, tmp_path, rights={"max_dangling": {"in_reply_to": 1.0}})


def test_references_that_mostly_lead_nowhere_stop_the_build(tmp_path: Path) -> None:
    made = network()
    made.posts += [made.posts[0] | {"post_id": f"q-{n}", "quote_of": f"elsewhere-{n}x"} for n in range(30)]
    with pytest.raises(ReconciliationError, match=r"posts.quote_of: 30 of 30 ids are not the id of a post"):
        opened(made, tmp_path)


def test_the_counts_are_stored_without_any_id(tmp_path: Path) -> None:
    build = opened(network(), tmp_path)
    text = build.folder.reconciliation.read_text("utf-8")
    assert not [each for each in IDS.values() if each in text]
    ledger = Reconciliation.from_json(text).table.row(0, named=True)
    assert ledger == {
        "join": "rights_events", "ids": 2, "known": 2, "known_before": 0, "unknown": 0, "near_misses": 0
    }  # fmt: skip


def test_subjects_who_left_since_the_last_release_are_known(tmp_path: Path) -> None:
    made = network()
    released(made, tmp_path)
    for rows, column in ((made.posts, "author_id"), (made.profiles, "user_id"), (made.region_signals, "subject_id")):
        rows[:] = [row for row in rows if row[column] != OUT]
    check = checked(made, tmp_path)
    ledger = check.reconciliation.of(Join.RIGHTS_EVENTS)
    assert (ledger.known, ledger.known_before, ledger.unknown) == (1, 1, 0)
    assert check.problems == ()


@pytest.mark.parametrize(
    ("name", "handle"), [(None, None), (" ", "\u200b"), ("\u00a0", None), (".", "-"), (None, "@b"), ("", "\u3000")]
)
def test_an_objection_without_effect_stops_the_build(tmp_path: Path, name: str | None, handle: str | None) -> None:
    made = network()
    made.objections.append({"objection_id": "o2", "name": name, "handle": handle})
    [problem] = checked(made, tmp_path).problems
    assert problem.startswith("inputs.objections: 1 of 2 objections have no effect")
    assert "give the whole name, or remove them" in problem
    made.objections[-1]["name"] = "Sömething Ünlikely"
    assert checked(made, tmp_path).problems == ()


def test_objections_have_no_effect_where_known_values_are_not_searched(tmp_path: Path) -> None:
    social = yaml.safe_load((ROOT / "configs/redaction/social.yaml").read_text("utf-8"))
    [problem] = checked(network(), tmp_path, detection=social | {"known": {"enabled": False}}).problems
    assert "1 of 1 objections have no effect" in problem
    made = network()
    made.objections = []
    assert checked(made, tmp_path, detection=social | {"known": {"enabled": False}}).problems == ()


def test_objections_are_trimmed_as_known_values_are(tmp_path: Path) -> None:
    plain, padded = network(), network()
    plain.objections = [{"objection_id": "o1", "name": "Zoltan Example", "handle": "@zoltan.example"}]
    padded.objections = [
        {"objection_id": "o1", "name": " Zoltan Example\t", "handle": "@zoltan.example\u3000"},
        {"objection_id": "o2", "name": "Zoltan Example", "handle": "@zoltan.example"},
    ]
    assert objectors(opened(padded, tmp_path / "padded")) == objectors(opened(plain, tmp_path / "plain"))


def test_check_reports_what_would_stop_the_build_and_the_counts(tmp_path: Path) -> None:
    made = network()
    made.rights_events[0]["subject_id"] = OUT.upper()
    expected = expect(load_config(made.write(tmp_path)))
    assert [finding.key for finding in expected.findings] == ["rights_events.subject_id"] * 2
    assert expected.reconciliation.filter(join="rights_events").row(0)[1:] == (2, 1, 0, 1, 1)


@pytest.mark.parametrize(
    "written",
    [
        "ada@example.com", "mailto:ADA@example.com", "ada.trainspotter", "@ada.trainspotter", "Ada Okafor",
        "https://net.example/in/ada-okafor/", "net.example/in/ada-okafor", "+1 (303) 555-0101", "tel:+13035550101",
    ],
)  # fmt: skip
@pytest.mark.parametrize("table", ["rights_events", "region_signals"])
def test_a_member_named_otherwise_than_by_the_id_stops_the_build_however_many_may_be_unknown(
    table: str, written: str, tmp_path: Path
) -> None:
    made = network()
    member = next(row for row in made.profiles if row["full_name"] == "Ada Okafor")
    member |= {"vanity_url": "https://net.example/in/ada-okafor", "phones": ["+13035550101"]}
    allowed = {"max_unmatched": 1.0}
    rows: Rows = getattr(made, table)
    more = {"event_id": "e-named"} if table == "rights_events" else {}
    rows.append(rows[0] | more | {"subject_id": "somebody else"})
    assert checked(made, tmp_path, rights=allowed).problems == ()
    rows[-1] = rows[-1] | {"subject_id": written}
    (problem,) = checked(made, tmp_path, rights=allowed).problems
    found = NEAR_MISS.fullmatch(problem)
    assert found is not None
    assert found["column"] == f"{table}.subject_id"
    assert found["changes"] == "a name or an address instead: 1"
    assert written not in problem
