"""The sensors ask once for each change, also when a tick is in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from pipelines.definitions import build_defs
from redaction.tables.schemas import POSTS
from tests.network import ROOT, Network
from tests.releases import release

TICK = """
import json, sys
from pathlib import Path
import dagster as dg
from pipelines.definitions import build_defs

given = json.loads(sys.stdin.read())
defs = build_defs(Path(given["config"]))
sensor = defs.get_repository_def().get_sensor_def(given["sensor"])
with dg.build_sensor_context(cursor=given["cursor"]) as context:
    data = sensor.evaluate_tick(context)
requests = [(r.run_key, r.tags) for r in data.run_requests or []]
print(json.dumps({"cursor": data.cursor, "requests": requests, "skipped": data.skip_message}))
"""


@dataclass
class Ticks:
    """Evaluates a sensor with definitions that are loaded anew for each tick, and keeps what the instance would."""

    config: Path
    sensor: str
    cursor: str | None = None
    started: list[dict[str, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def tick(self, *, crash: bool = False) -> int:
        """Evaluate once, and return how many runs were started; a crash loses the new cursor."""
        requests, cursor = _evaluate(self.config, self.sensor, self.cursor)
        new = [dict(request.tags) for request in requests if request.run_key not in self.keys]
        self.keys |= {str(request.run_key) for request in requests}
        self.started += new
        if not crash:
            self.cursor = cursor
        return len(new)

    @property
    def files(self) -> int:
        return sum(int(tags["discreet/new_files"]) for tags in self.started)


@pytest.fixture
def folder_config(tmp_path: Path) -> Path:
    """A network whose posts are a folder of files."""
    config = Network().write(tmp_path, inputs={"posts": {"path": "posts"}}, partitions={"start": "2025-01-01"})
    (tmp_path / "posts").mkdir()
    shutil.move(tmp_path / "posts.parquet", tmp_path / "posts" / "0.parquet")
    _age(tmp_path)
    return config


def _age(folder: Path, seconds: float = 3600) -> None:
    for path in folder.rglob("*.parquet"):
        if path.stat().st_mtime > time.time() - 1800:
            os.utime(path, (time.time() - seconds,) * 2)


def _drop(config: Path, *names: str) -> None:
    row = Network().posts[0]
    for name in names:
        frame = pl.DataFrame([row | {"post_id": f"p-{name}"}], schema=POSTS)
        frame.write_parquet(config.parent / "posts" / f"{name}.parquet")


def test_each_file_of_several_bursts_is_asked_for_once(folder_config: Path) -> None:
    ticks = Ticks(folder_config, "build_after_new_files")
    assert ticks.tick() == 1
    assert ticks.tick() == 0
    assert ticks.files == 2, "one of posts and one of profiles"
    _drop(folder_config, "a", "b", "c")
    assert ticks.tick() == 0, "they may not be complete"
    _age(folder_config.parent)
    _drop(folder_config, "d")
    assert ticks.tick() == 0, "a build would read the incomplete one too"
    _age(folder_config.parent)
    assert ticks.tick(crash=True) == 1
    assert ticks.tick() == 0, "the request before the crash is known by its key"
    assert ticks.files == 6
    _drop(folder_config, "e")
    _age(folder_config.parent)
    assert ticks.tick() == 1
    assert ticks.tick() == 0
    assert ticks.files == 7
    (folder_config.parent / "posts" / "e.parquet").unlink()
    assert ticks.tick() == 1, "what went must leave the corpus"
    _drop(folder_config, "e")
    _age(folder_config.parent, 7200)
    assert ticks.tick() == 1
    assert ticks.files == 8
    assert not [name for name in ("p-", "parquet", "posts") if name in str(ticks.cursor)]


def test_a_tick_in_another_process_continues_from_the_cursor(folder_config: Path) -> None:
    ticks = Ticks(folder_config, "build_after_new_files")
    assert ticks.tick() == 1
    given = json.dumps({"config": str(folder_config), "sensor": ticks.sensor, "cursor": ticks.cursor})
    done = subprocess.run(
        [sys.executable, "-c", TICK], input=given, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert answer["requests"] == [], answer


def test_files_that_a_build_has_read_are_not_asked_for(folder_config: Path) -> None:
    release(folder_config)
    ticks = Ticks(folder_config, "build_after_new_files")
    assert ticks.tick() == 0
    _drop(folder_config, "late")
    _age(folder_config.parent)
    assert ticks.tick() == 1
    assert ticks.files == 1


def _evaluate(config: Path, sensor: str, cursor: str | None) -> tuple[list[dg.RunRequest], str | None]:
    definition = build_defs(config).get_repository_def().get_sensor_def(sensor)
    with dg.build_sensor_context(cursor=cursor) as context:
        data = definition.evaluate_tick(context)
    return list(data.run_requests or []), data.cursor or cursor


def test_a_change_of_ledger_or_policy_asks_for_one_build_and_nothing_else_does(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    shutil.copy(ROOT / "configs/policies/linkedin-2024-09.yaml", policy)
    network, rights = Network(), {"rights": {"policy": str(policy)}, "partitions": {"start": "2025-01-01"}}
    config = network.write(tmp_path, **rights)
    name = "build_after_rights_change"
    release(config)
    _age(tmp_path)
    asked, cursor = _evaluate(config, name, None)
    assert not asked
    network.posts.append(network.posts[0] | {"post_id": "p-more"})
    network.write(tmp_path, **rights)
    asked, cursor = _evaluate(config, name, cursor)
    assert not asked, "the ledger may not be complete"
    _age(tmp_path)
    asked, cursor = _evaluate(config, name, cursor)
    assert not asked, "the ledger was rewritten with the same content, and posts are no rights"
    event = network.rights_events[0] | {
        "event_id": "e3",
        "subject_id": "ada",
        "received_at": datetime(2025, 6, 2, tzinfo=UTC),
    }
    network.rights_events.append(event)
    network.write(tmp_path, **rights)
    _age(tmp_path)
    [request], cursor = _evaluate(config, name, cursor)
    assert not _evaluate(config, name, cursor)[0], "a build that fails is not asked for anew"
    [repeated], _ = _evaluate(config, name, None)
    assert repeated.run_key == request.run_key, "without its cursor, the key stops a second run"
    release(config, "2.0.0")
    assert _evaluate(config, name, cursor)[0] == []
    policy.write_text(policy.read_text("utf-8").replace("min_age: 18", "min_age: 21"), "utf-8")
    [request], cursor = _evaluate(config, name, cursor)
    assert _evaluate(config, name, cursor)[0] == []


def test_a_sensor_reports_a_problem_in_the_words_for_users(folder_config: Path) -> None:
    sensor = build_defs(folder_config).get_repository_def().get_sensor_def("build_after_new_files")
    shutil.rmtree(folder_config.parent / "posts")
    with dg.build_sensor_context() as context, pytest.raises(dg.Failure, match=r"inputs\.posts\.path: posts: no such"):
        sensor.evaluate_tick(context)
