"""A build from end to end: the same assets that the UI materializes, one run a partition."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.definitions import build_defs
from redaction.builds import partitions_to_redact, ready_workers
from redaction.config import Config, load_config
from redaction.errors import DiscreetError
from redaction.state import CorpusPaths, Plan, corpus_lock, current_plan, master_key

_DAGSTER_YAML = """telemetry: {enabled: false}
nux: {enabled: false}
"""


_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class BuildError(DiscreetError):
    """A build that stopped; nothing was published."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is about to run: the asset, and its partition.

    As soon as it is known what has to be redacted, `plan` tells the build and `total` the number of its posts.
    """

    asset: str
    partition: str | None = None
    plan: Plan | None = None
    total: int = 0


def build(config_path: Path, as_of: str | None, version: str | None) -> Iterator[Step]:
    """Materializes every asset in order, and tells each step before it is taken.

    Raises:
        BuildError: a step failed. What had been published before stays as it was.
        BusyError: another build or a takedown is at work.
    """
    config = load_config(config_path)
    master_key(config)
    with corpus_lock(CorpusPaths.of(config)):
        yield from _steps(config, _Runs(config_path, dagster_instance(config)), as_of, version)


def _steps(config: Config, runs: "_Runs", as_of: str | None, version: str | None) -> Iterator[Step]:
    opening = {"as_of": as_of, "version": version}
    yield Step("source_tables")
    runs.materialize("source_tables", run_config={"ops": {"source_tables": {"config": opening}}})
    ready_workers(config)
    yield Step("decisions")
    runs.materialize("decisions")
    plan = current_plan(config)
    partitions = partitions_to_redact(CorpusPaths.of(config).build(plan.version))
    total = sum(records for _, records in partitions)
    for partition, _ in partitions:
        yield Step("redacted_posts", partition, plan, total)
        runs.materialize("redacted_posts", partition)
    yield Step("redacted_profiles")
    runs.materialize("redacted_profiles")
    yield Step("corpus")
    runs.materialize("corpus")


def dagster_instance(config: Config) -> dg.DagsterInstance:
    """The instance under `DAGSTER_HOME`, or one in the private state of the config."""
    home = Path(os.environ.get("DAGSTER_HOME") or config.root / config.state / ".dagster").resolve()
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(_DAGSTER_YAML, "utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return dg.DagsterInstance.from_config(str(home))


class _Runs:
    """Runs of single assets in this process."""

    def __init__(self, config_path: Path, instance: dg.DagsterInstance) -> None:
        self._job = build_defs(config_path).resolve_implicit_global_asset_job_def()
        self._instance = instance

    def materialize(self, asset: str, partition: str | None = None, run_config: dict[str, Any] | None = None) -> None:
        result = self._job.execute_in_process(
            instance=self._instance,
            asset_selection=[dg.AssetKey(asset)],
            partition_key=partition,
            run_config={**_QUIET, **(run_config or {})},
            raise_on_error=False,
        )
        if not result.success:
            where = f"{asset} {partition}" if partition else asset
            raise BuildError(f"{where}: {_reason(result)}")


def _reason(result: dg.ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data.user_failure_data
            if failure is not None and failure.description:
                return failure.description
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            figures = ", ".join(f"{name} {value.value}" for name, value in sorted(check.metadata.items()))
            return f"check {check.check_name} failed: {figures}"
    return "the run failed; see discreet ui"
