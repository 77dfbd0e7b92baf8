"""A takedown removes exactly the withdrawn records, and publishes a successor with a notice."""

from datetime import UTC, datetime

import polars as pl
import pytest

from redaction.release import Manifest, Registry, Version, verify
from redaction.release.takedown import (
    TakedownError,
    Tombstones,
    read_chain,
    take_down,
)
from redaction.release.takedown.retire_releases import latest_replacements
from tests.release.making import MASTER, release
from tests.release.takedown.requests import DECIDED, NOW, request, result_of, rows_of, withdrawn


def test_exactly_the_withdrawn_records_are_removed(tmp_path):
    old = release(tmp_path / "out")
    outcome = result_of(tmp_path, "p3", "u1", "never-released")
    assert outcome.successor == tmp_path / "out" / "demo" / "2.0.0"
    assert outcome.removed == 2
    stones = Tombstones.load(tmp_path / "state" / "tombstones.parquet", MASTER, "demo")
    asked = pl.DataFrame({"source": ["posts", "posts", "profiles", "profiles"], "source_id": ["p3", "p4", "u1", "u2"]})
    assert (len(stones), stones.covers(asked).to_list()) == (2, [True, False, True, False])
    assert outcome.successor is not None
    before, after = rows_of(old), rows_of(outcome.successor)
    gone = before.join(after, on=["record_id", "field"], how="anti")
    assert sorted(gone["text"]) == ["Text 3 [PERSON_1]", "Works, about 1", "Works, headline 1"]
    assert after.equals(before.join(gone, on=["record_id", "field"], how="anti", maintain_order="left"))
    assert verify(outcome.successor).ok
    assert verify(old).ok


def test_only_touched_shards_are_rewritten(tmp_path):
    old = release(tmp_path / "out")
    outcome = result_of(tmp_path, "p3")
    assert outcome.successor is not None
    (affected,) = outcome.notice.releases
    (touched,) = affected.shards
    for shard in sorted((old / "data").iterdir()):
        same = shard.read_bytes() == (outcome.successor / "data" / shard.name).read_bytes()
        assert same == (f"data/{shard.name}" != touched.path)
    (location,) = affected.records
    (row,) = location.rows
    assert pl.read_parquet(old / location.path)["text"][row] == "Text 3 [PERSON_1]"
    assert touched.before != touched.after


def test_the_successor_counts_the_removed_records(tmp_path):
    release(tmp_path / "out")
    manifest = (
        Registry(tmp_path / "out", "demo")
        .release(result_of(tmp_path, "p3", "p4", "u1").notice.replacement or "")
        .manifest
    )
    posts, profiles = manifest.sources["posts"], manifest.sources["profiles"]
    assert (posts.kept, posts.dropped["taken_down"], posts.input) == (28, 2, 34)
    assert (profiles.kept, profiles.dropped["taken_down"]) == (4, 1)
    assert manifest.keyed_by == ("1.0.0",)
    assert manifest.takedown == "000001"
    assert manifest.predecessor is not None
    assert manifest.predecessor.version == "1.0.0"
    assert {gate.name for gate in manifest.gates} == {"taken_down_left", "rows_changed", "schema"}


def test_every_release_with_the_record_is_in_the_notice(tmp_path):
    for version in ("1.0.0", "1.1.0"):
        release(tmp_path / "out", version=version)
    outcome = result_of(tmp_path, "p3")
    assert [a.version for a in outcome.notice.releases] == ["1.0.0", "1.1.0"]
    ids = {a.records[0].record_id for a in outcome.notice.releases}
    assert len(ids) == 2, "each release has a key of its own"
    assert latest_replacements(read_chain(tmp_path / "out" / "demo")) == {"1.0.0": "2.0.0", "1.1.0": "2.0.0"}
    assert [a.after is None for a in outcome.notice.releases[0].shards] == [True]


def test_since_excludes_older_releases(tmp_path):
    for version in ("1.0.0", "1.1.0"):
        release(tmp_path / "out", version=version)
    outcome = result_of(tmp_path, "p3", since=Version(1, 1, 0))
    assert [a.version for a in outcome.notice.releases] == ["1.1.0"]


def test_a_second_notice_lists_new_records_only(tmp_path):
    release(tmp_path / "out")
    first = result_of(tmp_path, "p3")
    assert take_down(request(tmp_path), withdrawn("p3")) is None
    second = result_of(tmp_path, "p3", "p4")
    assert second.notice.previous == first.notice.digest
    assert [a.version for a in second.notice.releases] == ["1.0.0", "2.0.0"]
    assert second.successor is not None
    assert second.successor.name == "3.0.0"
    assert rows_of(second.successor)["record_id"].n_unique() == 33
    manifest = Registry(tmp_path / "out", "demo").release("3.0.0").manifest
    assert manifest.keyed_by == ("1.0.0", "2.0.0")
    assert manifest.sources["posts"].dropped["taken_down"] == 2


def test_the_next_notice_covers_an_interrupted_takedown(tmp_path):
    release(tmp_path / "out")
    cut = result_of(tmp_path, "p3")
    cut.notice_path.unlink()
    again = result_of(tmp_path, "p3")
    assert again.successor is None
    assert again.notice.replacement == "2.0.0"
    assert [a.version for a in again.notice.releases] == ["1.0.0"]


def test_nothing_changes_without_withdrawn_records(tmp_path):
    release(tmp_path / "out")
    assert take_down(request(tmp_path), withdrawn("p999")) is None
    assert take_down(request(tmp_path), withdrawn()) is None
    assert not (tmp_path / "state").exists()
    assert [str(v) for v in Registry(tmp_path / "out", "demo").versions()] == ["1.0.0"]


def test_all_records_of_a_corpus_can_be_removed(tmp_path):
    release(tmp_path / "out")
    outcome = result_of(tmp_path, *[f"p{i}" for i in range(30)], *[f"u{i}" for i in range(5)])
    assert outcome.successor is not None
    assert rows_of(outcome.successor).is_empty()
    assert verify(outcome.successor).ok


def test_a_damaged_release_stops_the_takedown(tmp_path):
    old = release(tmp_path / "out")
    shard = sorted((old / "data").iterdir())[0]
    rows = pl.read_parquet(shard)
    rows.with_columns(text=pl.lit("changed")).write_parquet(shard)
    with pytest.raises(TakedownError, match="changed after its release"):
        result_of(tmp_path, *[f"p{i}" for i in range(30)])
    assert [str(v) for v in Registry(tmp_path / "out", "demo").versions()] == ["1.0.0"]


def test_the_successor_states_the_instant_of_rights_and_the_notice_that_of_removal(tmp_path):
    release(tmp_path / "out")
    outcome = result_of(tmp_path, "p1")
    assert outcome.successor is not None
    assert Manifest.read(outcome.successor).as_of == DECIDED
    assert "as of 2025-07-09T23:00:00Z" in (outcome.successor / "README.md").read_text()
    assert outcome.notice.effective_at == NOW


def test_a_takedown_before_the_rights_of_a_release_is_refused(tmp_path):
    """Records created between the two instants would seem to have no right."""
    release(tmp_path / "out")
    with pytest.raises(TakedownError, match=r"release 1\.0\.0 has the rights as of 2025-06-30") as refused:
        take_down(request(tmp_path, as_of=datetime(2025, 6, 29, tzinfo=UTC)), withdrawn("p1"))
    assert "--as-of" in str(refused.value)
    assert not (tmp_path / "state").exists()
