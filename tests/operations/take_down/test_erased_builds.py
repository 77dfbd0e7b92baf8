"""A takedown erases the subject from the state of every build, and from what killed processes left."""

import json
import shutil
from pathlib import Path

import pytest

from redaction.state.scratch import scratch
from tests.network import paths_of
from tests.operations.take_down.requests import (
    files_with_the_subject,
    opted_out,
    take_down,
    with_new_post,
    without,
)
from tests.releases import stage


@pytest.mark.parametrize("number", ["1.2.0", "7.0.0"])
def test_a_takedown_erases_the_subject_from_an_earlier_failed_build_of_any_version(config: Path, number: str) -> None:
    private = paths_of(config).state
    failed = shutil.copytree(private / "1.1.0", private / number)
    plan = json.loads((failed / "plan.json").read_text()) | {"version": number}
    for folder in (failed, private):
        (folder / "plan.json").write_text(json.dumps(plan))
    without(opted_out(with_new_post(), action="erase"), "ada").write(config.parent)
    take_down(config)
    assert files_with_the_subject(config) == set()
    assert not (private / "plan.json").exists()


def test_a_failed_build_after_the_takedown_may_say_why_it_dropped_the_subject(config: Path) -> None:
    opted_out(with_new_post()).write(config.parent)
    take_down(config)
    stage(config)
    take_down(config)
    assert files_with_the_subject(config) == {f"2.1.0/{name}.parquet" for name in ("index", "rights", "decisions")}
    assert (paths_of(config).state / "plan.json").exists()


def test_scratch_copies_of_killed_processes_are_removed_and_those_in_use_stay(config: Path) -> None:
    private = paths_of(config).state
    left = private / ".question-killed"
    (left / "index.parts").mkdir(parents=True)
    for path in (
        left / "index.parquet",
        left / "index.parts" / "0.parquet",
        private / "1.1.0" / ".index.parquet.0a.draft",
    ):
        shutil.copy(private / "1.1.0" / "index.parquet", path)
    without(opted_out(with_new_post(), action="erase"), "ada").write(config.parent)
    with scratch(private) as used:
        take_down(config)
        assert used.is_dir()
    assert files_with_the_subject(config) == set()
    assert not left.exists()
