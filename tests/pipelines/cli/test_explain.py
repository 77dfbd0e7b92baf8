"""`discreet explain` shows a decision without any text."""

from pathlib import Path

import pytest

from tests.pipelines.running import CANARY, command, decisions_of


@pytest.mark.parametrize("record", ["p-re-eva", "p-null", "out", "p-ada"])
def test_explain_shows_the_reason_and_no_text(built: tuple[Path, Path], record: str) -> None:
    config, _ = built
    done = command("explain", str(config), record)
    assert done.returncode == 0, done.stderr
    assert decisions_of(config)[record][1] in done.stdout
    assert CANARY not in done.stdout
    assert "Okafor" not in done.stdout
