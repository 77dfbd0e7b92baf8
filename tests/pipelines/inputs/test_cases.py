"""Files as real tools write them give the records of plain ones, or stop the run and say why: never fewer rights."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from redaction.config import load_config
from redaction.errors import DiscreetError
from redaction.operations import expect, find_problems
from redaction.release import Manifest
from tests.pipelines.inputs import column_cases, export_cases, folder_cases, time_cases, value_cases  # noqa: F401 - they add their cases
from tests.pipelines.inputs.files import CASES, Case, Files
from tests.releases import release

Counts = Counter[tuple[str, str]]


def checked(config: Path) -> Counts:
    """Return what `discreet check` counts, by source and reason. Raises DiscreetError where it finds a problem."""
    problems = find_problems(config)
    if problems:
        raise DiscreetError("\n".join(str(finding) for each in problems for finding in each.findings or (each,)))
    expected = expect(load_config(config))
    if expected.findings:
        raise DiscreetError("\n".join(map(str, expected.findings)))
    rows = expected.counts.select("source", "decision", "reason", "records").rows()
    return Counter({(source, "keep" if kept == "keep" else reason): n for source, kept, reason, n in rows})


def built(config: Path) -> Counts:
    """Return what a build counts."""
    manifest, counts = Manifest.read(release(config)), Counts()
    for source, found in manifest.sources.items():
        counts += Counter({(source, "keep"): found.kept})
        counts += Counter({(source, reason): n for reason, n in {**found.dropped, **found.quarantined}.items()})
    return counts


def ends_as_expected(case: Case, folder: Path, plain: Counts, run: Callable[[Path], Counts]) -> None:
    files = Files.of(folder)
    case.make(files)
    config = files.write()
    if case.refused:
        with pytest.raises(DiscreetError) as stopped:
            run(config)
        assert re.search(case.refused, re.sub(r"\s+", " ", str(stopped.value))), stopped.value
        assert not (folder / "out").exists()
        return
    expected = plain.copy()
    expected.update(case.differs)
    assert run(config) == +expected


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    return checked(Files.of(tmp_path_factory.mktemp("plain")).write())


def test_the_plain_files_cover_every_kind_of_right(plain: Counts) -> None:
    reasons = {reason for source, reason in plain if source == "posts"}
    assert reasons >= {"keep", "opted_out", "region_exempt", "under_age", "account_closed", "parent_protected"}


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_check_of_a_case_ends_as_expected(case: Case, tmp_path: Path, plain: Counts) -> None:
    ends_as_expected(case, tmp_path, plain, checked)


SHORT = ("one_address_for_a_list", "what_spark_leaves", "purposes_in_the_names_of_folders", "no_posts")


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=() if name in SHORT else pytest.mark.slow, id=name) for name, case in CASES.items()],
)
def test_a_build_of_a_case_ends_as_expected(case: Case, tmp_path: Path, plain: Counts) -> None:
    ends_as_expected(case, tmp_path, plain, built)


def test_files_that_are_not_read_are_counted_in_the_manifest(tmp_path: Path) -> None:
    files = Files.of(tmp_path)
    folder_cases.what_spark_leaves(files)
    files.at("posts.parquet.d/notes.md").touch()
    files.inputs["posts"]["exclude"] = ["*.md"]
    unread = Manifest.read(release(files.write())).unread_files
    assert {name: counts.model_dump() for name, counts in unread.items()} == {"posts": {"hidden": 3, "excluded": 1}}
