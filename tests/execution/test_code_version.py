"""The digest of the library's own code."""

from pathlib import Path

import pytest

from redaction.execution.code_version import code_digest


@pytest.mark.parametrize("name", ["rights/words.txt", "rights/rules.yaml", "rights/rules.json", "rights/rules.py"])
def test_a_changed_file_that_decides_changes_the_digest(name: str, tmp_path: Path) -> None:
    digests = set[str]()
    for content in ("health", "health, illness"):
        path = tmp_path / content[-7:] / name
        path.parent.mkdir(parents=True)
        path.write_text(content)
        digests.add(code_digest(tmp_path / content[-7:]))
    assert len(digests) == 2


def test_examples_of_configs_decide_nothing(tmp_path: Path) -> None:
    empty = code_digest(tmp_path)
    (tmp_path / "config/files").mkdir(parents=True)
    (tmp_path / "config/files/sample.yaml").write_text("a: 1")
    code_digest.cache_clear()
    assert code_digest(tmp_path) == empty
