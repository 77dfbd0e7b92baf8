"""Sensors that ask for a build: after new files, and after a change of the rights or the rules. Off until switched on.

Each remembers in its cursor what it has asked for. Dagster starts no second run for the same run key, so a tick that is
repeated after a crash asks for nothing twice.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Final

import dagster as dg

from pipelines.automation import BUILD
from pipelines.partitions import all_partitions
from redaction.builds.watch import (
    RECORD_TABLES,
    RIGHTS_TABLES,
    WatchedFiles,
    is_planned,
    last_plan,
    ledger_digest,
    planned_rights_digest,
    rights_digest,
    watch_files,
)
from redaction.config import Config, load_config
from redaction.errors import DiscreetError
from redaction.execution.failures import failure_of
from redaction.tables import TableName

SETTLE_SECONDS: Final = 60.0
"""A local file that was written within this time may not be complete; the build waits for it."""

INTERVAL_SECONDS: Final = 60
"""How often a sensor looks."""

_NEW_FILES_TAG: Final = "discreet/new_files"

Answer = dg.SensorResult | dg.SkipReason
Evaluation = Callable[[dg.SensorEvaluationContext], Answer]


def build_after_new_files(
    config_path: Path,
    partitions: dg.PartitionsDefinition[str],
    settle_seconds: float = SETTLE_SECONDS,
    interval_seconds: int = INTERVAL_SECONDS,
) -> dg.SensorDefinition:
    """Ask for a build when files of posts or profiles came, changed or went, and all of them are complete.

    Args:
        config_path: The config of the run.
        partitions: The partitions of the build.
        settle_seconds: How long a file must not have been written to count as complete.
        interval_seconds: How often to look.

    Returns:
        The sensor.
    """
    watch = Watch(
        name="build_after_new_files",
        description="A whole build after files of posts or profiles came, changed or went. Off until switched on.",
        tables=RECORD_TABLES,
        compare=_compare_files,
    )
    return _sensor(watch, config_path, partitions, settle_seconds, interval_seconds)


def build_after_rights_change(
    config_path: Path,
    partitions: dg.PartitionsDefinition[str],
    settle_seconds: float = SETTLE_SECONDS,
    interval_seconds: int = INTERVAL_SECONDS,
) -> dg.SensorDefinition:
    """Ask for a build when the content of the ledger, the other rights tables, the policy or the regions changed.

    Args:
        config_path: The config of the run.
        partitions: The partitions of the build.
        settle_seconds: How long a file must not have been written to count as complete.
        interval_seconds: How often to look.

    Returns:
        The sensor.
    """
    watch = Watch(
        name="build_after_rights_change",
        description="A whole build when ledger, region signals, objections, signals of others, policy or regions are "
        "other ones than the last build read. Off until switched on.",
        tables=RIGHTS_TABLES,
        compare=_compare_rights,
    )
    return _sensor(watch, config_path, partitions, settle_seconds, interval_seconds)


@dataclass(frozen=True, slots=True)
class Tick:
    """What one evaluation found: the cursor to keep, and either the key of a run or the reason why none is due.

    A cursor of None keeps the one that there is.
    """

    cursor: str | None
    run_key: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """What a sensor watches: tables, and how what is there now is compared with its cursor."""

    name: str
    description: str
    tables: tuple[TableName, ...]
    compare: Callable[[Config, WatchedFiles, str | None], Tick]


def _sensor(
    watch: Watch,
    config_path: Path,
    partitions: dg.PartitionsDefinition[str],
    settle_seconds: float,
    interval_seconds: int,
) -> dg.SensorDefinition:
    """Make the sensor of a watch. While a file may be incomplete it waits, since a build reads all files."""

    @dg.sensor(name=watch.name, job=BUILD, minimum_interval_seconds=interval_seconds, description=watch.description)
    @_without_values
    def sensor(context: dg.SensorEvaluationContext) -> Answer:
        config = load_config(config_path)
        files = watch_files(config, watch.tables, settle_seconds)
        if files.unsettled:
            return dg.SkipReason(
                f"{files.unsettled} files were written in the last {settle_seconds:g} seconds; waiting"
            )
        tick = watch.compare(config, files, context.cursor)
        if tick.run_key is None:
            return dg.SensorResult(skip_reason=tick.reason, cursor=tick.cursor)
        request = dg.RunRequest(run_key=tick.run_key, tags=all_partitions(partitions) | tick.tags)
        return dg.SensorResult([request], cursor=tick.cursor)

    return sensor


def _compare_files(config: Config, files: WatchedFiles, cursor: str | None) -> Tick:
    """Ask for a build where other files are there than at the last request, or than the last build read."""
    known: dict[str, Any] = json.loads(cursor) if cursor else {"requests": 0, "files": []}
    number, seen = known["requests"], frozenset(known["files"])
    if files.keys == seen:
        return Tick(cursor, reason="no file came, changed or went")
    now = json.dumps({"requests": number + 1, "files": sorted(files.keys)})
    if cursor is None and is_planned(config):
        return Tick(now, reason="the last build has read these files")
    key = hashlib.sha256(f"{number} {sorted(files.keys)}".encode()).hexdigest()
    return Tick(now, key, {_NEW_FILES_TAG: str(len(files.keys - seen))})


def _compare_rights(config: Config, files: WatchedFiles, cursor: str | None) -> Tick:
    """Ask for a build where rights and rules are not those of the last plan, once for each state of both."""
    known: dict[str, Any] = json.loads(cursor) if cursor else {}
    ledger = known["ledger"] if known.get("files") == files.digest else ledger_digest(config)
    rights, plan = rights_digest(config, ledger), last_plan(config)
    key = f"{plan.digest if plan else ''} {rights}"
    changed = plan is None or rights != planned_rights_digest(config, plan)
    asks = changed and key != known.get("asked")
    now = json.dumps({"files": files.digest, "ledger": ledger, "asked": key if asks else known.get("asked")})
    if asks:
        return Tick(now, key)
    return Tick(now, reason="a build was asked for" if changed else "rights and rules are those of the last build")


def _without_values(evaluate: Evaluation) -> Evaluation:
    """Turn any error of a sensor into a `dagster.Failure` that repeats nothing from a row."""

    @wraps(evaluate)
    def run(context: dg.SensorEvaluationContext) -> Answer:
        try:
            return evaluate(context)
        except DiscreetError as error:
            problem = str(error)
        except (KeyboardInterrupt, GeneratorExit):
            problem = ""
        except BaseException as error:  # noqa: BLE001 - any message may contain a value
            problem = str(failure_of(error))
        if not problem:
            raise KeyboardInterrupt  # a new one, without a message
        # Outside the handlers, because Dagster stores the messages of a whole chain of exceptions.
        raise dg.Failure(problem)

    return run
