"""A run launcher that knows whether the process of a run is alive, so that run monitoring can end dead runs."""

from pathlib import Path

from dagster import DagsterRun
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus

from pipelines.instance.liveness import is_alive


class WatchedRunLauncher(DefaultRunLauncher):
    """Launches runs as Dagster's default does. It also says of a started run whether its process is alive.

    Dagster's default cannot: a run whose process and code server were killed, or that `discreet build` recorded, would
    stay started forever, and block the queue.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Yes."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Report whether the process that executes the run is alive."""
        record = self._instance.get_run_record_by_id(run.run_id)
        if is_alive(Path(self._instance.root_directory), run.run_id, record.start_time if record else None):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "its process has ended without a result")
