"""The files for deployment: what they must not open, keep or hold, and whether the tools that read them accept them."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

DEPLOY = Path(__file__).parents[1] / "deploy"
SHIPPED = DEPLOY.parent / "pipelines/instance/dagster.yaml"


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text("utf-8"))


def test_the_containers_have_the_shipped_settings_of_dagster(tmp_path: Path) -> None:
    settings, shipped = read("dagster.yaml"), yaml.safe_load(SHIPPED.read_text("utf-8"))
    assert "postgres" in settings.pop("storage")
    folder = settings.pop("local_artifact_storage")["config"]["base_dir"]
    assert settings == shipped
    services = read("compose.yaml")["services"]
    for name in ("webserver", "daemon"):
        assert f"dagster:{folder}" in services[name]["volumes"], "a run's lock is in a folder that the daemon can read"
    assert re.search(rf"install -d -o discreet .*{folder}\b", (DEPLOY / "Dockerfile").read_text("utf-8"))
    locks = tmp_path / "locks"
    settings["local_artifact_storage"] = {
        "module": "dagster._core.storage.root",
        "class": "LocalArtifactStorage",
        "config": {"base_dir": str(locks)},
    }
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.root_directory == str(locks)
        assert instance.run_launcher.supports_check_run_worker_health
        assert not instance.telemetry_enabled


def test_containers_open_nothing_and_hold_no_secret() -> None:
    services = read("compose.yaml")["services"]
    for name, service in services.items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), name
        passwords = [value for key, value in service["environment"].items() if "PASSWORD" in key]
        assert passwords
        assert all(value.startswith("${") for value in passwords), name
    for name in ("webserver", "daemon"):
        service = services[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_the_image_does_not_run_as_root_and_takes_the_lock() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    users = re.findall(r"^USER (\S+)$", text, re.MULTILINE)
    assert users
    assert users[-1] == "10001"
    assert "--require-hashes -r requirements.lock" in text
    assert not re.search(r"^ADD |:latest|PASSWORD=", text, re.MULTILINE)


def test_the_chart_keeps_no_logs_and_runs_as_a_user() -> None:
    values = read("helm-values.yaml")
    assert values["computeLogManager"]["config"]["customComputeLogManager"]["class"] == "NoOpComputeLogManager"
    assert values["dagsterWebserver"]["service"]["type"] == "ClusterIP"
    daemon = values["dagsterDaemon"]
    shipped = yaml.safe_load(SHIPPED.read_text("utf-8"))
    monitoring, retries = daemon["runMonitoring"], daemon["runRetries"]
    assert monitoring["pollIntervalSeconds"] == shipped["run_monitoring"]["poll_interval_seconds"]
    assert monitoring["startTimeoutSeconds"] == shipped["run_monitoring"]["start_timeout_seconds"]
    assert retries["maxRetries"] == shipped["run_retries"]["max_retries"]
    assert retries["retryOnAssetOrOpFailure"] is shipped["run_retries"]["retry_on_asset_or_op_failure"]
    (deployment,) = values["dagster-user-deployments"]["deployments"]
    assert deployment["securityContext"]["runAsNonRoot"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze is installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    units = sorted((DEPLOY / "systemd").iterdir())
    assert [unit.name for unit in units] == ["discreet-build.service", "discreet-build.timer"]
    for unit in units:
        text = unit.read_text("utf-8").replace("/opt/discreet/bin/discreet", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    paths = [str(tmp_path / unit.name) for unit in units]
    checked = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
