"""What tells, without reading a row, whether a new build is due: files that came or changed, and changed rules.

Names of files may name people, so what is remembered of a file is a digest of its path and stamp.
"""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redaction.builds.inputs import load_rules, open_inputs
from redaction.config import Config
from redaction.state.layout import CorpusPaths
from redaction.state.plan import Plan, PlanError, stored_plan
from redaction.state.private_tables import REQUEST_EVENTS
from redaction.storage import StoragePath, etag
from redaction.tables import TABLES, TableName, find_files, open_table
from redaction.tables.finding import TABLE_FORMATS

RECORD_TABLES: Final = (TableName.posts, TableName.profiles)
RIGHTS_TABLES: Final = (
    TableName.rights_events,
    TableName.region_signals,
    TableName.objections,
    TableName.signals_of_others,
)

_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class WatchedFiles:
    """The files of some tables at one time.

    Attributes:
        keys: One for each state of each file: it changes when the file is rewritten.
        unsettled: How many files were written so recently that they may not be complete.
    """

    keys: frozenset[str]
    unsettled: int

    @property
    def digest(self) -> str:
        """A SHA-256 of the states of all files."""
        return _digest(*sorted(self.keys))


def watch_files(config: Config, names: Iterable[TableName], settle_seconds: float) -> WatchedFiles:
    """List the files of some tables.

    Args:
        config: The config of the run.
        names: The tables.
        settle_seconds: A local file written within this time counts as not complete. Objects of a store, and the
            versions of a Delta or Iceberg table, are always complete.

    Returns:
        The files.

    Raises:
        TablesError: A path matches no file, or there is a file that is not read and not excluded either.
    """
    keys, unsettled = set[str](), 0
    for name in names:
        settings = getattr(config.inputs, name)
        if settings is None:
            continue
        if settings.format in TABLE_FORMATS:
            table = open_table(TABLES[name], settings, config.root, config.storage)
            keys.add(_key(name, settings.path[0], table.snapshot or ""))
            continue
        for path in find_files(TABLES[name], settings, config.root, config.storage):
            keys.add(_key(name, str(path), etag(path)))
            unsettled += _is_recent(path, settle_seconds)
        recorded = CorpusPaths.of(config).file(REQUEST_EVENTS)
        if name is TableName.rights_events and recorded.is_file():
            keys.add(_key(name, recorded.name, etag(recorded)))
    return WatchedFiles(frozenset(keys), unsettled)


def ledger_digest(config: Config) -> str:
    """Return a SHA-256 of the content of the tables of rights and of recorded requests; it reads every byte of them."""
    names = [name for name in RIGHTS_TABLES if getattr(config.inputs, name)]
    return _digest(*sorted(open_inputs(config, names=names).digests().items()))


def rights_digest(config: Config, ledger: str) -> str:
    """Return a SHA-256 of what decides rights: the tables of rights (`ledger_digest`), the policy and the regions.

    A file that is rewritten with the same content does not change it.
    """
    policy, regions = load_rules(config)
    return _digest(ledger, policy.digest, regions.digest)


def planned_rights_digest(config: Config, plan: Plan) -> str:
    """Return what `rights_digest` was when a build was opened."""
    tables = {
        name.value: plan.inputs[name.value]
        for name in RIGHTS_TABLES
        if getattr(config.inputs, name) and name.value in plan.inputs
    }
    return _digest(_digest(*sorted(tables.items())), *plan.rules)


def is_planned(config: Config) -> bool:
    """Whether the last build that was opened read the inputs as they are now."""
    plan = last_plan(config)
    return plan is not None and open_inputs(config).stamp == plan.files


def last_plan(config: Config) -> Plan | None:
    """Return the plan that was opened last, of any config or code; None where there is none."""
    try:
        return stored_plan(CorpusPaths.of(config).state)
    except PlanError:
        return None


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _key(name: TableName, path: str, stamp: str) -> str:
    return hashlib.sha256(f"{name}\0{path}\0{stamp}".encode()).hexdigest()[:_DIGITS]


def _is_recent(path: StoragePath, seconds: float) -> bool:
    return isinstance(path, Path) and abs(time.time() - path.stat().st_mtime) < seconds
