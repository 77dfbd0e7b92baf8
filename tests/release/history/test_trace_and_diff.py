import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from redaction.release import Registry, ReleaseSettings, derive_release_key
from redaction.release.errors import ReleaseError
from redaction.release.history.diff import PrivateDecisions, diff
from redaction.release.history.record_history import PrivateState
from redaction.release.history.trace import trace
from redaction.release.history.trace_report import Verdict
from redaction.release.takedown import WITHDRAWN, Signer, TakedownRequest, Tombstones, mark_superseded, take_down
from tests.release.making import EXACT, MASTER, corpus_rows, release

NOW = datetime(2025, 7, 10, tzinfo=UTC)
SUBJECT = pl.DataFrame(
    {
        "source": ["posts", "posts", "profiles"],
        "source_id": ["p3", "p77", "u1"],
        "decision": ["drop", "drop", "keep"],
        "reason": ["opted_out", "kind_denied", "eligible"],
    }
)
EVERYONE = pl.DataFrame(
    [("posts", f"p{i}") for i in range(60)] + [("profiles", f"u{i}") for i in range(9)],
    schema=["source", "source_id"],
    orient="row",
)


def take_down_posts(tmp_path: Path, *ids: str) -> None:
    withdrawn = pl.DataFrame([("posts", i, "opted_out", NOW) for i in ids], schema=WITHDRAWN, orient="row")
    order = TakedownRequest(
        tmp_path, "demo", tmp_path / "state" / "stones", MASTER, NOW, NOW, "run", settings=ReleaseSettings(card=EXACT)
    )
    assert take_down(order, withdrawn) is not None


def state(tmp_path: Path, master: bytes = MASTER) -> PrivateState:
    return PrivateState(master, Tombstones.load(tmp_path / "state" / "stones", master, "demo"))


def test_a_subject_is_traced_through_every_release(tmp_path):
    release(tmp_path)
    release(tmp_path, corpus_rows(2, 5, "1.1.0"), version="1.1.0")
    take_down_posts(tmp_path, "p1")
    report = trace(Registry(tmp_path, "demo"), "u1", SUBJECT, state(tmp_path))
    post, other, profile = report.records
    assert [a.version for a in post.appearances] == ["1.0.0"]
    assert other.appearances == ()
    assert [(a.version, a.superseded_by) for a in profile.appearances] == [
        ("1.0.0", "2.0.0"),
        ("1.1.0", "2.0.0"),
        ("2.0.0", None),
    ]
    position = post.appearances[0].rows[0]
    rows = pl.read_parquet(tmp_path / "demo" / "1.0.0" / position.path)
    assert rows["text"][position.row] == "Text 3 [PERSON_1]"
    assert [p.field for p in profile.appearances[0].rows] in (["about", "headline"], ["headline", "about"])
    lines = list(report.lines(every=True))
    place = lines.index("posts p77: now drop (kind_denied)")
    assert lines[place + 1] == "  in no release"
    assert any("superseded by 2.0.0" in line for line in lines)
    assert report.readable == {"1.0.0": 2, "1.1.0": 1, "2.0.0": 1}
    assert (
        report.answer
        == "Not gone: 2 records of u1 readable in 1.0.0, 1.1.0 and 2.0.0. 1 of 2 may be used now (opted_out 1)."
    )
    assert json.loads(report.model_dump_json())["verdict"] == "not_gone"


def test_an_unknown_subject_has_no_record(tmp_path):
    release(tmp_path)
    report = trace(Registry(tmp_path, "demo"), "x", SUBJECT.clear(), state(tmp_path))
    assert report.verdict is Verdict.UNKNOWN
    assert report.answer.startswith("Unknown: x is in no profile, post, event, signal, release or takedown of demo")
    assert list(report.lines(every=True)) == []
    known = PrivateState(MASTER, state(tmp_path).tombstones, known_in={"rights_events": 1})
    report = trace(Registry(tmp_path, "demo"), "x", SUBJECT.clear(), known)
    assert report.answer == "Never released: no release of demo has held a record of x."
    assert "known in: 1 rights event" in report.lines()


def test_a_trace_counts_removed_records_from_the_tombstones_alone(tmp_path):
    release(tmp_path)
    take_down_posts(tmp_path, "p3", "p4")
    whose = pl.DataFrame([("posts", "p3", "u1")], schema=["source", "source_id", "subject_id"], orient="row")
    stones = state(tmp_path).tombstones.with_subjects(whose)
    stones.save(tmp_path / "state" / "stones")
    report = trace(Registry(tmp_path, "demo"), "u1", SUBJECT.clear(), state(tmp_path))
    assert report.answer == "Not gone: up to 1 removed record of u1 readable in 1.0.0."
    assert report.must_go
    assert "takedown 000001 of 2025-07-10 removed 1 post" in report.lines()
    mark_superseded(Registry(tmp_path, "demo"), Signer(MASTER, "demo"), withdraw=True)
    report = trace(Registry(tmp_path, "demo"), "u1", SUBJECT.clear(), state(tmp_path))
    assert (report.verdict, report.must_go) == (Verdict.GONE, False)
    assert report.answer == "Gone: no record of u1 can be read in any release of demo."
    (post, *_) = trace(Registry(tmp_path, "demo"), "u1", SUBJECT, state(tmp_path)).records
    assert post.takedown == "000001"
    assert not {"u1", "p3"} & set(pl.read_parquet(tmp_path / "state" / "stones").unpivot()["value"])


def test_a_trace_needs_the_right_key(tmp_path):
    release(tmp_path)
    report = trace(Registry(tmp_path, "demo"), "u1", SUBJECT, state(tmp_path, MASTER[::-1]))
    assert not any(record.appearances for record in report.records)


def test_a_successor_is_compared_without_a_key(tmp_path):
    release(tmp_path)
    take_down_posts(tmp_path, "p1", "p2")
    old, new = Registry(tmp_path, "demo").releases()
    report = diff(old, new)
    assert report.removed == {"posts": 2}
    assert (report.added, report.changed) == ({}, {})
    assert report.same == {"posts": 28, "profiles": 5}
    assert report.reasons == {"posts": {"taken_down": (0, 2)}}
    assert "removed: 2 posts" in report.to_text()
    assert report.reasons_from == "takedown"
    assert report.removed_for == {"posts": {"taken_down": 2}}
    back = diff(new, old, each=True)
    assert (back.added, back.added_for) == ({"posts": 2}, {"posts": {"taken_down": 2}})
    gone = {derive_release_key(MASTER, "demo", "1.0.0").record_id("posts", i) for i in ("p1", "p2")}
    assert {(r.state, r.before, r.after) for r in back.records} == {("added", None, i) for i in gone}


def test_two_builds_are_compared_with_the_key_only(tmp_path):
    release(tmp_path)
    rows = corpus_rows(40, 3, "1.1.0")
    texts = pl.when(pl.col("text") == "Text 7 [PERSON_1]").then(pl.lit("Text 7")).otherwise("text")
    release(tmp_path, rows.with_columns(text=texts, detector=pl.lit("e" * 64)), version="1.1.0")
    old, new = Registry(tmp_path, "demo").releases()
    with pytest.raises(ReleaseError, match="no id in common"):
        diff(old, new)
    report = diff(old, new, PrivateDecisions(MASTER, EVERYONE))
    assert report.added == {"posts": 10}
    assert report.removed == {"profiles": 2}
    assert report.changed == {"posts": 1}
    assert report.same == {"posts": 29, "profiles": 3}
    assert (report.before.detectors, report.after.detectors) == (("d" * 64,), ("e" * 64,))
    assert report.changed_for == {"posts": {"detector": 1}}
    assert report.reasons_from == "counts"
    assert report.removed_for == {"profiles": {"not_known": 2}}
    assert "the state has no decisions of a build" in report.to_text()
    assert report.records == ()


def test_a_number_that_one_manifest_withholds_is_not_shown_as_none(tmp_path):
    release(tmp_path)
    take_down_posts(tmp_path, "p1", "p2")
    old, new = Registry(tmp_path, "demo").releases()
    posts = old.manifest.sources["posts"].model_copy(
        update={"dropped": {"withheld": 12, "opted_out": 20}, "withheld": ("dropped/objected", "dropped/taken_down")}
    )
    sources = old.manifest.sources | {"posts": posts}
    before = replace(old, manifest=old.manifest.model_copy(update={"sources": sources}))
    report = diff(before, new)
    assert report.reasons["posts"]["taken_down"] == (None, 2)
    assert "dropped posts as taken_down: withheld -> 2" in report.to_text()


def decided(**reasons: str) -> pl.DataFrame:
    """The decisions of a build: all records kept, except those with a reason."""
    reason = pl.col("source_id").replace_strict(reasons, default="eligible")
    return EVERYONE.with_columns(reason=reason).with_columns(
        decision=pl.when(reason="eligible").then(pl.lit("keep")).otherwise(pl.lit("drop"))
    )


def test_the_reasons_of_two_builds_come_from_their_decisions(tmp_path):
    release(tmp_path)
    release(tmp_path, corpus_rows(33, 3, "1.1.0"), version="1.1.0")
    old, new = Registry(tmp_path, "demo").releases()
    before, after = decided(p30="not_opted_in", p31="kind_denied"), decided(u3="opted_out", u4="erased")
    held = PrivateDecisions(MASTER, EVERYONE, before.filter(pl.col("source_id") != "p32"), after)
    report = diff(old, new, held, each=True)
    assert report.reasons_from == "decisions"
    assert report.removed_for == {"profiles": {"erased": 1, "opted_out": 1}}
    assert report.added_for == {"posts": {"kind_denied": 1, "not_in_inputs": 1, "not_opted_in": 1}}
    assert "added posts left out before as not_opted_in: 1" in report.to_text()
    assert "removed profiles as opted_out: 1" in report.to_text()
    key = derive_release_key(MASTER, "demo", "1.0.0")
    assert {r.before: r.reason for r in report.records if r.state == "removed"} == {
        key.record_id("profiles", "u3"): "opted_out",
        key.record_id("profiles", "u4"): "erased",
    }
    assert not {"u3", "u4", "p30"} & set(json.dumps(report.model_dump()).replace('"', " ").split())


def test_a_record_taken_down_from_a_later_build_has_that_reason(tmp_path):
    release(tmp_path)
    release(tmp_path, version="1.1.0")
    take_down_posts(tmp_path, "p1")
    old, _, new = Registry(tmp_path, "demo").releases()
    report = diff(old, new, PrivateDecisions(MASTER, EVERYONE, decided(), decided(p1="tombstoned")))
    assert report.removed_for == {"posts": {"taken_down": 1}}


def test_records_erased_from_the_state_are_counted_separately(tmp_path):
    release(tmp_path)
    release(tmp_path, version="1.1.0")
    old, new = Registry(tmp_path, "demo").releases()
    report = diff(old, new, PrivateDecisions(MASTER, EVERYONE.filter(pl.col("source_id") != "p1")))
    assert report.forgotten == {"posts": (1, 1)}
    assert (report.added, report.removed) == ({}, {})
    assert report.same == {"posts": 29, "profiles": 5}


def test_an_added_field_is_a_change(tmp_path):
    release(tmp_path)
    less = corpus_rows(30, 5, "1.1.0").filter(pl.col("text") != "Works, about 1")
    release(tmp_path, less, version="1.1.0")
    old, new = Registry(tmp_path, "demo").releases()
    report = diff(old, new, PrivateDecisions(MASTER, EVERYONE))
    assert (report.changed, report.changed_for) == ({"profiles": 1}, {"profiles": {"fields": 1}})


def test_two_builds_of_one_version_are_not_a_takedown(tmp_path):
    release(tmp_path / "a")
    release(tmp_path / "b", corpus_rows(28, 5))
    (old,), (new,) = (Registry(tmp_path / name, "demo").releases() for name in "ab")
    with pytest.raises(ReleaseError, match="--config"):
        diff(old, new)
    report = diff(old, new, PrivateDecisions(MASTER, EVERYONE))
    assert report.removed_for == {"posts": {"not_known": 2}}
    assert report.same == {"posts": 28, "profiles": 5}


def test_a_release_equals_itself(tmp_path):
    release(tmp_path)
    (found,) = Registry(tmp_path, "demo").releases()
    report = diff(found, found)
    assert (report.reasons_from, report.same) == ("same", {"posts": 30, "profiles": 5})
    assert "both are the same release" in report.to_text()


def test_a_trace_distinguishes_taken_down_from_never_released(tmp_path):
    release(tmp_path)
    take_down_posts(tmp_path, "p3")
    past = pl.DataFrame(
        [("1.0.0", "posts", "p77", "kind_denied"), ("2.0.0", "posts", "p77", "from a build that failed")],
        schema=["version", "source", "source_id", "reason"],
        orient="row",
    )
    kept = state(tmp_path)
    records = trace(Registry(tmp_path, "demo"), "u1", SUBJECT, PrivateState(MASTER, kept.tombstones, past)).records
    reasons = {r.source_id: {a.version: a.reason for a in r.absences} for r in records}
    assert reasons["p3"] == {"2.0.0": "taken_down"}
    assert reasons["p77"] == {"1.0.0": "kind_denied", "2.0.0": "kind_denied"}
    without_past = trace(Registry(tmp_path, "demo"), "u1", SUBJECT, kept).records
    assert {a.reason for r in without_past if r.source_id == "p77" for a in r.absences} == {None}


def test_a_withdrawn_release_held_its_records_until_it_was_withdrawn(tmp_path):
    release(tmp_path)
    take_down_posts(tmp_path, "p3")
    mark_superseded(Registry(tmp_path, "demo"), Signer(MASTER, "demo"), withdraw=True)
    kept = [("1.0.0", "posts", "p3", "eligible"), ("1.0.0", "posts", "p77", "kind_denied")]
    past = pl.DataFrame(
        [*kept, ("1.0.0", "profiles", "u1", "eligible")],
        schema=["version", "source", "source_id", "reason"],
        orient="row",
    )
    private = PrivateState(MASTER, state(tmp_path).tombstones, past)
    report = trace(Registry(tmp_path, "demo"), "u1", SUBJECT, private)
    post, never, profile = report.records
    assert [(a.version, a.withdrawn) for a in post.appearances] == [("1.0.0", True)]
    assert [(a.version, a.reason) for a in post.absences] == [("2.0.0", "taken_down")]
    assert [(a.version, a.reason) for a in never.absences] == [("1.0.0", "kind_denied"), ("2.0.0", "kind_denied")]
    assert [(a.version, a.withdrawn) for a in profile.appearances] == [("1.0.0", True), ("2.0.0", False)]
    assert profile.absences == ()
    assert profile.appearances[0].record_id == profile.appearances[1].record_id
    assert report.readable == {"2.0.0": 1}
    assert "release 1.0.0, as of 2025-06-30, superseded by 2.0.0: 2 records held until withdrawn" in report.lines()


def test_what_an_earlier_takedown_removed_was_not_in_a_later_release(tmp_path):
    release(tmp_path)
    take_down_posts(tmp_path, "p3")
    take_down_posts(tmp_path, "p4")
    mark_superseded(Registry(tmp_path, "demo"), Signer(MASTER, "demo"), withdraw=True)
    past = pl.DataFrame(
        [("1.0.0", "posts", "p3", "eligible")], schema=["version", "source", "source_id", "reason"], orient="row"
    )
    post, *_ = trace(
        Registry(tmp_path, "demo"), "u1", SUBJECT, PrivateState(MASTER, state(tmp_path).tombstones, past)
    ).records
    assert [a.version for a in post.appearances] == ["1.0.0"]
    assert [(a.version, a.reason) for a in post.absences] == [("2.0.0", "taken_down"), ("3.0.0", "taken_down")]


def test_unknown_rights_leave_the_releases_known(tmp_path):
    release(tmp_path)
    unknown = SUBJECT.with_columns(decision=pl.lit("unknown"), reason=pl.lit(None, pl.String))
    private = PrivateState(MASTER, state(tmp_path).tombstones, rights_unknown="the ledger is too old")
    report = trace(Registry(tmp_path, "demo"), "u1", unknown, private)
    assert report.answer == ("Not gone: 2 records of u1 readable in 1.0.0. Whether they may be used now is unknown.")
    assert "rights now unknown: the ledger is too old" in report.lines()
