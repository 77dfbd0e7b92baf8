"""The program's decisions against those of DuckDB, row for row, over the same files."""

from pathlib import Path

import pytest

from redaction.rights import Reason
from tests.rights.oracle import compare, write_network

NOT_COVERED = {
    Reason.NOT_OPTED_IN: "the policy asks for no opt-in",
    Reason.RIGHTS_RESERVED: "signals of others are in the truth table",
    Reason.SIGNAL_UNREADABLE: "signals of others are in the truth table",
    Reason.NEAR_DUPLICATE: "texts are not read",
}


@pytest.mark.parametrize("posts", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_every_decision_agrees_with_the_oracle(tmp_path: Path, posts: int) -> None:
    write_network(tmp_path, posts)
    found = compare(tmp_path)
    assert (found.differing, found.examples) == (0, [])
    assert found.agreeing == posts + 2 * (posts // 10), "each post, each profile, each member"
    assert set(Reason) - set(found.reasons) == NOT_COVERED.keys()
