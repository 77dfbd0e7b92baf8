"""The Dagster instance: its settings, and how runs of killed processes are found."""

from pipelines.instance.home import dagster_instance
from pipelines.instance.launcher import WatchedRunLauncher
from pipelines.instance.liveness import hold_run

__all__ = ["WatchedRunLauncher", "dagster_instance", "hold_run"]
