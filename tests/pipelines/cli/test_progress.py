"""The stages of a build, with what was done in each."""

import sys
from io import StringIO

import pytest

from pipelines.cli.shared.progress import StageProgress
from redaction.execution.progress import Progress


def test_the_parts_of_the_redaction_add_up_and_other_work_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with StageProgress() as progress:
        progress.start("source_tables")
        progress.advance(Progress("files", 0, 5))
        progress.advance(Progress("files", 5, 5))
        progress.advance(Progress("posts", 0, 12))
        progress.advance(Progress("posts", 12, 12))
        progress.start("redacted_profiles")
        for _ in range(2):
            progress.advance(Progress("records", 0, 3))
            progress.advance(Progress("records", 3, 3))
        progress.start("redacted_posts", 10)
        progress.advance(Progress("records", 0, 4))
        progress.advance(Progress("records", 4, 4))
    lines = [line.split() for line in written.getvalue().splitlines()]
    assert [line[:3] for line in lines] == [["read", "12", "posts"], ["redact", "10", "records"]]
    assert list(progress.seconds) == ["read", "redact"]


def test_a_stage_that_failed_has_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with pytest.raises(KeyError), StageProgress() as progress:
        progress.start("source_tables")
        raise KeyError
    assert written.getvalue() == ""
