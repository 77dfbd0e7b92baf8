import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redaction.release import Manifest, Registry, ReleaseSettings, Version, verify
from redaction.release.takedown import (
    WITHDRAWN,
    Acknowledgement,
    Descendant,
    DescendantKind,
    Response,
    Signer,
    TakedownError,
    TakedownRequest,
    TakedownResult,
    Tombstones,
    acknowledge,
    read_chain,
    register,
    take_down,
    unanswered,
)
from redaction.release.takedown.descendants import acknowledgements
from redaction.release.takedown.retire_releases import latest_replacements
from redaction.storage import StoragePath
from tests.release.making import EXACT, MASTER, corpus_rows, release

NOW = datetime(2025, 7, 10, tzinfo=UTC)
DECIDED = NOW - timedelta(hours=1)
EVENT = NOW - timedelta(days=2)


def request(tmp_path: Path, **more: Any) -> TakedownRequest:
    values: dict[str, Any] = {
        "output": tmp_path / "out",
        "corpus": "demo",
        "tombstones": tmp_path / "state" / "tombstones.parquet",
        "master": MASTER,
        "as_of": DECIDED,
        "removed_at": NOW,
        "run_id": "takedown",
        "settings": ReleaseSettings(card=EXACT),
    }
    return TakedownRequest(**values | more)


def withdrawn(*ids: str, reason: str = "opted_out") -> pl.DataFrame:
    rows = [("profiles" if i.startswith("u") else "posts", i, reason, EVENT) for i in ids]
    return pl.DataFrame(rows, schema=WITHDRAWN, orient="row")


def result_of(tmp_path: Path, *ids: str, **more: Any) -> TakedownResult:
    outcome = take_down(request(tmp_path, **more), withdrawn(*ids))
    assert outcome is not None
    return outcome


def rows_of(folder: StoragePath) -> pl.DataFrame:
    return pl.read_parquet(Path(str(folder)) / "data" / "*.parquet")


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


def test_the_notice_has_times_and_causes_and_nothing_private(tmp_path):
    release(tmp_path / "out")
    outcome = take_down(request(tmp_path), pl.concat([withdrawn("p3"), withdrawn("p4", reason="region_exempt")]))
    assert outcome is not None
    notice = outcome.notice
    assert notice.causes == {"withdrawal": 1, "rule": 1}
    assert notice.seconds_to_removal == {"median": 172_800, "p95": 172_800, "longest": 172_800}
    text = outcome.notice_path.read_text()
    for private in ("p3", "region", "opted_out", "Text 3", MASTER.hex()):
        assert private not in text
    assert notice.deadline - notice.effective_at == timedelta(days=30)


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


@pytest.mark.parametrize("spoil", ["byte", "order", "missing", "signer"])
def test_a_changed_chain_is_refused(tmp_path, spoil):
    release(tmp_path / "out")
    first = result_of(tmp_path, "p3").notice_path
    second = result_of(tmp_path, "p4").notice_path
    folder = tmp_path / "out" / "demo"
    key = Signer(MASTER, "demo").public_key
    assert len(read_chain(folder, key)) == 2
    if spoil == "byte":
        for position in range(0, len(first.read_bytes()), 7):
            content = first.read_bytes()
            first.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
            with pytest.raises(TakedownError):
                read_chain(folder)
            first.write_bytes(content)
        return
    if spoil == "order":
        content = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(content)
    elif spoil == "missing":
        first.unlink()
    else:
        key = Signer(MASTER[::-1], "demo").public_key
    with pytest.raises(TakedownError):
        read_chain(folder, key)


def test_a_notice_signed_with_another_key_is_refused(tmp_path):
    release(tmp_path / "out")
    notice, path = (outcome := result_of(tmp_path, "p3")).notice, outcome.notice_path
    path.write_bytes(notice.signed(Signer(bytes(32), "demo")).to_bytes())
    assert len(read_chain(tmp_path / "out" / "demo")) == 1, "it is whole in itself"
    with pytest.raises(TakedownError, match="signature"):
        read_chain(tmp_path / "out" / "demo", notice.public_key)
    with pytest.raises(TakedownError, match="signature"):
        take_down(request(tmp_path), withdrawn("p4"))


def test_a_damaged_release_stops_the_takedown(tmp_path):
    old = release(tmp_path / "out")
    shard = sorted((old / "data").iterdir())[0]
    rows = pl.read_parquet(shard)
    rows.with_columns(text=pl.lit("changed")).write_parquet(shard)
    with pytest.raises(TakedownError, match="changed after its release"):
        result_of(tmp_path, *[f"p{i}" for i in range(30)])
    assert [str(v) for v in Registry(tmp_path / "out", "demo").versions()] == ["1.0.0"]


def test_descendants_are_listed_and_acknowledge(tmp_path):
    release(tmp_path / "out")
    folder = tmp_path / "out" / "demo"
    made = Descendant(version="1.0.0", kind=DescendantKind.TOKENIZED, uri="store://tokens", registered_at=EVENT)
    copy = register(folder, made)
    assert register(folder, made.model_copy(update={"registered_at": NOW})) == copy
    child = Descendant(
        version="1.0.0", kind=DescendantKind.TRAINED, uri="store://model", registered_at=EVENT, parent=copy
    )
    register(folder, child)
    with pytest.raises(TakedownError, match="no release"):
        register(folder, made.model_copy(update={"version": "9.0.0"}))
    with pytest.raises(TakedownError, match="not registered"):
        register(folder, made.model_copy(update={"uri": "x", "parent": "0" * 16}))
    notice = result_of(tmp_path, "p3").notice
    assert {(d.kind, d.uri) for d in notice.descendants} == {
        ("tokenized", "store://tokens"),
        ("trained", "store://model"),
    }
    chain = read_chain(folder)
    assert len(unanswered(folder, chain)) == 2
    answer = Acknowledgement(takedown_id="000001", descendant_id=copy, response=Response.REMOVED, acknowledged_at=NOW)
    acknowledge(folder, chain, answer)
    assert acknowledgements(folder) == (answer,)
    assert [d.kind for _, d in unanswered(folder, chain)] == [DescendantKind.TRAINED]
    with pytest.raises(TakedownError, match="does not list"):
        acknowledge(folder, chain, answer.model_copy(update={"takedown_id": "000002"}))


def test_registering_leaves_releases_untouched(tmp_path):
    folder = release(tmp_path / "out")
    register(folder.parent, Descendant(version="1.0.0", kind=DescendantKind.COPIED, uri="x", registered_at=NOW))
    assert verify(folder).ok
    assert [str(v) for v in Registry(tmp_path / "out", "demo").versions()] == ["1.0.0"]


def test_many_records_are_removed_quickly(tmp_path):
    rows = corpus_rows(20_000, 0)
    release(tmp_path / "out", rows, per_shard=5_000)
    begun = time.perf_counter()
    outcome = result_of(tmp_path, *[f"p{i}" for i in range(0, 20_000, 40)])
    assert outcome.removed == 500
    assert time.perf_counter() - begun < 20
    assert json.loads(outcome.notice_path.read_text())["number"] == 1


def test_a_public_notice_has_no_small_counts_and_whole_days(tmp_path):
    release(tmp_path / "out")
    few = pl.concat([withdrawn("p3", "p4"), withdrawn("p5", reason="region_exempt")])
    few = few.with_columns(pl.col("event_time") - timedelta(seconds=1))
    outcome = take_down(request(tmp_path, settings=ReleaseSettings()), few)
    assert outcome is not None
    assert outcome.notice.causes == {"rule": None, "withdrawal": None}
    assert outcome.notice.seconds_to_removal["longest"] == 3 * 86_400
    assert outcome.seconds_to_removal["longest"] == 2 * 86_400 + 1


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


@pytest.mark.parametrize(
    "uri", ["https://jane:secret@store.example/a", "mailto:jane@example.com", "s3://b/jane%40x.org"]
)
def test_a_uri_that_may_name_someone_is_not_registered(tmp_path, uri):
    folder = release(tmp_path / "out")
    made = Descendant(version="1.0.0", kind=DescendantKind.COPIED, uri=uri, registered_at=NOW)
    with pytest.raises(TakedownError, match="without user, password or mail address") as refused:
        register(folder.parent, made)
    assert "jane" not in str(refused.value)
    assert not (folder.parent / "descendants").exists()
