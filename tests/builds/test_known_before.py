"""Ids that exist no longer are known: those of withdrawn records, and those of earlier releases."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redaction.builds import open_inputs
from redaction.builds.decide import scratch_index
from redaction.builds.reconcile import PROFILE_COLUMNS, InputCheck, check_inputs
from redaction.config import load_config
from redaction.release.takedown import Tombstones
from redaction.rights import JoinCounts
from redaction.rights.reconciliation.joins import Join
from redaction.state.keys import master_key
from redaction.tables import TableName
from tests.builds.networks import KID, OUT, checked, network, opened, released
from tests.network import Network

MEMBER_COLUMNS = (("posts", "author_id"), ("profiles", "user_id"), ("region_signals", "subject_id"))


def without_member(made: Network, who: str) -> None:
    """Remove what the tables hold of a member, but for the ledger's events."""
    for table, column in MEMBER_COLUMNS:
        rows: list[dict[str, Any]] = getattr(made, table)
        rows[:] = [row for row in rows if row[column] != who]


def split(counts: JoinCounts) -> tuple[int, int, int]:
    return counts.known, counts.known_before, counts.unknown


def check_with_tombstone(made: Network, folder: Path, who: str) -> InputCheck:
    """Check the inputs where a takedown withdrew the profile of a member, and erased the member from the state."""
    config = load_config(made.write(folder))
    inputs, master = open_inputs(config), master_key(config)
    record = pl.DataFrame({"source": ["profiles"], "source_id": [who], "subject_id": [who]})
    stones = Tombstones.load(folder / "none", master, "tiny").with_records(record, "000001").with_subjects(record)
    profiles = inputs.rows(TableName.profiles, PROFILE_COLUMNS)
    with scratch_index(config, inputs) as index:
        return check_inputs(config, inputs, index, profiles, profiles.quarantined, stones)


def test_a_subject_with_a_tombstone_is_known(tmp_path: Path) -> None:
    made = network()
    without_member(made, OUT)
    made.posts = [post for post in made.posts if not {post.get("in_reply_to"), post.get("repost_of")} & {"p-out"}]
    for post in made.posts:
        post["mentions"] = None
    erased = check_with_tombstone(made, tmp_path, OUT)
    assert split(erased.reconciliation.of(Join.RIGHTS_EVENTS)) == (1, 1, 0)
    assert erased.problems == ()
    other = check_with_tombstone(made, tmp_path, "another")
    assert split(other.reconciliation.of(Join.RIGHTS_EVENTS)) == (1, 0, 1)
    [line] = other.problems
    assert line.startswith("rights_events.subject_id: 1 of 2 ids are of no member")


@pytest.mark.parametrize("join", [Join.RIGHTS_EVENTS, Join.REGION_SIGNALS])
def test_a_member_of_an_older_release_is_known(tmp_path: Path, join: Join) -> None:
    made = network()
    released(made, tmp_path)
    signal = made.region_signals[0] | {"subject_id": OUT}
    without_member(made, OUT)
    for version in ("1.1.0", "2.0.0"):
        released(made, tmp_path, version)
    if join is Join.REGION_SIGNALS:
        made.region_signals.append(signal)
    counts = checked(made, tmp_path).reconciliation.of(join)
    assert (counts.known_before, counts.unknown) == (1, 0)


def test_a_member_of_a_later_version_is_not_known_to_an_earlier_one(tmp_path: Path) -> None:
    made = network()
    released(made, tmp_path)
    without_member(made, OUT)
    config = load_config(made.write(tmp_path))
    inputs, stones = open_inputs(config), Tombstones.load(tmp_path / "none", master_key(config), "tiny")
    profiles = inputs.rows(TableName.profiles, PROFILE_COLUMNS)
    with scratch_index(config, inputs) as index:
        check = check_inputs(config, inputs, index, profiles, profiles.quarantined, stones, "0.9.0")
    assert split(check.reconciliation.of(Join.RIGHTS_EVENTS)) == (1, 0, 1)


@pytest.mark.parametrize(
    ("join", "column", "value"),
    [
        (Join.IN_REPLY_TO, "in_reply_to", "p-kid"),
        (Join.REPOST_OF, "repost_of", "p-kid"),
        (Join.QUOTE_OF, "quote_of", "p-kid"),
        (Join.MENTIONS, "mentions", [KID]),
    ],
)
def test_what_the_last_release_held_is_known(tmp_path: Path, join: Join, column: str, value: Any) -> None:
    made = network()
    made.posts.append(made.posts[0] | {"post_id": "p-refers", column: value})
    before = checked(made, tmp_path).reconciliation.of(join)
    released(made, tmp_path)
    without_member(made, KID)
    now = checked(made, tmp_path).reconciliation.of(join)
    assert split(now) == (before.known - 1, 1, 0)
    nowhere = checked(made, tmp_path / "without a release").reconciliation.of(join)
    assert split(nowhere) == (before.known - 1, 0, 1)


@pytest.mark.parametrize(
    ("join", "column", "value"),
    [
        (Join.IN_REPLY_TO, "in_reply_to", "P-OUT"),
        (Join.REPOST_OF, "repost_of", "post:p-out"),
        (Join.QUOTE_OF, "quote_of", "p-\u200bout"),
        (Join.MENTIONS, "mentions", [OUT.upper()]),
    ],
)
def test_a_reference_that_is_spelled_otherwise_stops_the_build(
    tmp_path: Path, join: Join, column: str, value: Any
) -> None:
    made = network()
    made.posts.append(made.posts[0] | {"post_id": "p-refers", column: value})
    check = checked(made, tmp_path)
    assert check.reconciliation.of(join).near_misses == 1
    [line] = check.problems
    assert line.startswith(f"posts.{column}: 1 of ")
    assert line.endswith(f"rights.max_near_misses: {{{join}: 1}} allows it")


def test_a_region_signal_that_is_spelled_otherwise_stops_the_build(tmp_path: Path) -> None:
    made = network()
    made.region_signals.append(made.region_signals[0] | {"subject_id": f"0{made.profiles[1]['user_id']}"})
    check = checked(made, tmp_path)
    assert check.reconciliation.of(Join.REGION_SIGNALS).near == {"leading zeros": 1}
    assert check.problems[0].startswith("region_signals.subject_id: 1 of ")


def test_handles_of_objectors_are_counted_and_stop_nothing(tmp_path: Path) -> None:
    made = network()
    handles = [made.profiles[0]["handle"], made.profiles[1]["handle"].upper(), "somebody.else"]
    made.objections = [{"objection_id": f"o{n}", "name": "Z", "handle": each} for n, each in enumerate(handles)]
    check = checked(made, tmp_path)
    counts = check.reconciliation.of(Join.OBJECTIONS)
    assert (*split(counts), counts.near_misses) == (1, 0, 2, 1)
    assert check.problems == ()


def test_an_event_that_supersedes_one_spelled_otherwise_stops_the_build(tmp_path: Path) -> None:
    made = network()
    made.rights_events[1]["supersedes"] = "E1"
    [line] = checked(made, tmp_path).problems
    assert line.startswith("rights_events.supersedes: 1 of 1 ids")
    opened(made, tmp_path, rights={"max_near_misses": {"supersedes": 1}})
