"""The generator as a command: same seed, same bytes; another seed, another network; sizes obeyed."""

import hashlib
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

GENERATOR = Path(__file__).parents[2] / "data" / "samples" / "generate"


def _generate(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(GENERATOR), "--out", str(out), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _digest(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("network")
    done = _generate(out, "--members", "160", "--posts", "700", "--seed", "7")
    assert done.returncode == 0, done.stderr
    return out


@pytest.mark.slow  # in short: the committed network is written anew
def test_same_seed_same_bytes(small: Path, tmp_path: Path) -> None:
    _generate(tmp_path, "--members", "160", "--posts", "700", "--seed", "7")
    assert _digest(tmp_path) == _digest(small)


def test_another_seed_gives_another_network(small: Path, tmp_path: Path) -> None:
    _generate(tmp_path, "--members", "160", "--posts", "700", "--seed", "8")
    first, second = _digest(small), _digest(tmp_path)
    assert first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)


def test_sizes_are_obeyed_and_every_scenario_occurs(small: Path) -> None:
    assert pl.read_parquet(small / "posts" / "*.parquet").height == 700
    assert pl.read_parquet(small / "profiles.parquet").height == 160
    scenarios = pl.read_parquet(small / "truth" / "decisions.parquet").filter(source="profiles")["scenario"]
    assert scenarios.n_unique() > 70


def test_too_small_a_network_is_refused(tmp_path: Path) -> None:
    done = _generate(tmp_path, "--members", "3")
    assert done.returncode == 2
    assert "--members is at least 150" in done.stderr
    assert not list(tmp_path.iterdir())


def test_committed_network_is_what_the_generator_writes(tmp_path: Path) -> None:
    committed = GENERATOR.parent
    assert _generate(tmp_path).returncode == 0
    written = _digest(tmp_path)
    assert written == {name: hashlib.sha256((committed / name).read_bytes()).hexdigest() for name in written}
