"""Files that arrive in bursts while the daemon is killed and started anew are each processed once."""

import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from dagster._core.storage.tags import PARENT_RUN_ID_TAG

from pipelines.instance import dagster_instance
from redaction.config import CONFIG_VARIABLE, load_config
from redaction.tables.schemas import POSTS
from tests.network import ROOT, Network, paths_of
from tests.pipelines.dagster import daemon
from tests.pipelines.running import rows_of

MODULE = "tests.pipelines.dagster.quick_sensors"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A network whose posts are a folder of files, and an instance in which the sensor is on."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    path = Network().write(tmp_path, inputs={"posts": {"path": "posts"}}, partitions={"start": "2025-01-01"})
    (tmp_path / "posts").mkdir()
    shutil.move(tmp_path / "posts.parquet", tmp_path / "posts" / "0.parquet")
    with dagster_instance(load_config(path)):
        daemon.poll_often(path)
    command = [sys.executable, "-m", "dagster", "sensor", "start", "build_after_new_files", "-m", MODULE]
    subprocess.run(command, cwd=ROOT, env=os.environ | {CONFIG_VARIABLE: str(path)}, check=True, capture_output=True)
    return path


def _drop(config: Path, numbers: range) -> None:
    """Write a file for each number, and give it its name when it is complete."""
    for number in numbers:
        row = Network().posts[0] | {"post_id": f"p-{number}"}
        temporary = config.parent / f"{number}.parquet"
        pl.DataFrame([row], schema=POSTS).write_parquet(temporary)
        temporary.rename(config.parent / "posts" / f"{number}.parquet")


@pytest.mark.slow
@pytest.mark.parametrize(("files", "bursts"), [(8, 2), (100, 5)])
def test_each_file_is_processed_once_although_the_daemon_is_killed(config: Path, files: int, bursts: int) -> None:
    size = files // bursts
    process = daemon.start(config, MODULE)
    try:
        with dagster_instance(load_config(config)) as instance:
            for burst in range(bursts):
                before = _asked(instance)
                _drop(config, range(burst * size + 1, burst * size + size // 2 + 1))
                if burst % 2:  # in the middle of a run, or before the sensor has seen the files
                    daemon.wait_until(partial(_more_asked, instance, before))
                daemon.kill(process)
                _drop(config, range(burst * size + size // 2 + 1, (burst + 1) * size + 1))
                process = daemon.start(config, MODULE)
            daemon.wait_until(lambda: _asked(instance) >= files + 2 and daemon.ended(instance))
            time.sleep(10)
            assert daemon.ended(instance)
            assert _asked(instance) == files + 2, "each file of posts once, and that of profiles"
    finally:
        daemon.kill(process)
    newest = paths_of(config).registry.newest()
    assert newest is not None
    texts = rows_of(newest.folder).filter(source="posts", field="text")
    assert texts.height == texts["record_id"].n_unique() == 4 + files


def _more_asked(instance: dg.DagsterInstance, before: int) -> bool:
    return _asked(instance) > before


def _asked(instance: dg.DagsterInstance) -> int:
    """Count the new files of all runs; a run that was started once more after a kill counts once."""
    runs = [run for run in instance.get_runs() if PARENT_RUN_ID_TAG not in run.tags]
    return sum(int(run.tags["discreet/new_files"]) for run in runs)
