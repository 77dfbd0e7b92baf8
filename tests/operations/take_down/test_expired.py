"""A release expires at the end of its retention: its verification says so, and a takedown removes it."""

import json
from pathlib import Path

import polars as pl
import pytest

from redaction.config import load_config
from redaction.operations import preview_takedown, settle_superseded
from redaction.release import Manifest
from redaction.release.takedown import read_chain, verify_beside_notices
from tests.network import AS_OF, Network, paths_of
from tests.operations.take_down.requests import opted_out, take_down
from tests.pipelines.running import command
from tests.releases import release

LONG = 100_000


def of_days(days: int) -> dict[str, object]:
    return {"card": {"smallest_count": 1}, "governance": {"retention_days": days}}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = Network().write(tmp_path, release=of_days(30))
    release(config)
    return config


def verified(config: Path, version: str) -> tuple[int, dict[str, object]]:
    done = command("verify", str(paths_of(config).releases / version), "--current", "--json")
    return done.returncode, json.loads(done.stdout)


def test_an_expired_release_is_not_current(config: Path) -> None:
    code, answer = verified(config, "1.0.0")
    assert (code, answer["unchanged"], answer["expired"]) == (1, True, True)
    assert str(answer["expires_at"]).startswith("2025-07-30")
    Network().write(config.parent, release=of_days(LONG))
    release(config)
    code, answer = verified(config, "1.1.0")
    assert (code, answer["expired"]) == (0, False)


def test_a_takedown_removes_an_expired_release(config: Path) -> None:
    Network().write(config.parent, release=of_days(LONG))
    release(config)
    assert preview_takedown(load_config(config), AS_OF).expired == ("1.0.0",)
    assert take_down(config) is None
    releases = paths_of(config).releases
    (notice,) = read_chain(releases)
    assert (notice.scope, notice.replacement, set(notice.causes)) == ("releases", "1.1.0", {"expiry"})
    assert list((Path(str(releases)) / "1.0.0").glob("data/*")) == []
    assert verify_beside_notices(releases / "1.0.0").ok
    assert verify_beside_notices(releases / "1.1.0").ok
    assert settle_superseded(load_config(config), remove_rows=False).expired == ()
    opted_out(Network()).write(config.parent, release=of_days(LONG))
    outcome = take_down(config)
    assert outcome is not None
    assert outcome.notice.takedown_id == "000002"
    assert Manifest.read(releases / "2.0.0").expires_at == Manifest.read(releases / "1.1.0").expires_at


def test_the_table_of_an_expired_release_is_emptied(tmp_path: Path) -> None:
    table = {"table": {"path": "table", "format": "delta"}}
    config = Network().write(tmp_path, release=of_days(30) | table)
    release(config)
    rows = pl.concat(map(pl.read_parquet, (tmp_path / "table").glob("*.parquet")))
    assert rows.height
    settle_superseded(load_config(config), remove_rows=False)
    assert sum(pl.read_parquet(file).height for file in (tmp_path / "table").glob("*.parquet")) == 0


def test_the_only_release_expires_without_a_replacement(config: Path) -> None:
    done = command("takedown", str(config), "--yes", "--as-of", AS_OF.isoformat())
    assert done.returncode == 0, done.stderr
    assert "expired: 1.0.0, its retention is over" in done.stdout
    code, answer = verified(config, "1.0.0")
    assert (code, answer["unchanged"], answer["withdrawn"], answer["replacement"]) == (1, True, True, None)
    assert "use no release" in command("verify", str(paths_of(config).releases / "1.0.0")).stdout
    assert "expired: 1.0.0" in command("notices", str(paths_of(config).releases)).stdout
    assert release(config).name == "1.1.0"
