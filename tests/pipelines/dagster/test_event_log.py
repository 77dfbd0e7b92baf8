"""No value of a row is in the event log or the storage of an instance."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipelines.build import build
from pipelines.definitions import build_defs
from redaction.builds import assemble
from redaction.errors import DiscreetError, ProgramError
from redaction.release import ShardWriter
from tests.network import Network


def test_nothing_from_a_row_is_in_the_event_log_also_when_a_run_fails(config: Path) -> None:
    build(config)
    (config.parent / "key").chmod(0o644)
    with pytest.raises(DiscreetError):
        build(config)
    network = Network()
    secrets = [word for post in network.posts for word in str(post["text"]).split() if len(word) > 8]
    secrets += [profile["full_name"] for profile in network.profiles]
    logs = [path for path in (config.parent / "dagster").rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in logs)
    for path in logs:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], path


def test_an_unexpected_error_is_reported_by_its_type_alone(
    config: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(ShardWriter):
        def write(self, rows: pl.DataFrame) -> None:
            raise ValueError(rows["text"][0])

    monkeypatch.setattr(assemble, "ShardWriter", Failing)
    with pytest.raises(ProgramError, match=r"staged_release: ValueError in write, line \d+; this is a defect"):
        build(config)
    logs = b"".join(path.read_bytes() for path in (config.parent / "dagster").rglob("*") if path.is_file())
    assert b"timetable" not in logs


def test_dagster_stores_no_value_of_an_asset(
    built: tuple[Path, dg.DagsterInstance], config: Path, instance: dg.DagsterInstance
) -> None:
    def stored(home: Path) -> list[str]:
        files = (path for path in (home / "storage").rglob("*") if path.is_file())
        return [path.name for path in files if path.parent.name != "compute_logs"]

    @dg.asset
    def careless() -> str:
        return "a text"

    assert not stored(built[0].parent / "dagster")
    resources = {"io_manager": (build_defs(config).resources or {})["io_manager"]}
    assert not dg.materialize([careless], resources=resources, instance=instance, raise_on_error=False).success
    assert not stored(config.parent / "dagster")
