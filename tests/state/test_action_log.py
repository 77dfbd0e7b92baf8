"""The log of actions is only appended to, and shows entries that were changed or are missing, also at its end."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from redaction.builds import open_inputs, prepare
from redaction.config import load_config
from redaction.state import CorpusPaths
from redaction.state.action_log import (
    ACTIONS,
    OUTPUT_HEAD,
    ActionLogError,
    Deed,
    check_log,
    log_action,
    read_actions,
    unlogged_releases,
)
from redaction.state.keys import master_key
from tests.network import Network, paths_of
from tests.releases import release

MASTER = bytes(range(32))
HEAD = "actions-head.json"
OTHER = b"""
import sys
from pathlib import Path
from redaction.state import CorpusPaths
from redaction.state.action_log import Deed, log_action
paths = CorpusPaths("tiny", Path(sys.argv[1]) / "out", Path(sys.argv[1]) / "state" / "tiny")
for number in range(20):
    log_action(paths, bytes(range(32)), Deed.PRUNED, number=number)
"""


@pytest.fixture
def paths(tmp_path: Path) -> CorpusPaths:
    return CorpusPaths("tiny", tmp_path / "out", tmp_path / "state" / "tiny")


@pytest.fixture
def logged(paths: CorpusPaths) -> CorpusPaths:
    for number in range(4):
        log_action(paths, MASTER, Deed.REQUESTS_RECORDED, requests=number)
    return paths


def lines(paths: CorpusPaths) -> list[bytes]:
    return (paths.state / ACTIONS).read_bytes().splitlines(keepends=True)


def test_an_entry_is_appended_to_the_same_file(logged: CorpusPaths) -> None:
    log = logged.state / ACTIONS
    before, inode = log.read_bytes(), log.stat().st_ino
    log_action(logged, MASTER, Deed.CERTIFIED, certificate="x")
    assert log.stat().st_ino == inode
    assert log.read_bytes().startswith(before)
    assert [entry.number for entry in read_actions(logged, MASTER)] == [1, 2, 3, 4, 5]
    assert {path.stat().st_mode & 0o777 for path in (log, logged.state / HEAD)} == {0o600}


Damage = Callable[[list[bytes]], bytes]
DAMAGES: dict[str, Damage] = {
    "removed at the end": lambda whole: b"".join(whole[:-1]),
    "two removed at the end": lambda whole: b"".join(whole[:-2]),
    "all removed": lambda _: b"",
    "the last cut": lambda whole: b"".join(whole)[:-9],
    "removed at the beginning": lambda whole: b"".join(whole[1:]),
    "removed in the middle": lambda whole: b"".join([whole[0], *whole[2:]]),
    "a changed byte in the middle": lambda whole: b"".join(whole).replace(b'"requests":1', b'"requests":7'),
    "a changed byte in the last": lambda whole: b"".join(whole).replace(b'"requests":3', b'"requests":7'),
    "swapped": lambda whole: b"".join([whole[1], whole[0], *whole[2:]]),
    "the last one twice": lambda whole: b"".join([*whole, whole[-1]]),
    "a line of another": lambda whole: b"".join([*whole, b"{}\n"]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_was_changed_or_removed_is_noticed(logged: CorpusPaths, damage: Damage) -> None:
    (logged.state / ACTIONS).write_bytes(damage(lines(logged)))
    with pytest.raises(ActionLogError, match=r"actions\.jsonl"):
        read_actions(logged, MASTER)


@pytest.mark.parametrize("name", ["removed at the end", "two removed at the end", "all removed", "the last cut"])
def test_nothing_is_appended_to_a_log_that_was_cut(logged: CorpusPaths, name: str) -> None:
    cut = DAMAGES[name](lines(logged))
    (logged.state / ACTIONS).write_bytes(cut)
    with pytest.raises(ActionLogError, match="entries were removed"):
        log_action(logged, MASTER, Deed.PRUNED)
    assert (logged.state / ACTIONS).read_bytes() == cut


def test_a_lost_log_or_head_is_noticed(logged: CorpusPaths) -> None:
    head = (logged.state / HEAD).read_bytes()
    for changed in (b"", head.replace(b'"entries":4', b'"entries":3')):
        (logged.state / HEAD).write_bytes(changed)
        with pytest.raises(ActionLogError, match=r"actions-head\.json"):
            check_log(logged, MASTER)
    (logged.state / HEAD).unlink()
    with pytest.raises(ActionLogError, match="does not go on"):
        check_log(logged, MASTER)
    (logged.state / HEAD).write_bytes(head)
    (logged.state / ACTIONS).unlink()
    with pytest.raises(ActionLogError, match="entries were removed"):
        check_log(logged, MASTER)


@pytest.mark.parametrize("entries", [1, 4])
def test_a_process_killed_between_entry_and_head_loses_nothing(paths: CorpusPaths, entries: int) -> None:
    for number in range(entries - 1):
        log_action(paths, MASTER, Deed.PRUNED, number=number)
    head = paths.state / HEAD
    before = head.read_bytes() if head.is_file() else None
    log_action(paths, MASTER, Deed.PRUNED, number=entries)
    head.unlink() if before is None else head.write_bytes(before)
    assert len(read_actions(paths, MASTER)) == entries
    log_action(paths, MASTER, Deed.CERTIFIED)
    assert [entry.deed for entry in read_actions(paths, MASTER)][-2:] == [Deed.PRUNED, Deed.CERTIFIED]


def test_a_part_of_a_line_that_a_killed_process_left_is_replaced(logged: CorpusPaths) -> None:
    whole = (logged.state / ACTIONS).read_bytes()
    (logged.state / ACTIONS).write_bytes(whole + whole[:50])
    assert len(read_actions(logged, MASTER)) == 4
    log_action(logged, MASTER, Deed.CERTIFIED)
    assert [entry.deed for entry in read_actions(logged, MASTER)][-1] is Deed.CERTIFIED
    assert (logged.state / ACTIONS).read_bytes().startswith(whole)


def test_two_processes_append_at_once(paths: CorpusPaths, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OTHER.decode(), str(tmp_path)]
    running = [subprocess.Popen(command) for _ in range(2)]
    while any(each.poll() is None for each in running):
        check_log(paths, MASTER)
    assert [each.returncode for each in running] == [0, 0]
    entries = read_actions(paths, MASTER)
    assert [entry.number for entry in entries] == list(range(1, 41))
    assert sorted(int(entry.details["number"]) for entry in entries) == sorted([*range(20)] * 2)


def test_an_older_log_with_its_head_is_noticed_by_the_release(tmp_path: Path) -> None:
    config = Network().write(tmp_path, release={"gates": {"max_set_aside": 0.5}})
    paths, settings = paths_of(config), load_config(config)
    master = master_key(settings)
    log_action(paths, master, Deed.REQUESTS_RECORDED, requests=1)
    older = {name: (paths.state / name).read_bytes() for name in (ACTIONS, HEAD)}
    release(config)
    entries = read_actions(paths, master)
    assert [entry.deed.value for entry in entries] == ["recorded requests", "released"]
    assert unlogged_releases(paths, entries) == ()
    for name, content in older.items():
        (paths.state / name).write_bytes(content)
    with pytest.raises(ActionLogError, match="entry 2 was changed, or entries were removed"):
        prepare(settings, open_inputs(settings))
    (Path(str(paths.releases)) / OUTPUT_HEAD).unlink()
    assert unlogged_releases(paths, read_actions(paths, master)) == ("1.0.0",)
