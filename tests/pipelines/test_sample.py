"""The sample network, whole: what the release holds against the truth that the pipeline never reads."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import yaml

from pipelines.build import build
from redaction.builds import Build, OutcomeReason, decide_rights, open_inputs, prepare
from redaction.config import load_config
from redaction.release import Manifest, create_key_file, verify
from redaction.state.private_tables import RIGHTS
from tests.network import ROOT, paths_of

SAMPLES = ROOT / "data" / "samples"
KEYS = ["source", "source_id", "outcome"]
UNSEEN = ["language_unknown", "language_unsupported", "detection_failed", *OutcomeReason]
"""Reasons of later stages: the truth is about rights alone."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("sample")
    create_key_file(folder / "key")
    text = (ROOT / "configs" / "sample.yaml").read_text("utf-8").replace("data/samples", str(SAMPLES))
    settings = yaml.safe_load(text) | {"key": {"file": "key"}}
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(settings), "utf-8")
    yield path


@pytest.fixture(scope="module")
def release(config: Path) -> Path:
    build(config)
    return Path(str(paths_of(config).releases)) / "1.0.0"


def compared(found: pl.DataFrame) -> pl.DataFrame:
    """Join decisions with the truth (columns `decision_right`, `reason_right`)."""
    truth = pl.read_parquet(SAMPLES / "truth" / "decisions.parquet")
    sides = [
        frame.filter(pl.col("source_id").is_not_null() & (pl.col("reason") != "missing_id")).with_columns(
            outcome=pl.col("reason") == "duplicate_id"
        )
        for frame in (found, truth)
    ]
    return sides[0].join(sides[1], on=KEYS, how="full", suffix="_right", coalesce=True)


def wrong(both: pl.DataFrame) -> list[tuple[str, ...]]:
    same = (pl.col("decision") == pl.col("decision_right")) & (pl.col("reason") == pl.col("reason_right"))
    differ = both.filter(~same.fill_null(value=False))
    return differ.select(*KEYS, "decision", "reason", "decision_right", "reason_right").rows()


def test_rights_decide_as_the_ground_truth_says(config: Path) -> None:
    settings = load_config(config)
    read = prepare(settings, open_inputs(settings)).quarantined
    work = Build.open(settings)
    decide_rights(work)
    both = compared(pl.read_parquet(work.folder.file(RIGHTS)))
    unreadable = pl.col("decision_right") == "quarantine"
    assert wrong(both.filter(~unreadable.fill_null(value=False))) == []
    counts = json.loads((SAMPLES / "truth" / "counts.json").read_text("utf-8"))
    expected = dict(both.filter(unreadable).group_by("reason_right").len().iter_rows())
    assert dict(read.select("reason", "rows").iter_rows()) == expected | {"missing_id": counts["missing_id"]}


@pytest.mark.slow
def test_every_decision_matches_the_ground_truth(config: Path, release: Path) -> None:
    both = compared(pl.read_parquet(paths_of(config).state / release.name / "decisions.parquet"))
    later = pl.col("reason").is_in(UNSEEN) & (pl.col("decision_right") == "keep")
    assert wrong(both.filter(~later.fill_null(value=False))) == []
    assert both.filter(later).height < 0.2 * both.height


@pytest.mark.slow
def test_rows_without_an_id_are_counted(release: Path) -> None:
    counts = json.loads((SAMPLES / "truth" / "counts.json").read_text("utf-8"))
    manifest = Manifest.read(release)
    posts = pl.scan_parquet(SAMPLES / "posts" / "*.parquet").select(pl.len()).collect().item()
    assert manifest.sources["posts"].input == posts
    assert manifest.sources["posts"].quarantined["missing_id"] == counts["missing_id"]


@pytest.mark.slow
def test_no_private_message_is_in_any_byte(release: Path) -> None:
    canary = json.loads((SAMPLES / "truth" / "counts.json").read_text("utf-8"))["denied_canary"]
    messages = pl.read_parquet(SAMPLES / "posts" / "*.parquet").filter(pl.col("kind").str.contains("message"))
    assert messages["text"].str.contains(canary, literal=True).sum() > 100
    rows = pl.read_parquet(release / "data" / "*.parquet")
    assert not rows["text"].str.contains(canary, literal=True).any()
    assert not any(canary.encode() in path.read_bytes() for path in release.rglob("*") if path.is_file())


@pytest.mark.slow
def test_building_again_gives_the_same_bytes(config: Path, release: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in release.rglob("*")}
    build(config)
    assert sorted(path.name for path in release.parent.iterdir() if path.name[0] != ".") == ["1.0.0"]
    assert {path: path.stat().st_mtime_ns for path in release.rglob("*")} == before
    assert verify(release).ok
