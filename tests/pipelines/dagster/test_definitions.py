"""The definitions load, and describe themselves."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines.build import build
from pipelines.definitions import build_defs
from pipelines.instance import dagster_instance
from redaction.config import CONFIG_VARIABLE, load_config
from tests.network import ROOT, Network
from tests.pipelines.dagster.running import ASSETS, key, releases_of

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["dagster", "definitions", "validate", "-m", "pipelines.definitions"],
        pytest.param(["dg", "check", "defs"], marks=pytest.mark.slow),
        pytest.param(["dg", "list", "defs"], marks=pytest.mark.slow),
    ],
)
def test_the_tools_of_dagster_load_the_definitions(command: list[str], config: Path) -> None:
    environment = os.environ | {CONFIG_VARIABLE: str(config)}
    (config.parent / "dagster").mkdir(exist_ok=True)
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("grain", ["day", "month", pytest.param("week", marks=pytest.mark.slow)])
def test_the_grain_is_a_setting(tmp_path: Path, grain: str) -> None:
    fortnight = datetime.now(UTC) - timedelta(days=14)  # partitions end today: each day since a fixed start adds one
    start = {"day": f"{fortnight:%Y-%m-%d}", "week": "2025-01-06", "month": "2025-01-01"}[grain]
    config = Network().write(tmp_path, partitions={"grain": grain, "start": start})
    [asset] = [a for a in build_defs(config).assets or () if isinstance(a, dg.AssetsDefinition) and a.partitions_def]
    assert asset.partitions_def is not None
    keys = asset.partitions_def.get_partition_keys()
    assert keys[0] == (start[:7] if grain == "month" else start)
    build(config)
    assert releases_of(config) == ["1.0.0"]


def test_every_asset_describes_itself(config: Path) -> None:
    assets = [asset for asset in build_defs(config).assets or () if isinstance(asset, dg.AssetsDefinition)]
    assert {spec.key for asset in assets for spec in asset.specs} == {key(asset) for asset in ASSETS}
    for asset in assets:
        [spec] = asset.specs
        assert spec.owners == ["team:privacy"]
        assert spec.kinds and spec.group_name and spec.description and spec.code_version
        assert spec.tags["corpus"] == "tiny"
        assert spec.tags["access"] == ("public" if spec.key == key("corpus") else "private")
        columns = spec.metadata["dagster/column_schema"].schema.columns
        assert columns and all(column.description for column in columns)
        assert all(check.description for check in asset.check_specs)


def test_two_corpora_in_one_instance_have_a_graph_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    configs = {name: Network().write(tmp_path / name, corpus=name) for name in ("first", "second-one")}
    for config in configs.values():
        build(config)
    with dagster_instance(load_config(configs["first"])) as instance:
        for name, config in configs.items():
            keys = build_defs(config).resolve_asset_graph().get_all_asset_keys()
            assert keys == {key(asset, name) for asset in ASSETS}
            [run] = instance.get_runs(dg.RunsFilter(tags={"discreet/corpus": name}))
            events = {asset: instance.get_latest_materialization_event(asset) for asset in keys}
            assert {event.run_id for event in events.values() if event} == {run.run_id}
        assert len(instance.all_asset_keys()) == 2 * len(ASSETS)


def test_telemetry_is_off(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled
