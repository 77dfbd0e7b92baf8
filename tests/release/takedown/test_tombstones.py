"""Tombstones outlast the ledger, and name nobody."""

import polars as pl
import pytest

from redaction.release.takedown import (
    TakedownError,
    Tombstones,
)
from tests.release.making import MASTER, release
from tests.release.takedown.requests import result_of


def test_a_tombstone_outlives_the_ledger(tmp_path):
    release(tmp_path / "out")
    result_of(tmp_path, "p3")
    path = tmp_path / "state" / "tombstones.parquet"
    assert path.stat().st_mode & 0o077 == 0
    assert b"p3" not in path.read_bytes()
    stones = Tombstones.load(path, MASTER, "demo")
    old_input = pl.DataFrame(
        {
            "source": ["posts", "posts", "profiles", "posts"],
            "source_id": ["p2", "p3", "p3", "p3"],
            "decision": ["keep", "keep", "keep", "drop"],
            "reason": ["eligible", "eligible", "eligible", "erased"],
        }
    )
    again = stones.apply(old_input)
    assert again["decision"].to_list() == ["keep", "drop", "keep", "drop"]
    assert again["reason"].to_list() == ["eligible", "tombstoned", "eligible", "erased"]
    assert stones.apply(old_input.clear()).is_empty()
    assert len(stones.with_records(old_input, "000002")) == 3


def test_tombstones_identify_a_member_by_a_keyed_mark_only(tmp_path):
    release(tmp_path / "out")
    result_of(tmp_path, "p3", "p4")
    path = tmp_path / "state" / "tombstones.parquet"
    whose = {"source": ["posts", "posts"], "source_id": ["p3", "p7"], "subject_id": ["member-of-note", "u7"]}
    Tombstones.load(path, MASTER, "demo").with_subjects(pl.DataFrame(whose)).save(path)
    stones = Tombstones.load(path, MASTER, "demo")
    assert stones.removals_of("member-of-note").rows() == [("000001", "posts", 1)]
    assert stones.takedowns_of(pl.Series(["u7", "member-of-note"])).to_list() == [None, "000001"]
    assert stones.takedowns(pl.DataFrame(whose)).to_list() == ["000001", None]
    assert "member-of-note" not in pl.read_parquet(path).write_json()
    assert Tombstones.load(path, MASTER[::-1], "demo").removals_of("member-of-note").is_empty()


def test_without_tombstones_nothing_changes_and_broken_ones_stop(tmp_path):
    path = tmp_path / "tombstones.parquet"
    frame = pl.DataFrame({"source": ["posts"], "source_id": ["p"], "decision": ["keep"], "reason": ["eligible"]})
    assert Tombstones.load(path, MASTER, "demo").apply(frame).equals(frame)
    path.write_bytes(b"PAR1 broken")
    with pytest.raises(TakedownError, match="restore it"):
        Tombstones.load(path, MASTER, "demo")
