"""Rights that are decided in partitions make the same release."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from redaction.builds import Build, open_inputs, prepare
from redaction.builds.decide import decide_rights
from redaction.config import Config, load_config
from redaction.execution.settings import ExecutionSettings
from redaction.state.private_tables import KEPT, RIGHTS, SUBJECTS
from tests.network import Network
from tests.releases import release

ROOT = Path(__file__).parents[2]
COPIED = "I left the signal box after nine winters, kept the lamp and the ledger, and now I teach clocks to children."


def network() -> Network:
    """Replies to protected posts at some depth, a lost parent, a mention, copies, and a profile that is there twice."""
    made = Network()
    made.posts[7]["text"] = COPIED
    base = made.posts[1]
    made.posts += [
        base | {"post_id": "p-re-1", "in_reply_to": "p-re-eva"},
        base | {"post_id": "p-re-2", "in_reply_to": "p-re-1", "quote_of": "p-ben"},
        base | {"post_id": "p-lost", "repost_of": "p-gone"},
        base | {"post_id": "p-copy", "text": COPIED.upper()},
        base | {"post_id": "p-answer", "in_reply_to": "p-ada", "mentions": ["out", "ada"]},
        *(base | {"post_id": f"p-{n}", "title": "Trains of the north"} for n in range(5)),
    ]
    made.profiles.append(made.profiles[0] | {"user_id": "who"})
    return made


def published(folder: Path, **execution: Any) -> dict[str, bytes]:
    """Every file of a release but those that name the time of the build."""
    path = network().write(folder, execution=execution, release={"gates": {"max_set_aside": 1.0}})
    (folder / "key").write_text(bytes(range(32)).hex())
    files = release(path)
    return {str(each.relative_to(files)): each.read_bytes() for each in files.rglob("*.parquet") if each.is_file()}


@pytest.mark.parametrize(
    "execution",
    [
        {"workers": 1, "partitions": 7},
        pytest.param({"workers": 2, "partitions": 7}, marks=pytest.mark.slow),
        pytest.param({"workers": 2, "partitions": 64}, marks=pytest.mark.slow),
    ],
)
def test_a_release_has_the_same_bytes_in_any_number_of_partitions(tmp_path: Path, execution: dict[str, Any]) -> None:
    one = published(tmp_path / "one", workers=1)
    assert one
    assert published(tmp_path / "many", **execution) == one
    assert not list((tmp_path / "many" / "state" / "tiny").glob(".question-*"))


def decided(config: Config) -> list[pl.DataFrame]:
    prepare(config, open_inputs(config))
    build = Build.open(config)
    decide_rights(build)
    build = Build.open(config)
    return [pl.read_parquet(build.folder.file(table)) for table in (RIGHTS, SUBJECTS, KEPT)]


@pytest.mark.parametrize("parts", [7, pytest.param(64, marks=pytest.mark.slow)])
def test_the_sample_has_the_same_decisions_in_partitions(tmp_path: Path, parts: int) -> None:
    sample = load_config(ROOT / "configs" / "sample.yaml")
    found = []
    for number in (1, parts):
        folder = tmp_path / str(number)
        settings = {"state": folder / "state", "output": str(folder / "out")}
        (folder / "state").mkdir(parents=True)
        key = folder / "state" / "key"
        key.write_text(bytes(range(32)).hex())
        key.chmod(0o600)
        execution = ExecutionSettings(workers=1, partitions=number)
        config = sample.model_copy(update={**settings, "execution": execution})
        found.append(decided(config.model_copy(update={"key": config.key.model_copy(update={"file": key})})))
    for one, many in zip(*found, strict=True):
        assert_frame_equal(one, many)
        assert one.height > 100


def test_the_number_of_partitions_comes_from_rows_and_memory_alone() -> None:
    for workers in (1, 2, 16):
        settings = ExecutionSettings.model_validate({"memory": "2GB", "workers": workers})
        assert settings.memory == 2_000_000_000
        assert [settings.partition_count(posts) for posts in (0, 1000, 3_000_000, 30_000_000)] == [1, 1, 1, 108]
        assert settings.worker_count == min(workers, 3)
    assert ExecutionSettings(workers=16).partition_count(10**9) == 1
    assert ExecutionSettings(partitions=64).partition_count(10) == 10
    with pytest.raises(ValueError, match="memory"):
        ExecutionSettings.model_validate({"memory": "300MB"})
