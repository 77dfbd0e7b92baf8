"""Test that a comparison of policies counts what a build under each would decide, near copies included."""

from pathlib import Path

import pytest

from redaction.builds.reconcile import ReconciliationError
from redaction.config import load_config
from redaction.operations import compare_policies
from redaction.rights import PolicyDiff
from tests.network import AS_OF, ROOT, Network

SUMMARY = "I left the signal box after nine winters, kept the lamp and the ledger, and now I teach clocks to children."
FIRST, SECOND = "linkedin-2024-09", "opt-in"


def with_copy() -> Network:
    network = Network()
    network.posts += [
        network.posts[0] | {"post_id": "p-hers", "text": SUMMARY},
        network.posts[1] | {"post_id": "p-copy", "text": SUMMARY},
    ]
    return network


def compared(network: Network, folder: Path, before: str = FIRST, after: str = SECOND) -> PolicyDiff:
    return compare_policies(load_config(network.write(folder)), before, after, (AS_OF, AS_OF))


def test_copies_of_what_one_policy_protects_are_counted(tmp_path: Path) -> None:
    """Under the second policy only ben, who opted in, may be used, so his copy of ada's text is dropped."""
    difference = compared(with_copy(), tmp_path)
    counts = {row["reason"]: row["change"] for row in difference.counts.filter(source="posts").iter_rows(named=True)}
    assert counts["near_duplicate"] == 1
    posts = difference.counts.filter(source="posts")
    before, after = (posts.filter(reason="eligible")[side].item() for side in ("before", "after"))
    whole = posts["before"].sum()
    sentence = difference.sentence(FIRST, SECOND)
    assert sentence.startswith(f"opt-in keeps {after} of {whole} posts ({after / whole:.1%}), ")
    assert f"linkedin-2024-09 keeps {before} posts ({before / whole:.1%}), " in sentence
    moves = difference.moves.filter(source="posts", reason_before="eligible").select("reason_after", "records").rows()
    assert ("near_duplicate", 1) in moves


def test_a_policy_may_be_a_file_and_differs_from_itself_in_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "configs" / "policies")
    difference = compared(with_copy(), tmp_path, "linkedin-2024-09.yaml", FIRST)
    assert difference.moves.is_empty()
    assert difference.counts["change"].to_list() == [0] * difference.counts.height


def test_nothing_is_stored(tmp_path: Path) -> None:
    compared(with_copy(), tmp_path)
    assert not [path for path in (tmp_path / "state").rglob("*") if path.is_file() and path.suffix == ".parquet"]


def test_rights_that_would_reach_nobody_stop_the_comparison(tmp_path: Path) -> None:
    network = with_copy()
    network.rights_events[0]["subject_id"] = "OUT"
    with pytest.raises(ReconciliationError, match="letter case: 1"):
        compared(network, tmp_path)
