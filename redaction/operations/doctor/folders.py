"""The folders of a corpus: may they be written, who may read them, is there room, and what did a killed build leave?"""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from redaction.builds.inputs import open_inputs
from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.operations.doctor.checkup import Condition, State
from redaction.state.layout import CorpusPaths
from redaction.state.lock import is_busy
from redaction.storage.sizes import folder_size, readable_size

_SKEW: Final = timedelta(minutes=5)
_LEFT_BEHIND: Final = (".staging-*", ".question-*", ".fetched-*", ".*.draft")
"""What a killed build or takedown leaves: stagings, scratch folders, copies of releases, unfinished files."""


def check_access(paths: CorpusPaths) -> Iterator[Condition]:
    """Whether releases and state can be written, and whether others can read the state."""
    folders = {"output": paths.releases, "state": paths.state}
    for name, folder in folders.items():
        if not isinstance(folder, Path):
            continue
        present = next(each for each in (folder, *folder.parents) if each.exists())
        if present.is_dir() and os.access(present, os.W_OK | os.X_OK):
            yield Condition(name=name, state=State.OK, found=f"{folder}: can be written")
        else:
            fix = f"give this user write access to {present}"
            yield Condition(name=name, state=State.PROBLEM, found=f"{folder}: cannot be written", correction=fix)
    if paths.state.is_dir():
        mode = stat.S_IMODE(paths.state.stat().st_mode)
        if mode & 0o077:
            found = f"{paths.state}: mode {mode:04o} lets others in"
            yield Condition(name="privacy", state=State.PROBLEM, found=found, correction=f"run chmod 700 {paths.state}")
        else:
            yield Condition(name="privacy", state=State.OK, found=f"{paths.state}: only its owner may enter")


def _is_published(paths: CorpusPaths, version: str) -> bool:
    release = paths.releases / version
    return not isinstance(release, Path) or release.is_dir()


def check_room(paths: CorpusPaths) -> Iterator[Condition]:
    """Compare the free room with what the last build took that was published: one that was stopped took less."""
    builds = [each for each in paths.builds() if _is_published(paths, each.version)]
    if not builds:
        yield Condition(name="disk", state=State.OK, found="no build yet, so what one takes is unknown")
        return
    last = builds[-1]
    release = paths.releases / last.version
    needs = {paths.state: folder_size(last.path)}
    if isinstance(release, Path):
        needs[release.parent] = folder_size(release)
    for folder, needed in needs.items():
        free = shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
        found = f"{folder}: {readable_size(free)} free; the build of {last.version} took {readable_size(needed)} there"
        if free > 3 * needed:
            yield Condition(name="disk", state=State.OK, found=found)
        else:
            state = State.WARNING if free > needed else State.PROBLEM
            yield Condition(name="disk", state=state, found=found, correction="free some room; see discreet prune")


def check_clock(config: Config, paths: CorpusPaths, now: datetime) -> Iterator[Condition]:
    """Whether the clock of this machine is behind the files, or behind the last release."""
    ahead = [name for name, moment in _times(config) if moment > now + _SKEW]
    release = paths.registry.newest()
    if release is not None and release.manifest.as_of > now:
        found = f"is before the instant of {release.version}, {release.manifest.as_of.isoformat()}"
        yield Condition(name="clock", state=State.PROBLEM, found=found, correction="set the clock of this machine")
    if ahead:
        found = f"{len(ahead)} input files are of the future, such as {ahead[0]}"
        fix = "set the clock of this machine, or of the one that writes them"
        yield Condition(name="clock", state=State.WARNING, found=found, correction=fix)
    elif release is None or release.manifest.as_of <= now:
        yield Condition(name="clock", state=State.OK, found=f"{now:%Y-%m-%d %H:%M} UTC, after every input file")


def check_leftovers(paths: CorpusPaths) -> Iterator[Condition]:
    """What a killed build left behind. The next one removes it."""
    if is_busy(paths):
        yield Condition(name="leftovers", state=State.OK, found="a build or takedown is running now")
        return
    folders = [paths.state, paths.state / "staging", *([paths.releases] if isinstance(paths.releases, Path) else [])]
    found = [path for folder in folders for pattern in _LEFT_BEHIND for path in sorted(folder.glob(pattern))]
    if not found:
        yield Condition(name="leftovers", state=State.OK, found="nothing of a killed build")
        return
    size = readable_size(sum(map(folder_size, found)))
    yield Condition(
        name="leftovers",
        state=State.WARNING,
        found=f"a build was killed and left {size}: {', '.join(path.name for path in found[:3])}",
        correction="run discreet build; it removes them first",
    )


def _times(config: Config) -> Iterable[tuple[str, datetime]]:
    try:
        files = [file.path for each in open_inputs(config).files.values() for file in each]
    except DiscreetError:
        return []
    return [(path.name, _modified(path)) for path in files if isinstance(path, Path)]


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
