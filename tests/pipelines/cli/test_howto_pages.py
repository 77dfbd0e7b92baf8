"""The commands of the pages about takedowns and access requests work, and print what the pages show."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.network import MAY, ROOT, Network, paths_of
from tests.pipelines.running import command
from tests.releases import release

IDS = {"MEMBER_ID": "ada", "POST_ID": "p-ada", "DAY": f"{datetime.now(UTC):%Y-%m-%d}"}
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def example(folder: Path) -> Network:
    """Publish the corpus of the examples, with a reply to the member's post and a ledger that is up to date."""
    network = Network()
    network.posts.append(network.posts[0] | {"post_id": "p-re-ada", "author_id": "ben", "in_reply_to": "p-ada"})
    network.posts[-1]["text"] = "I would like to see those slides about timetables too, please."
    write(network, folder)
    release(folder / "mine.yaml")
    return network


def write(network: Network, folder: Path) -> None:
    rights = {"ledger_complete_until": datetime.now(UTC).isoformat()}
    network.write(folder, corpus="mine", rights=rights).replace(folder / "mine.yaml")


def run_page(name: str) -> None:
    """Run the commands of a page in order; each line of the text below a block must be in what the block printed."""
    printed, ids = "", dict(IDS)
    for language, block in BLOCK.findall((ROOT / "docs/howto" / name).read_text("utf-8")):
        if language == "text":
            for line in block.splitlines():
                pattern = re.escape(line).replace("…", ".*")
                assert re.search(f"^{pattern}$", printed, re.MULTILINE), f"{line}\nis not in\n{printed}"
            continue
        printed = ""
        for line in block.splitlines():
            program, *arguments = [ids.get(word, word) for word in shlex.split(line, comments=True)]
            assert program == "discreet"
            done = command(*arguments)
            assert done.returncode == 0, f"{line}: {done.stderr}"
            printed += done.stdout
            if found := re.search(r"not acknowledged: \d+ (\w+)", done.stdout):
                ids["DESCENDANT"] = found[1]
            if found := re.search(r"^r[0-9a-f]{16}$", done.stdout, re.MULTILINE):
                ids["REQUEST_ID"] = found[0]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_about_access_requests(folder: Path) -> None:
    example(folder)
    run_page("answer-a-member.md")


def test_the_page_about_takedowns(folder: Path) -> None:
    network = example(folder)
    first = str(paths_of(folder / "mine.yaml").releases / "1.0.0")
    assert command("register", first, "--as", "tokenized", "--at", "s3://bucket.example/tokens").returncode == 0
    event = {"event_id": "e9", "subject_id": "ada", "action": "opt_out", "event_time": MAY, "received_at": MAY}
    network.rights_events.append(event)
    write(network, folder)
    run_page("takedown.md")
