"""The project's own files: what the lock may name, what documents must tell, what nothing may contain."""

import re
import subprocess
from pathlib import Path

import pytest

from redaction.builds import OutcomeReason
from redaction.detection import DetectionReason
from redaction.tables import QuarantineReason

ROOT = Path(__file__).parents[1]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_the_lock_names_no_host_and_pins_every_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", lock)
    pinned = re.findall(r"^([a-z0-9._-]+)==[^ ]+ ?(\\?)(.*)$", lock, flags=re.MULTILINE)
    assert len(pinned) > 100
    assert all(follows == "\\" for _, follows, _ in pinned)
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_no_machine_path_is_in_a_tracked_file() -> None:
    machine_path = re.compile(rb"(?<![A-Za-z0-9_./])/(?:home|Users|root|work)/[a-z]")
    found = [
        path for path in tracked() if path.suffix not in {".parquet", ".npz"} and machine_path.search(path.read_bytes())
    ]
    assert found == []


@pytest.mark.parametrize("reasons", [QuarantineReason, DetectionReason, OutcomeReason])
def test_every_reason_is_documented(reasons: type[QuarantineReason | DetectionReason | OutcomeReason]) -> None:
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert [reason.value for reason in reasons if f"`{reason.value}`" not in text] == []


def test_the_library_imports_nothing_from_above() -> None:
    found = [
        path
        for path in (ROOT / "redaction").rglob("*.py")
        if re.search(r"^\s*(from|import) (pipelines|dagster)", path.read_text("utf-8"), flags=re.MULTILINE)
    ]
    assert found == []
