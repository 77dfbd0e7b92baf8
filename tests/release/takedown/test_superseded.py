"""The signed mark of superseded releases; withdrawn releases have no rows, and are not damaged."""

import random
import shutil
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from redaction.release import Registry, verify
from redaction.release.errors import ManifestError, PublishError, ReleaseError
from redaction.release.history.diff import diff
from redaction.release.history.record_history import PrivateState
from redaction.release.history.trace import trace
from redaction.release.superseded import SUPERSEDED
from redaction.release.takedown import (
    Signer,
    SupersededReleases,
    Tombstones,
    mark_superseded,
    take_down,
    verify_beside_notices,
)
from redaction.release.takedown.notice import read_chain
from redaction.release.takedown.retire_releases import latest_replacements
from tests.release.making import MASTER, corpus_rows, release
from tests.release.takedown.requests import request, result_of, withdrawn

SIGNER = Signer(MASTER, "demo")


def marked(tmp_path: Path, *, withdraw: bool = False) -> SupersededReleases:
    return mark_superseded(Registry(tmp_path / "out", "demo"), SIGNER, withdraw=withdraw)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A release that a takedown has superseded, and marked."""
    folder = release(tmp_path / "out", takedown_key=SIGNER.public_key)
    result_of(tmp_path, "p3")
    assert marked(tmp_path) == SupersededReleases((), ("1.0.0",))
    return folder


def test_a_superseded_release_verifies_and_names_its_replacement(tmp_path, old):
    report = verify_beside_notices(old)
    assert report.ok
    assert report.superseded is not None
    assert (report.superseded.replacement, report.superseded.withdrawn, report.superseded.takedown) == (
        "2.0.0",
        False,
        "000001",
    )
    assert verify_beside_notices(tmp_path / "out" / "demo" / "2.0.0").superseded is None
    before = (old / SUPERSEDED).stat().st_mtime_ns
    marked(tmp_path)
    assert (old / SUPERSEDED).stat().st_mtime_ns == before, "marking twice is marking once"


def test_a_takedown_that_died_while_it_wrote_a_mark_damages_no_release(tmp_path, old, monkeypatch):
    result_of(tmp_path, "p4")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("died")))
    with pytest.raises(OSError, match="died"):
        marked(tmp_path)
    monkeypatch.undo()
    assert verify(old).ok
    assert marked(tmp_path).remaining == ("1.0.0", "2.0.0")
    assert {report.signatures for report in map(verify_beside_notices, sorted(old.parent.glob("[123].*")))} == {2, 3}


def test_a_takedown_that_died_before_it_removed_an_empty_folder_damages_no_release(tmp_path, old):
    marked(tmp_path, withdraw=True)
    (old / "data").mkdir()
    assert verify(old).ok
    marked(tmp_path, withdraw=True)
    assert not (old / "data").exists()
    (old / "other").mkdir()
    assert verify(old).problems == ("other/: not in the manifest",)


def test_the_last_of_several_takedowns_replaces_all_earlier_releases(tmp_path, old):
    result_of(tmp_path, "p4")
    assert marked(tmp_path).remaining == ("1.0.0", "2.0.0")
    assert latest_replacements(read_chain(old.parent)) == {"1.0.0": "3.0.0", "2.0.0": "3.0.0"}
    assert {r.superseded.replacement for r in Registry(tmp_path / "out", "demo").releases() if r.superseded} == {
        "3.0.0"
    }


def test_a_withdrawn_release_has_no_rows_and_verifies(tmp_path, old):
    assert marked(tmp_path, withdraw=True) == SupersededReleases(("1.0.0",), ())
    assert not list(old.rglob("*.parquet"))
    report = verify_beside_notices(old)
    assert (report.problems, report.rows) == ((), 0)
    assert report.superseded is not None
    assert report.superseded.withdrawn
    assert {p.name for p in old.iterdir()} == {
        "SHA256SUMS", "SUPERSEDED.json", "ab-2013.json", "ai-act.json", "assessment-evidence.json", "croissant.json",
        "manifest.json", "provenance.json", "report.json"
    }  # fmt: skip
    listed = [line.split("  ") for line in (old / "SHA256SUMS").read_text("ascii").splitlines()]
    assert {name: sha256((old / name).read_bytes()).hexdigest() for _, name in listed} == {n: d for d, n in listed}
    assert {name for _, name in listed} == {p.name for p in old.iterdir()} - {"SHA256SUMS", "SUPERSEDED.json"}
    (old / "SHA256SUMS").write_text("0  manifest.json\n", "ascii")
    assert verify_beside_notices(old).problems == ("SHA256SUMS: differs from the manifest",)
    assert marked(tmp_path) == SupersededReleases(("1.0.0",), ()), "what was withdrawn stays so"
    assert result_of(tmp_path, "p4").notice.releases[0].version == "2.0.0", "later takedowns pass it over"
    releases = Registry(tmp_path / "out", "demo").releases()
    with pytest.raises(ReleaseError, match="was withdrawn"):
        diff(releases[0], releases[1])
    with pytest.raises(PublishError, match="superseded by"):
        release(tmp_path / "out", takedown_key=SIGNER.public_key)


def test_an_interrupted_withdrawal_is_reported_and_completed_by_the_next(tmp_path, old):
    shard = next((old / "data").iterdir())
    content = shard.read_bytes()
    marked(tmp_path, withdraw=True)
    shard.parent.mkdir()
    shard.write_bytes(content)
    (problem,) = verify(old).problems
    assert problem.startswith(f"data/{shard.name}: still exists")
    marked(tmp_path)
    assert verify(old).ok


def test_a_trace_shows_former_positions_in_a_withdrawn_release(tmp_path, old):
    marked(tmp_path, withdraw=True)
    subject = pl.DataFrame({"source": ["posts"], "source_id": ["p3"], "decision": ["drop"], "reason": ["opted_out"]})
    stones = Tombstones.load(tmp_path / "state" / "tombstones.parquet", MASTER, "demo")
    (record,) = trace(Registry(tmp_path / "out", "demo"), "u", subject, PrivateState(MASTER, stones)).records
    (found,) = record.appearances
    assert (found.version, found.withdrawn, found.superseded_by, len(found.rows)) == ("1.0.0", True, "2.0.0", 1)
    assert record.since == found.as_of
    assert [(a.version, a.reason) for a in record.absences] == [("2.0.0", "taken_down")]


def test_every_changed_byte_of_the_mark_is_found(old):
    path = old / SUPERSEDED
    content = path.read_bytes()
    rng = random.Random(7)
    for position in {0, len(content) - 1, *(rng.randrange(len(content)) for _ in range(80))}:
        corrupted = bytearray(content)
        corrupted[position] ^= 1 << rng.randrange(8)
        path.write_bytes(corrupted)
        report = verify(old)
        assert not report.ok
        assert report.problems[0].startswith(SUPERSEDED)
    path.unlink()
    assert verify_beside_notices(old).problems[0].startswith(f"{SUPERSEDED}: missing")


def test_a_mark_signed_with_another_key_is_refused(old):
    mark = Registry(old.parents[1], "demo").release("1.0.0").superseded
    assert mark is not None
    forged = mark.model_copy(update={"withdrawn": True}).signed(Signer(bytes(range(32, 64)), "demo"))
    forged.write(old)
    shutil.rmtree(old / "data")
    assert verify(old).problems[0].startswith(f"{SUPERSEDED}: the signature")
    with pytest.raises(ManifestError, match="signature"):
        Registry(old.parents[1], "demo").release("1.0.0")


def test_the_mark_of_another_release_is_refused(tmp_path, old):
    release(tmp_path / "out", corpus_rows(12, 0, "1.0.1"), version="1.0.1", takedown_key=SIGNER.public_key)
    shutil.copy(old / SUPERSEDED, old.parent / "1.0.1" / SUPERSEDED)
    assert "another release" in verify(old.parent / "1.0.1").problems[0]
    assert verify(old, Signer(bytes(range(32, 64)), "demo").public_key).problems, "not by the key that was asked for"


def test_a_deleted_release_does_not_stop_takedowns(tmp_path, old):
    shutil.rmtree(old)
    assert marked(tmp_path, withdraw=True) == SupersededReleases((), ())
    assert take_down(request(tmp_path), withdrawn("p3")) is None


def test_a_given_key_is_checked_without_any_takedown(tmp_path):
    folder = release(tmp_path / "out", takedown_key=SIGNER.public_key)
    assert verify_beside_notices(folder, SIGNER.public_key).ok
    assert verify_beside_notices(folder, SIGNER.public_key.upper()).ok
    assert verify_beside_notices(folder, "0" * 64).problems == (
        f"manifest.json: names {SIGNER.public_key} for takedowns, not {'0' * 64}",
    )
    for malformed in ("", "abc", "g" * 64, f"0x{SIGNER.public_key}"):
        with pytest.raises(ReleaseError, match="64 hex digits"):
            verify_beside_notices(folder, malformed)
        with pytest.raises(ReleaseError, match="64 hex digits"):
            read_chain(folder.parent, malformed)
    (tmp_path / "other").mkdir()
    unsigned = release(tmp_path / "other")
    assert verify_beside_notices(unsigned, SIGNER.public_key).problems[0].startswith("manifest.json: names no key")
