"""Every test that the pages on faults and threats name exists."""

import re

import pytest

from tests.network import ROOT

PAGES = ("docs/faults.md", "docs/threats.md")


@pytest.mark.parametrize("page", PAGES)
def test_each_named_test_exists(page: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / page).read_text("utf-8"))
    assert len(named) > 20
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).is_file() or (name and f"def {name}(" not in (ROOT / file).read_text("utf-8"))
    ]
    assert missing == []


def test_each_kind_of_fault_has_a_test() -> None:
    page = (ROOT / "docs/faults.md").read_text("utf-8")
    table = page.partition("the test of each")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| Found")]
    assert len(rows) == 22
    assert all("::test_" in row for row in rows)
