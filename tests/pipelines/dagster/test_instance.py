"""The settings that an instance gets, and the runs that a kill leaves behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.execution.backfill import PartitionBackfill
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager

from pipelines.definitions import build_defs
from pipelines.instance import dagster_instance
from pipelines.instance.liveness import hold_run, is_alive
from redaction.config import CONFIG_VARIABLE, load_config
from tests.network import ROOT
from tests.pipelines.dagster.running import key, releases_of

_BUILD = "import sys; from pathlib import Path; from pipelines.build import build; build(Path(sys.argv[1]))"
_HOLD = (
    "import sys; from pathlib import Path; from pipelines.instance import hold_run\n"
    "with hold_run(Path(sys.argv[1]), sys.argv[2]): print('held', flush=True); sys.stdin.read()"
)


def test_an_instance_gets_the_shipped_settings_and_keeps_its_own(config: Path) -> None:
    settings = config.parent / "dagster" / "dagster.yaml"
    with dagster_instance(load_config(config)) as instance:
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        assert isinstance(instance.compute_log_manager, NoOpComputeLogManager)
        assert instance.run_monitoring_enabled and instance.run_launcher.supports_check_run_worker_health
        assert instance.run_retries_enabled and not instance.run_retries_retry_on_asset_or_op_failure
        queue = instance.get_concurrency_config().run_queue_config
        assert queue is not None and queue.max_concurrent_runs == 1
    settings.write_text(yaml.safe_dump(yaml.safe_load(settings.read_text()) | {"telemetry": {"enabled": True}}))
    with dagster_instance(load_config(config)) as instance:
        assert instance.telemetry_enabled


def test_nothing_that_a_step_prints_is_stored(built: tuple[Path, dg.DagsterInstance]) -> None:
    assert not list((built[0].parent / "dagster").rglob("compute_logs"))


def test_a_run_is_alive_as_long_as_its_process(tmp_path: Path) -> None:
    long_ago = time.time() - 10_000
    assert not is_alive(tmp_path, "other", long_ago)
    assert is_alive(tmp_path, "other", time.time())
    command = [sys.executable, "-c", _HOLD, str(tmp_path), "run"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        lock = tmp_path / "running" / "run.lock"
        os.utime(lock, (long_ago, long_ago))
        assert is_alive(tmp_path, "run", long_ago)
        os.utime(lock, (long_ago, long_ago))
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert not is_alive(tmp_path, "run", long_ago)
    with hold_run(tmp_path, "done"):
        pass
    assert is_alive(tmp_path, "done", long_ago), "its last event may not be recorded yet"
    os.utime(tmp_path / "running" / "done.ended", (long_ago, long_ago))
    assert not is_alive(tmp_path, "done", long_ago)


def _killed_build(config: Path, instance: dg.DagsterInstance) -> str:
    """Start a build in a process of its own, and kill it in its first step."""
    before = {run.run_id for run in instance.get_runs()}
    process = subprocess.Popen([sys.executable, "-c", _BUILD, str(config)], cwd=ROOT, stderr=subprocess.DEVNULL)
    locks = config.parent / "dagster" / "running"
    while process.poll() is None and not {lock.stem for lock in locks.glob("*.lock")} - before:
        time.sleep(0.05)
    process.kill()
    process.wait()
    [run_id] = {run.run_id for run in instance.get_runs()} - before
    run = instance.get_run_by_id(run_id)
    assert run is not None and run.status == dg.DagsterRunStatus.STARTED
    return run_id


@pytest.mark.slow
def test_monitoring_ends_the_runs_that_a_kill_left_started_and_a_backfill_completes(
    config: Path, instance: dg.DagsterInstance
) -> None:
    dead = [_killed_build(config, instance) for _ in range(2)]
    environment = os.environ | {CONFIG_VARIABLE: str(config), "PYTHONWARNINGS": "ignore"}
    settings = config.parent / "dagster" / "dagster.yaml"
    settings.write_text(settings.read_text().replace("poll_interval_seconds: 30", "poll_interval_seconds: 3"))
    module = ["-m", "pipelines.definitions"]
    daemon = subprocess.Popen(
        [sys.executable, "-m", "dagster._daemon", "run", *module], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        instance.add_backfill(_of_everything(config, instance))
        _wait_until(lambda: {b.status.name for b in instance.get_backfills()} == {"COMPLETED_SUCCESS"})
    finally:
        daemon.send_signal(signal.SIGINT)
        daemon.wait()
    for run_id in dead:
        run = instance.get_run_by_id(run_id)
        assert run is not None and run.status == dg.DagsterRunStatus.FAILURE
    assert instance.get_latest_materialization_event(key("corpus")) is not None
    assert releases_of(config) == ["1.0.0"]


def _of_everything(config: Path, instance: dg.DagsterInstance) -> PartitionBackfill:
    graph = build_defs(config).resolve_asset_graph()
    return PartitionBackfill.from_asset_partitions(
        backfill_id="after-kill",
        asset_graph=graph,
        partition_names=None,
        asset_selection=sorted(graph.get_all_asset_keys()),
        backfill_timestamp=time.time(),
        tags={},
        dynamic_partitions_store=instance,
        all_partitions=True,
        title=None,
        description=None,
        run_config=None,
    )


def _wait_until(condition) -> None:
    while not condition():
        time.sleep(1)
