"""Ids, file names, YAML keys and texts from outside are shown as text: no markup, no escape sequence, no link."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.network import MAY, ROOT, Network, paths_of
from tests.pipelines.running import command, in_terminal
from tests.releases import release

LATER = "2025-06-30T00:00:00Z"
LINKS = ("[link=http://a.example]p[/link]", "p\x1b]8;;http://a.example\x07q")
POSTS = ("p[/b]x", "p[bold]y", "p\x1b[31mz", "p\x9bw", *LINKS)
MEMBER = "m[red]\x1b[2J:smile:"
EVENT = "e[/b]1\x1b[0m"
SHOWN = {name: name.replace("\x1b", "\\x1b").replace("\x07", "\\x07").replace("\x9b", "\\x9b") for name in POSTS}
NAME = "n[bold][b]\x1b[31m"
INERT = "n[bold][b]\\x1b[31m"
FOLDER = "n\x1b(0"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A release whose author and posts have such ids, and a ledger in which the author then opts out."""
    network = Network()
    network.profiles.append(network.profiles[0] | {"user_id": MEMBER, "full_name": "Mara Example", "handle": "mara.x"})
    network.region_signals.append(network.region_signals[0] | {"subject_id": MEMBER})
    own = {"author_id": MEMBER, "text": "The winter timetable is out again."}
    network.posts += [network.posts[1] | own | {"post_id": name} for name in POSTS]
    path = network.write(tmp_path_factory.mktemp("hostile"))
    release(path)
    event = {"subject_id": MEMBER, "action": "opt_out", "event_time": MAY, "received_at": MAY}
    network.rights_events.append(event | {"event_id": EVENT})
    network.write(path.parent)
    yield path


def shown(*arguments: str, code: int = 0) -> str:
    """Run a command and return both outputs, which must be inert."""
    done = command(*arguments)
    assert done.returncode == code, done.stderr
    both = done.stdout + done.stderr
    assert not [character for character in both if not character.isprintable() and character != "\n"]
    return both


@pytest.mark.parametrize("name", POSTS)
def test_explain_shows_a_hostile_id_as_text(config: Path, name: str) -> None:
    text = shown("explain", str(config), name, "--all")
    assert text.startswith(f"post {SHOWN[name]} is in 1.0.0")
    assert "\\x1b[0m" in text, "the event's id"
    assert json.loads(shown("explain", str(config), name, "--json"))["source_id"] == name


def test_explain_and_trace_show_a_hostile_member(config: Path) -> None:
    member = MEMBER.replace("\x1b", "\\x1b")
    assert f"profile {member} is in 1.0.0" in shown("explain", str(config), MEMBER)
    text = shown("trace", str(config), MEMBER, "--all", "--as-of", LATER)
    assert f"Not gone: 7 records of {member} readable in 1.0.0." in text
    for name in POSTS:
        assert f"posts {SHOWN[name]}: now drop (opted_out)" in text
    assert json.loads(shown("trace", str(config), MEMBER, "--json", "--as-of", LATER))["subject_id"] == MEMBER


def test_a_terminal_gets_no_sequence_of_a_hostile_id(config: Path) -> None:
    done = in_terminal(["explain", str(config), LINKS[1], "--all"])
    assert done.code == 0
    assert SHOWN[LINKS[1]] in done.text
    assert "\x1b" not in done.text
    assert "\x07" not in done.text


@pytest.mark.parametrize("name", ["explain", "trace"])
def test_an_unknown_hostile_id_is_repeated_as_text(config: Path, name: str) -> None:
    assert INERT in shown(name, str(config), NAME, code=1)


def test_takedown_diff_notices_and_verify_are_inert(config: Path, tmp_path: Path) -> None:
    path = shutil.copytree(config.parent, tmp_path / FOLDER) / "config.yaml"
    assert "opted_out 7" in shown("takedown", str(path), "--dry-run", "--as-of", LATER)
    assert FOLDER.replace("\x1b", "\\x1b") in shown("takedown", str(path), "--yes", "--as-of", LATER)
    releases = paths_of(path).releases
    pair = [str(releases / version) for version in ("1.0.0", "2.0.0")]
    assert "removed posts as taken_down: 6" in shown("diff", *pair, "--config", str(path), "--records")
    shown("notices", str(releases))
    uri = f"s3://a.example/{NAME}"
    shown("register", pair[1], "--as", "copied", "--at", uri)
    (Path(str(releases)) / "2.0.0" / NAME).write_text("x")
    assert f"{INERT}: not in the manifest" in shown("verify", pair[1], code=1)


def test_check_and_build_show_hostile_keys_and_rows_as_text(config: Path, tmp_path: Path) -> None:
    text = shown("check", str(config), "--show-rows", "--as-of", LATER)
    assert "p-ada" in text
    settings = yaml.safe_load(config.read_text("utf-8"))
    settings[NAME] = 1
    settings["rights"][NAME] = {NAME: NAME}
    settings["inputs"]["posts"]["path"] = NAME
    path = config.parent / "hostile.yaml"
    path.write_text(yaml.safe_dump(settings), "utf-8")
    for name in ("check", "build"):
        assert INERT in shown(name, str(path), code=1)
    del settings[NAME], settings["rights"][NAME]
    path.write_text(yaml.safe_dump(settings), "utf-8")
    for name in ("check", "build"):
        assert INERT in shown(name, str(path), code=1)


def test_other_commands_repeat_names_as_text(config: Path, tmp_path: Path) -> None:
    policy = yaml.safe_load((ROOT / "configs/policies/opt-in.yaml").read_text("utf-8"))
    policy["retention"] = NAME
    path = tmp_path / f"{NAME[:4]}.yaml".replace("/", "")
    path.write_text(yaml.safe_dump(policy, sort_keys=False), "utf-8")
    assert INERT in shown("policy", "check", str(path))
    assert INERT in shown("redact", NAME, code=1)
    assert INERT in shown("evaluate", NAME, code=1)
    assert INERT in shown("verify", NAME, code=1)
    tables = ("--posts", NAME, "--profiles", "y", "--ledger", "z")
    assert INERT in shown("init", NAME, *tables, code=1)
