"""The snippets of the page about training run on a release, and drop what a takedown removed."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.network import ROOT, paths_of
from tests.pipelines.cli.test_howto_pages import example, write
from tests.pipelines.running import command, rows_of

PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOAD, *OTHERS = PYTHON.findall((ROOT / "docs/howto/train.md").read_text("utf-8"))


def test_the_snippets_run_and_removed_records_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    network = example(tmp_path)
    found: dict[str, Any] = {}
    exec(LOAD, found)
    now = datetime.now(UTC)
    asked = {"event_id": "e-now", "subject_id": "ada", "action": "opt_out", "event_time": now, "received_at": now}
    network.rights_events.append(asked)
    write(network, tmp_path)
    assert command("takedown", "mine.yaml", "--yes", "--most-absent", "1").returncode == 0
    for block in OTHERS:
        exec(block, found)
    assert set(found["tokens"]["text"]) >= {"[PERSON_1]", "[LOCATION_1]", "[EMAIL_ADDRESS_1]"}
    assert 0 < found["kept"].height <= found["rows"].height
    successor = paths_of(tmp_path / "mine.yaml").registry.newest()
    assert successor is not None
    assert len(found["gone"]) > 0
    assert set(found["left"]["record_id"]) == set(rows_of(successor.folder)["record_id"])
    with pytest.raises(SystemExit, match=r"use version 2\.0\.0"):
        exec(LOAD, {})
