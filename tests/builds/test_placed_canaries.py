"""Canaries in a release: read by whoever trains, counted nowhere, and the same for the same key."""

import json
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from redaction.builds.report import report_of
from redaction.config import ConfigError, load_config
from redaction.release import Manifest
from redaction.release.verify import verify
from redaction.state.stores.canary_store import stored_canaries
from tests.network import Network, paths_of
from tests.releases import release

PLACED = 12


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Network().write(tmp_path_factory.mktemp("net"), release={"canaries": PLACED})
    release(path)
    return path


@pytest.fixture(scope="module")
def folder(config: Path) -> Path:
    return Path(str(paths_of(config).releases)) / "1.0.0"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(Network().write(tmp_path_factory.mktemp("plain")))


def placed_texts(config: Path, version: str = "1.0.0") -> dict[str, str]:
    return {each.record_id: each.text for each in stored_canaries(paths_of(config), version) if each.record_id}


def test_whoever_loads_the_rows_reads_the_canaries_as_rows_like_others(config: Path, folder: Path) -> None:
    loaded = pd.read_parquet(folder / "data")
    canaries = loaded[loaded["record_id"].isin(placed_texts(config))]
    assert dict(zip(canaries["record_id"], canaries["text"], strict=True)) == placed_texts(config)
    assert len(canaries) == PLACED
    others = loaded[~loaded["record_id"].isin(placed_texts(config)) & (loaded["source"] == "posts")]
    for column in ("source", "kind", "field", "policy", "detector", "release", "month"):
        assert set(canaries[column]) <= set(others[column]), column


def test_counts_are_those_of_a_release_without_canaries(folder: Path, plain: Path) -> None:
    manifest, without = Manifest.read(folder), Manifest.read(plain)
    assert manifest.canaries is not None
    assert (manifest.canaries.placed, manifest.rows) == (PLACED, without.rows + PLACED)
    assert (manifest.sources, manifest.fields, manifest.texts) == (without.sources, without.fields, without.rows)
    contents = [(path / "README.md").read_text().split("## What is in it")[1] for path in (folder, plain)]
    table = [text.split("Examples:")[0].split(f"{PLACED} more rows")[0].strip() for text in contents]
    assert table[0] == table[1]


def test_the_report_of_the_build_counts_no_canary(config: Path, plain: Path) -> None:
    settings = load_config(config)
    made = report_of(settings, paths_of(config).registry.release("1.0.0"))
    assert made.texts == Manifest.read(plain).rows


def test_card_and_report_say_that_there_are_canaries_and_not_which(config: Path, folder: Path) -> None:
    for name in ("README.md", "report.html"):
        content = (folder / name).read_text()
        assert f"{PLACED} more rows are canaries" in content
        assert not any(text in content or record_id in content for record_id, text in placed_texts(config).items())


def test_a_release_without_canaries_mentions_none(plain: Path) -> None:
    assert "canaries" not in json.loads((plain / "manifest.json").read_text())
    assert "more rows are canaries" not in (plain / "README.md").read_text()


def test_the_release_verifies_and_passes_its_gates(folder: Path) -> None:
    assert verify(folder).ok
    assert Manifest.read(folder).failed_gates == ()


def test_a_repeated_build_gives_the_same_bytes(config: Path, folder: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    listed = stored_canaries(paths_of(config), "1.0.0")
    (tmp_path / "key").write_bytes((config.parent / "key").read_bytes())
    (tmp_path / "key").chmod(0o600)
    repeated = Network().write(tmp_path, release={"canaries": PLACED})
    again = release(repeated)
    assert stored_canaries(paths_of(repeated), "1.0.0") == listed
    data = {path.name: path.read_bytes() for path in again.rglob("*.parquet")}
    assert data == {name: content for name, content in before.items() if name.endswith(".parquet")}


def test_half_of_the_list_is_in_no_row(config: Path, folder: Path) -> None:
    listed = stored_canaries(paths_of(config), "1.0.0")
    texts = set(pl.read_parquet(folder / "data/*.parquet")["text"])
    assert sorted(each.text in texts for each in listed) == [False] * PLACED + [True] * PLACED
    assert len({each.text for each in listed}) == len({each.candidate for each in listed}) == 2 * PLACED


def test_a_profile_without_english_cannot_have_them(tmp_path: Path) -> None:
    german = {"languages": {"de": {"ner": "own"}}}
    path = Network().write(tmp_path, release={"canaries": 1}, detection=german)
    with pytest.raises(ConfigError, match=r"release\.canaries: the sentences are English"):
        load_config(path)


def test_the_paper_on_synthetic_data_names_them(folder: Path, plain: Path) -> None:
    for path, number in ((folder, PLACED), (plain, 0)):
        papers = [json.loads(each.read_text()) for each in path.glob("*ab-2013*.json")]
        assert [f'"canaries": {number}' in json.dumps(paper) for paper in papers] == [True]
