"""What Dagster sees: definitions that load, automation that follows, an event log without a value from a row."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipelines.building import build, dagster_instance
from pipelines.definitions import build_defs
from redaction.config import CONFIG_VARIABLE, load_config
from redaction.errors import DiscreetError
from tests.network import ROOT, Network

BIN = Path(sys.executable).parent


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    return Network().write(tmp_path, partitions={"start": "2025-01-01"})


def materialize(config: Path, instance: dg.DagsterInstance, asset: str, partition: str | None = None) -> bool:
    job = build_defs(config).resolve_implicit_global_asset_job_def()
    selection = [dg.AssetKey(asset)]
    run = job.execute_in_process(
        instance=instance, asset_selection=selection, partition_key=partition, raise_on_error=False
    )
    return run.success


@pytest.mark.parametrize(
    "command",
    [
        ["dagster", "definitions", "validate", "-m", "pipelines.definitions"],
        ["dg", "check", "defs"],
        ["dg", "list", "defs"],
    ],
)
def test_the_tools_of_dagster_load_the_definitions(command: list[str], config: Path) -> None:
    environment = os.environ | {CONFIG_VARIABLE: str(config)}
    (config.parent / "dagster").mkdir(exist_ok=True)
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_the_grain_is_a_setting(tmp_path: Path, grain: str) -> None:
    start = {"day": "2025-06-18", "week": "2025-01-06", "month": "2025-01-01"}[grain]
    config = Network().write(tmp_path, partitions={"grain": grain, "start": start})
    [asset] = [a for a in build_defs(config).assets or () if isinstance(a, dg.AssetsDefinition) and a.partitions_def]
    assert asset.partitions_def is not None
    keys = asset.partitions_def.get_partition_keys()
    assert keys[0] == (start[:7] if grain == "month" else start)
    for _ in build(config, None, None):
        pass
    assert (tmp_path / "out" / "tiny" / "1.0.0" / "manifest.json").is_file()


def test_a_new_decision_asks_for_every_partition_and_then_for_the_release(config: Path) -> None:
    defs = build_defs(config)
    instance = dagster_instance(load_config(config))
    first = dg.evaluate_automation_conditions(defs, instance)
    for asset in ("source_tables", "decisions"):
        assert materialize(config, instance, asset)
    second = dg.evaluate_automation_conditions(defs, instance, cursor=first.cursor)
    asked = {key for key in second.get_requested_partitions(dg.AssetKey("redacted_posts")) if key}
    assert {"2025-01", "2025-03", "2025-05"} <= asked
    assert second.get_num_requested(dg.AssetKey("redacted_profiles")) == 1
    assert second.get_num_requested(dg.AssetKey("corpus")) == 0
    for partition in sorted(asked):
        assert materialize(config, instance, "redacted_posts", partition)
    assert materialize(config, instance, "redacted_profiles")
    third = dg.evaluate_automation_conditions(defs, instance, cursor=second.cursor)
    assert third.get_num_requested(dg.AssetKey("corpus")) == 1
    assert materialize(config, instance, "corpus")
    assert (config.parent / "out" / "tiny" / "1.0.0" / "manifest.json").is_file()


def test_nothing_from_a_row_is_in_the_event_log_also_when_a_run_fails(config: Path) -> None:
    for _ in build(config, None, None):
        pass
    (config.parent / "key").chmod(0o644)
    with pytest.raises(DiscreetError):
        for _ in build(config, None, None):
            pass
    network = Network()
    secrets = [word for post in network.posts for word in str(post["text"]).split() if len(word) > 8]
    secrets += [profile["full_name"] for profile in network.profiles]
    logs = [path for path in (config.parent / "dagster").rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in logs)
    for path in logs:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], path


def test_a_partition_of_an_older_build_is_not_released(config: Path) -> None:
    instance = dagster_instance(load_config(config))
    for _ in build(config, None, None):
        pass
    network = Network()
    network.posts = network.posts[:2]
    network.write(config.parent, partitions={"start": "2025-01-01"})
    for asset in ("source_tables", "decisions"):
        assert materialize(config, instance, asset)
    assert not materialize(config, instance, "corpus")
    assert not (config.parent / "out" / "tiny" / "1.1.0").exists()


def test_the_nightly_schedule_opens_a_build(config: Path) -> None:
    repository = build_defs(config).get_repository_def()
    schedule = repository.get_schedule_def("nightly")
    assert schedule.cron_schedule == "0 3 * * *"
    job = repository.get_job(schedule.job_name)
    assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} == {"source_tables", "decisions"}


def test_inputs_that_change_under_a_build_stop_it(config: Path) -> None:
    instance = dagster_instance(load_config(config))
    for asset in ("source_tables", "decisions"):
        assert materialize(config, instance, asset)
    path = config.parent / "posts.parquet"
    pl.read_parquet(path).reverse().write_parquet(path)
    assert not materialize(config, instance, "redacted_posts", "2025-03")
    assert not materialize(config, instance, "corpus")
    assert not list((config.parent / "out").rglob("manifest.json"))
