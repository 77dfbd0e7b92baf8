"""A build that must not publish stops with one line, and leaves the releases as they were."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.build import BuildError
from pipelines.cli.shared.exit_codes import ExitCode
from redaction.builds import assemble
from redaction.builds.redact import careers
from redaction.errors import DiscreetError
from redaction.release import Manifest, ShardWriter, verify
from redaction.replacement.k_anonymity import GeneralizedProfiles
from tests.network import Network
from tests.pipelines.running import CANARY, command, decisions_of, rows_of, run


def _cut(folder: Path) -> None:
    path = folder / "posts.parquet"
    path.write_bytes(path.read_bytes()[:-200])


def _wrong_type(folder: Path) -> None:
    pl.read_parquet(folder / "posts.parquet").with_columns(text=pl.lit(7)).write_parquet(folder / "posts.parquet")


def _no_ledger(folder: Path) -> None:
    (folder / "rights_events.parquet").unlink()


def _empty_ledger(folder: Path) -> None:
    path = folder / "rights_events.parquet"
    pl.read_parquet(path).clear().write_parquet(path)


def _no_bytes(folder: Path) -> None:
    (folder / "profiles.parquet").write_bytes(b"")


def _all_bad(folder: Path) -> None:
    path = folder / "posts.parquet"
    pl.read_parquet(path).with_columns(author_id=pl.lit(None, pl.String)).write_parquet(path)


def _open_key(folder: Path) -> None:
    (folder / "key").chmod(0o644)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_cut, "posts.parquet: is cut short"),
        (_wrong_type, "'text' is int32, text needs a string"),
        (_no_ledger, "inputs.rights_events.path: rights_events.parquet: no such"),
        (_empty_ledger, "rights_events"),
        (_no_bytes, "profiles.parquet: is empty"),
        (_all_bad, "rows_are_well_formed"),
        (_open_key, "mode 0644 lets others read the key"),
    ],
)
def test_a_run_with_bad_inputs_stops_and_publishes_nothing(tmp_path: Path, spoil: Any, message: str) -> None:
    config = Network().write(tmp_path)
    spoil(tmp_path)
    with pytest.raises(DiscreetError) as error:
        run(config)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "out").rglob("manifest.json"))


def test_an_output_that_cannot_be_written_is_one_line_and_exit_code_75(tmp_path: Path) -> None:
    config = Network().write(tmp_path, output="blocked/out")
    (tmp_path / "blocked").write_bytes(b"")
    done = command("build", str(config))
    assert done.returncode == ExitCode.REFUSED, done.stderr
    [line] = [line for line in done.stderr.splitlines() if line.startswith("discreet")]
    assert "correct its permissions, and run the command again" in line


def test_a_failed_build_does_not_change_the_last_release(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    release = run(config)
    network = Network()
    network.posts = [post | {"author_id": "nobody"} for post in network.posts]
    network.profiles = [profile | {"account_status": "closed"} for profile in network.profiles]
    network.write(tmp_path)
    with pytest.raises(BuildError, match="no record may be used"):
        run(config)
    assert verify(release).ok
    assert [p.name for p in release.parent.iterdir() if not p.name.startswith(".")] == ["1.0.0"]


def test_openlineage_reports_the_release_and_a_refusal(tmp_path: Path) -> None:
    config = {"release": {"openlineage": {"file": "lineage.jsonl"}}}
    run(Network().write(tmp_path, **config))
    strict = {"release": {**config["release"], "gates": {"canaries": ["timetable"], "max_set_aside": 0.0}}}
    with pytest.raises(BuildError, match=r"set_aside|canaries"):
        run(Network().write(tmp_path, **strict))
    events = [json.loads(line) for line in (tmp_path / "lineage.jsonl").read_text("utf-8").splitlines()]
    assert [event["eventType"] for event in events] == ["START", "COMPLETE", "START", "FAIL"]
    assert CANARY not in (tmp_path / "lineage.jsonl").read_text("utf-8")


def test_records_with_audit_findings_are_set_aside(tmp_path: Path) -> None:
    config = Network().write(tmp_path, release={"gates": {"canaries": ["winter timetable"], "max_set_aside": 0.5}})
    release = run(config)
    assert decisions_of(config)["p-old"] == ("drop", "found_by_audit")
    assert "winter" not in " ".join(rows_of(release)["text"])
    assert Manifest.read(release).sources["posts"].dropped["found_by_audit"] == 1


def test_staged_bytes_that_differ_from_the_audited_texts_are_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tampering(ShardWriter):
        def write(self, rows: Any) -> None:
            super().write(rows.with_columns(text=pl.col("text") + " says ada@example.com"))

    monkeypatch.setattr(assemble, "ShardWriter", Tampering)
    with pytest.raises(BuildError, match=r"gate (known|shape)_emails"):
        run(Network().write(tmp_path))
    assert not list((tmp_path / "out").rglob("manifest.json"))


def job(title: str) -> dict[str, Any]:
    return {"title": title, "description": "Looks after timetables all day long."}


def test_experience_that_is_not_generalized_is_never_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network()
    for profile, title in zip(network.profiles, ["engine driver", "signal operator"] * 4, strict=False):
        profile["experience"] = [job(title)]
    config = network.write(tmp_path, release={"gates": {"k": 2, "max_set_aside": 0.2}})
    monkeypatch.setattr(careers, "generalize", lambda profiles, *_: GeneralizedProfiles(profiles, {}))
    with pytest.raises(BuildError, match="gate set_aside"):
        run(config)
    assert not list((tmp_path / "out").rglob("manifest.json"))


def test_experience_is_generalized_to_k(tmp_path: Path) -> None:
    network = Network()
    for profile in network.profiles:
        profile["experience"] = [job("engine driver"), job(f"astronaut {profile['birth_date']}")]
    network.profiles[0]["experience"] = [job("engine driver"), job("signal operator")]
    release = run(network.write(tmp_path, release={"gates": {"k": 1}}))
    texts = rows_of(release).filter(field="experience")["text"]
    assert texts.to_list() == ["engine driver\nLooks after timetables all day long."] * 2
    assert {g.name: g.value for g in Manifest.read(release).gates}["k_anonymity"] == 0


@pytest.mark.parametrize(("least", "published"), [(0.5, True), (1.0, False)])
def test_a_detector_that_misses_too_much_publishes_nothing(tmp_path: Path, least: float, published: bool) -> None:
    labeled = [
        {"text": "Write to jane@example.com.", "spans": [{"start": 9, "end": 25, "label": "EMAIL_ADDRESS"}]},
        {"text": "The timetable is out.", "spans": [{"start": 4, "end": 13, "label": "EMAIL_ADDRESS"}]},
    ]
    (tmp_path / "labelled.jsonl").write_text("\n".join(json.dumps(each) for each in labeled), "utf-8")
    config = Network().write(tmp_path, release={"gates": {"labelled": ["labelled.jsonl"], "min_recall": least}})
    if published:
        assert [g.value for g in Manifest.read(run(config)).gates if g.name == "recall"] == [0.5]
    else:
        with pytest.raises(BuildError, match=r"gate recall measured 0\.5"):
            run(config)
        assert not list((tmp_path / "out").rglob("manifest.json"))
