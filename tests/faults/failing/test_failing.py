"""What a plug-in raises, prints or logs with a text in its hands is nowhere: no file, no database, no terminal."""

from pathlib import Path

import pytest

from tests.faults.failing.fail import KINDS, fail

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("kind", "workers"),
    [
        (kind, workers)
        for kind in KINDS
        for workers in (1, 2)
        if (kind, workers) not in {("compiled code", 1), ("killed", 1)}
    ],
)
def test_no_word_of_a_text_is_left_or_said(kind: str, workers: int, tmp_path: Path) -> None:
    failed = fail(tmp_path / "run", kind, workers)
    assert failed.found == ()
    assert len(failed.lines) <= 10, failed.lines
