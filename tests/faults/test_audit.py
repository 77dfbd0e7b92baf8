"""The audit of the lock names vulnerable packages, and says so where it cannot reach its data."""

from tests.faults.audit import judge

CLEAN = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}
UNKNOWN = {"name": "c", "skip_reason": "not found on PyPI"}


def test_vulnerabilities_fail_and_what_is_unknown_is_counted() -> None:
    code, lines = judge({"dependencies": [CLEAN, BAD, UNKNOWN]})
    assert code == 1
    assert lines == ["b 2: PYSEC-1", "b 2: PYSEC-2", "audit: 2 packages, 1 unknown, 2 vulnerabilities"]
    assert judge({"dependencies": [CLEAN]}) == (0, ["audit: 1 packages, 0 unknown, 0 vulnerabilities"])


def test_without_data_it_is_skipped_with_a_word() -> None:
    for packages in ([], [UNKNOWN]):
        assert judge({"dependencies": packages}) == judge(None)
    assert judge(None) == (0, ["audit: skipped, the data on vulnerabilities cannot be reached"])
