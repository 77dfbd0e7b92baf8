"""The commands of docs/howto/review.md work, on a review that is done."""

import re
import shlex
from pathlib import Path

import pytest

from redaction.config import load_config
from redaction.operations.review import ReviewSession, collect, open_case
from redaction.state.stores.review_store import Decision, Status
from tests.network import ROOT
from tests.operations.review.network import talkative
from tests.pipelines.running import command
from tests.releases import release

PAGE = (ROOT / "docs/howto/review.md").read_text("utf-8")


def test_the_commands_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    talkative().write(tmp_path, corpus="mine").replace(tmp_path / "mine.yaml")
    release(tmp_path / "mine.yaml")
    with open_case(load_config(tmp_path / "mine.yaml")) as case:
        collect(case, 40)
        session = ReviewSession.open(case)
        for number in range(3):
            spans = [each.model_copy(update={"decision": Decision.ACCEPTED}) for each in session.item(number).spans]
            session.store(number, Status.DONE, spans)
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) == 6
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "discreet"
        done = command(*arguments)
        assert done.returncode == 0, f"{line}: {done.stderr}"


def test_every_key_of_the_page_is_documented() -> None:
    template = (ROOT / "pipelines/review/page.html.j2").read_text("utf-8")
    keys = set(re.findall(r"<kbd>([A-Z]|Enter|Esc|Shift|[←→↑↓])</kbd>", template))
    assert keys > {"A", "R", "M", "Enter"}
    assert [key for key in keys if f"`{key}`" not in PAGE] == []
