"""The main job, on real parts: Parquet, spaCy, Presidio, a Dagster instance on disk."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import datasets
import polars as pl
import polars.selectors as cs
import pytest

from pipelines.build import BuildError, build
from pipelines.cli import app
from redaction.builds import assemble, instant_of
from redaction.builds.redact import record_texts
from redaction.errors import DiscreetError
from redaction.release import Manifest, ShardWriter, verify
from redaction.replacement.k_anonymity import GeneralizedProfiles
from redaction.state import PlanError
from redaction.storage import StoragePath, list_names, scan
from tests.network import MAY, Network, paths_of

CANARY = "zanzibarcanary"
KEPT = {"p-ada", "p-ben", "p-old", "p-may"}


@pytest.fixture(autouse=True)
def _own_dagster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)


def run(config: Path, as_of: str | None = None, version: str | None = None) -> Path:
    return Path(str(build(config, as_of, version)))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        config = Network().write(tmp_path_factory.mktemp("net"))
        yield config, run(config)


def rows_of(release: StoragePath) -> pl.DataFrame:
    return scan([release / "data" / name for name in list_names(release / "data")]).collect()


def decisions_of(config: Path, version: str = "1.0.0") -> dict[str, tuple[str, str]]:
    frame = pl.read_parquet(paths_of(config).state / version / "decisions.parquet")
    return {row["source_id"]: (row["decision"], row["reason"]) for row in frame.iter_rows(named=True)}


def test_only_what_may_be_used_is_released(built: tuple[Path, Path]) -> None:
    config, release = built
    decisions = decisions_of(config)
    assert {i for i, (decision, _) in decisions.items() if decision == "keep"} == KEPT | {"ada", "ben"}
    assert decisions["p-eva"] == ("drop", "region_exempt")
    assert decisions["p-re-eva"] == ("drop", "parent_protected")
    assert decisions["p-msg"] == ("drop", "kind_denied")
    assert decisions["p-null"] == ("quarantine", "missing_text")
    assert rows_of(release)["record_id"].n_unique() == len(KEPT) + 2


def test_no_protected_text_is_in_any_written_byte(built: tuple[Path, Path]) -> None:
    config, _ = built
    for path in (p for name in ("out", "state") for p in (config.parent / name).rglob("*") if p.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content = pl.read_parquet(path).select(~cs.binary()).write_json().encode()
        assert CANARY.encode() not in content, path
        assert b"Gonzalez" not in content, path


def test_personal_data_is_replaced_in_kept_records(built: tuple[Path, Path]) -> None:
    texts = " ".join(rows_of(built[1])["text"])
    assert "[PERSON_1]" in texts
    assert "[EMAIL_ADDRESS_1]" in texts
    assert "ada@example.com" not in texts
    assert "The winter timetable is out." in texts


def test_every_row_is_accounted_for(built: tuple[Path, Path]) -> None:
    manifest = Manifest.read(built[1])
    network = Network()
    assert manifest.sources["posts"].input == len(network.posts)
    assert manifest.sources["profiles"].input == len(network.profiles)
    for counts in manifest.sources.values():
        assert counts.input == counts.kept + sum(counts.dropped.values()) + sum(counts.quarantined.values())


def test_the_release_opens_without_further_steps(built: tuple[Path, Path], tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(built[1]), split="train", cache_dir=str(tmp_path))
    assert loaded.num_rows == rows_of(built[1]).height
    assert verify(built[1]).ok


def test_building_twice_with_one_key_gives_the_same_bytes(built: tuple[Path, Path], tmp_path: Path) -> None:
    config, release = built
    before = {p.relative_to(release): p.read_bytes() for p in release.rglob("*") if p.is_file()}
    (tmp_path / "key").write_bytes((config.parent / "key").read_bytes())
    (tmp_path / "key").chmod(0o600)
    again = run(Network().write(tmp_path, execution={"workers": 2, "chunk_rows": 1}))
    assert {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()} == before


def findings_of(config: Path) -> pl.DataFrame:
    return pl.read_parquet(list((paths_of(config).state / "findings").rglob("*.parquet")))


def detected(config: Path, version: str) -> int:
    reports = (paths_of(config).state / version / "redacted").rglob("done.json")
    return sum(json.loads(path.read_text("utf-8"))["detected"] for path in reports)


def test_stored_spans_are_not_detected_again(tmp_path: Path) -> None:
    network = Network()
    first = run(network.write(tmp_path))
    config = tmp_path / "config.yaml"
    assert detected(config, "1.0.0") == rows_of(first).height
    network.posts[1]["text"] = "Thanks, Maria Gonzalez, for the launch last week, it was a pleasure."
    network.rights_events.append(network.rights_events[0] | {"event_id": "e3", "subject_id": "ada"})
    second = run(network.write(tmp_path))
    assert second.name == "1.1.0"
    assert detected(config, "1.1.0") == 1
    assert "[PERSON_1]" in " ".join(rows_of(second)["text"])
    left = {i for i, (decision, _) in decisions_of(config, "1.1.0").items() if decision == "keep"}
    assert set(findings_of(config)["source_id"]) == left
    assert "p-ada" not in left


def test_an_unchanged_build_keeps_its_version(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    assert run(config).name == run(config).name == "1.0.0"


def test_another_dataset_by_config_alone(built: tuple[Path, Path], tmp_path: Path) -> None:
    network = Network()
    theirs = {"post_id": "id", "author_id": "member", "text": "body", "created_at": "ts"}
    config = network.write(tmp_path, inputs={"posts": {"path": "theirs/*.parquet", "columns": theirs}})
    (tmp_path / "theirs").mkdir()
    frame = (
        pl.read_parquet(tmp_path / "posts.parquet").rename(theirs).drop("title", "url").with_columns(likes=pl.lit(3))
    )
    frame.write_parquet(tmp_path / "theirs" / "a.parquet")
    texts = set(rows_of(run(config)).filter(pl.col("field") == "text")["text"])
    assert texts == set(rows_of(built[1]).filter(pl.col("field") == "text")["text"])


def test_rights_are_decided_at_as_of(tmp_path: Path) -> None:
    network = Network()
    network.rights_events[0] |= {"event_time": MAY, "received_at": MAY}
    config = network.write(tmp_path)
    run(config, as_of="2025-05-01T23:59:59.999999Z", version="1.0.0")
    assert decisions_of(config)["p-out"] == ("keep", "eligible")
    run(config, as_of="2025-05-02T00:00:00Z", version="1.1.0")
    assert decisions_of(config, "1.1.0")["p-out"] == ("drop", "opted_out")


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


def command(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `discreet` in this process, which has loaded its libraries; the environment is restored afterwards."""
    out, err, environment = io.StringIO(), io.StringIO(), dict(os.environ)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["discreet", *args])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape"))))
        try:
            app()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            os.environ.clear()
            os.environ.update(environment)
    return subprocess.CompletedProcess(args, code, out.getvalue(), err.getvalue())


def test_the_last_line_of_a_build_is_its_folder(tmp_path: Path) -> None:
    done = command("build", str(Network().write(tmp_path)), "--version", "2.0.0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(tmp_path / "out" / "tiny" / "2.0.0")
    assert "region_exempt" in done.stdout


def test_a_mistake_gives_a_one_line_error_and_a_nonzero_exit_code(tmp_path: Path) -> None:
    config = Network().write(tmp_path, rights={"polisy": "x"})
    done = command("build", str(config))
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        f"discreet: {config}: rights.polisy: unknown key; " + done.stderr.strip().split("key; ")[1]
    ]
    assert "choose from policy" in done.stderr


def test_verify_names_the_file(built: tuple[Path, Path], tmp_path: Path) -> None:
    copy = tmp_path / "release"
    copy.mkdir()
    for path in (p for p in built[1].rglob("*") if p.is_file()):
        target = copy / path.relative_to(built[1])
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    assert command("verify", str(copy)).returncode == 0
    shard = next((copy / "data").iterdir())
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    done = command("verify", str(copy))
    assert done.returncode == 1
    assert f"data/{shard.name}" in done.stdout


@pytest.mark.parametrize("record", ["p-re-eva", "p-null", "out", "p-ada"])
def test_explain_shows_the_reason_and_no_text(built: tuple[Path, Path], record: str) -> None:
    config, _ = built
    done = command("explain", str(config), record)
    assert done.returncode == 0, done.stderr
    assert decisions_of(config)[record][1] in done.stdout
    assert CANARY not in done.stdout
    assert "Okafor" not in done.stdout


def test_a_build_names_the_private_file_of_the_counts_that_are_withheld(tmp_path: Path) -> None:
    config = Network().write(tmp_path, release={"card": {"smallest_count": 3}})
    done = command("build", str(config), "--version", "1.0.0")
    assert "withheld" in done.stdout, "the table has small numbers"
    line = next(line for line in done.stdout.splitlines() if line.startswith("Small numbers are withheld"))
    assert json.loads(Path(line.rpartition(": ")[2]).read_text("utf-8"))["posts"]


@pytest.mark.parametrize("written", ["2025-06-30", "2025-06-30T00:00:00", "2025-06-30Z"])
def test_an_instant_without_a_zone_is_refused_with_the_text_to_write(written: str) -> None:
    with pytest.raises(PlanError, match=r"write it as 2025-06-30T00:00:00Z$"):
        instant_of(written)


def test_a_file_to_redact_that_does_not_exist_is_named(tmp_path: Path) -> None:
    done = command("redact", str(tmp_path / "nosuch.txt"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "nosuch.txt: no such file" in done.stderr


def test_redact_returns_one_line_per_line() -> None:
    lines = [
        json.dumps({"id": 1, "text": "Write to jane@example.com today", "language": "en"}),
        "not json",
        json.dumps({"id": "x", "text": ""}),
        json.dumps({"id": 2}),
    ]
    done = command("redact", "--jsonl", stdin="\n".join(lines) + "\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(lines)
    assert rows[0]["text"] == "Write to [EMAIL_ADDRESS_1] today"
    [span] = rows[0]["spans"]
    assert (span["start"], span["end"], span["entity_type"]) == (9, 25, "EMAIL_ADDRESS")
    assert set(span) == {"start", "end", "entity_type", "score", "recognizer"}
    assert rows[2]["text"] == ""
    assert [row.get("error") for row in rows] == [None, "not_json", None, "missing_text"]
    assert done.returncode == 1


def test_redact_refuses_text_that_is_not_utf8(tmp_path: Path) -> None:
    odd = tmp_path / "latin.txt"
    odd.write_bytes("Grüße an Jane".encode("latin-1"))
    plain, lines = command("redact", str(odd)), command("redact", "--jsonl", str(odd))
    assert plain.returncode == lines.returncode == 1
    assert plain.stderr == "discreet: the text is not UTF-8; convert it first\n"
    assert json.loads(lines.stdout)["error"] == "not_json"


def test_redact_takes_plain_text() -> None:
    done = command("redact", stdin="Please write to jane@example.com about the slides.\n")
    assert done.stdout == "Please write to [EMAIL_ADDRESS_1] about the slides.\n"
    assert done.returncode == 0


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
    monkeypatch.setattr(record_texts, "generalize", lambda profiles, *_: GeneralizedProfiles(profiles, {}))
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
