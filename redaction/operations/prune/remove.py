"""Removes what is no longer needed, one folder after the other, and writes each into the log first."""

import shutil
from datetime import datetime
from pathlib import Path

from redaction.config import Config
from redaction.operations.prune.candidates import PruneItem, PruneReport, What, find_prunable
from redaction.release.files.corpus_schema import MANIFEST
from redaction.state.action_log import Deed, bind_log, log_action
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.state.lock import corpus_lock
from redaction.state.plan import close_plan
from redaction.state.stores.prune_log import log_pruned, pruned
from redaction.storage import StoragePath, is_file, list_files, remove


def prune(config: Config, keep: int, as_of: datetime) -> PruneReport:
    """Remove what `find_prunable` finds, and what an interrupted pruning left.

    A release is removed before the build folder with its decisions, and its manifest before its rows. So what is left
    of an interrupted pruning is no release, and the next pruning removes it.

    Args:
        config: The config of the corpus.
        keep: How many of the newest releases stay in any case.
        as_of: The instant at which rights are evaluated.

    Returns:
        What was removed, and what stays.

    Raises:
        BusyError: A build or a takedown is running.
        DiscreetError: As `find_prunable`.
    """
    paths = CorpusPaths.of(config)
    with corpus_lock(paths):
        for entry in pruned(paths):
            folder = paths.releases / entry.version
            if entry.what == What.RELEASE and not is_file(folder / MANIFEST):
                _remove_folder(folder)
        report = find_prunable(config, keep, as_of)
        for item in sorted((each for each in report.items if each.goes), key=_releases_first):
            _remove(paths, item)
        gone = [item for item in report.items if item.goes]
        if gone:
            names = ", ".join(f"{item.what.value} {item.version}" for item in gone)
            master = master_key(config)
            log_action(paths, master, Deed.PRUNED, removed=names)
            bind_log(paths, master)
    return report.model_copy(update={"removed": True})


def _releases_first(item: PruneItem) -> bool:
    return item.what is What.BUILD


def _remove(paths: CorpusPaths, item: PruneItem) -> None:
    folder = _folder(paths, item.what, item.version)
    if item.what is What.RELEASE:
        digest = paths.registry.release(item.version).manifest.digest
        log_pruned(paths, item.version, item.what.value, item.bytes, digest)
        remove(folder / MANIFEST)
    else:
        log_pruned(paths, item.version, item.what.value, item.bytes)
        close_plan(paths, item.version)
    _remove_folder(folder)


def _folder(paths: CorpusPaths, what: What, version: str) -> StoragePath:
    return paths.releases / version if what is What.RELEASE else paths.build(version).path


def _remove_folder(folder: StoragePath) -> None:
    if isinstance(folder, Path):
        if folder.is_dir():
            shutil.rmtree(folder)
        return
    for name in list_files(folder):
        remove(folder / name)
