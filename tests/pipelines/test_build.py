"""A build, on real parts: Parquet, spaCy, Presidio, a Dagster instance on disk."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import datasets
import polars as pl
import polars.selectors as cs

from redaction.release import Manifest, verify
from tests.network import MAY, Network, paths_of
from tests.pipelines.running import CANARY, KEPT, command, decisions_of, findings_of, rows_of, run


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


def _run_snippet(release: Path) -> subprocess.CompletedProcess[str]:
    """Run the code of the card as a reader would, and print the number of rows by each of the three libraries."""
    [code] = re.findall(r"^```python\n(.*?)^```$", (release / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    code = code.replace("path/to/this/folder", str(release))
    others = "import pandas, datasets\nprint(rows.height, len(pandas.read_parquet(folder / 'data')), end=' ')\n"
    others += "print(datasets.load_dataset(str(folder), split='train').num_rows)"
    home = {**os.environ, "HF_HOME": str(release.parent / "cache")}
    return subprocess.run(
        [sys.executable, "-c", f"{code}\n{others}"], capture_output=True, text=True, check=False, env=home
    )


def test_the_code_of_the_card_reads_the_rows_and_refuses_what_a_takedown_replaced(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    release = shutil.copytree(built[1], tmp_path / "1.0.0")
    number = rows_of(release).height
    done = _run_snippet(release)
    assert (done.stdout.split(), done.returncode) == ([str(number)] * 3, 0), done.stderr
    (release / "SUPERSEDED.json").write_text('{"replacement": "2.0.0"}', "utf-8")
    done = _run_snippet(release)
    assert (done.returncode, done.stderr.strip()) == (1, "a takedown replaced this: use version 2.0.0")


def test_building_twice_with_one_key_gives_the_same_bytes(built: tuple[Path, Path], tmp_path: Path) -> None:
    config, release = built
    before = {p.relative_to(release): p.read_bytes() for p in release.rglob("*") if p.is_file()}
    (tmp_path / "key").write_bytes((config.parent / "key").read_bytes())
    (tmp_path / "key").chmod(0o600)
    again = run(
        Network().write(tmp_path, execution={"workers": 2, "chunk_rows": 1}, release={"quality": {"shipped_set": True}})
    )
    assert {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()} == before


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
    assert second.name == "2.0.0"
    assert detected(config, "2.0.0") == 1
    assert "[PERSON_1]" in " ".join(rows_of(second)["text"])
    left = {i for i, (decision, _) in decisions_of(config, "2.0.0").items() if decision == "keep"}
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
    run(config, as_of="2025-05-02T00:00:00Z", version="2.0.0")
    assert decisions_of(config, "2.0.0")["p-out"] == ("drop", "opted_out")


def test_a_folder_whose_name_looks_like_a_pattern_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "[run] 2"
    folder.mkdir()
    config = Network().write(folder)
    assert rows_of(run(config)).height > 0
    for arguments in (
        ["explain", str(config), "p-ada"],
        ["trace", str(config), "ada", "--as-of", "2025-06-30T00:00:00Z"],
    ):
        assert command(*arguments).returncode == 0
    taken = command("takedown", str(config), "--as-of", "2025-06-30T00:00:00Z", "--yes")
    assert taken.returncode == 0, taken.stderr
