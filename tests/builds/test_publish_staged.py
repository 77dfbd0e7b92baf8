"""A staged release is published only while what protects people is what the build decided by."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from deltalake import write_deltalake

from redaction.builds import StagedRelease, publish_release
from redaction.rights import RightsError
from redaction.state import PlanError
from redaction.tables.schemas import OBJECTIONS, RIGHTS_EVENTS
from tests.network import Network
from tests.releases import stage

DAY = 86_400


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = Network().write(tmp_path)
    write_deltalake(tmp_path / "ledger", pl.read_parquet(tmp_path / "rights_events.parquet").to_arrow())
    values = yaml.safe_load(path.read_text("utf-8"))
    values["inputs"]["rights_events"] = {"path": "ledger", "format": "delta"}
    path.write_text(yaml.safe_dump(values), "utf-8")
    return path


@pytest.fixture
def staged(config: Path) -> StagedRelease:
    return stage(config)


def test_a_staged_release_is_published(staged: StagedRelease) -> None:
    assert (Path(str(publish_release(staged))) / "manifest.json").is_file()


def opt_out(folder: Path) -> None:
    event = Network().rights_events[0] | {"event_id": "e9", "subject_id": "ada"}
    write_deltalake(folder / "ledger", pl.DataFrame([event], schema=RIGHTS_EVENTS).to_arrow(), mode="append")


def swap_objections(folder: Path) -> None:
    """Exchange the objections, with the size and the time of the file as they were."""
    path = folder / "objections.parquet"
    before = path.stat()
    rows: list[dict[str, Any]] = [{"objection_id": "o1", "name": "Zoltan Exomple", "received_at": datetime.now(UTC)}]
    pl.DataFrame(rows, schema=OBJECTIONS).write_parquet(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def close_an_account(folder: Path) -> None:
    profiles = pl.read_parquet(folder / "profiles.parquet")
    closed = pl.when(pl.col("user_id") == "ada").then(pl.lit("closed")).otherwise("account_status")
    profiles.with_columns(closed.alias("account_status")).write_parquet(folder / "profiles.parquet")


@pytest.mark.parametrize(
    ("change", "table"),
    [(opt_out, "rights_events"), (swap_objections, "objections"), (close_an_account, "profiles")],
)
def test_what_protects_and_changed_since_stops_the_publishing(
    staged: StagedRelease, config: Path, change: Callable[[Path], None], table: str
) -> None:
    change(config.parent)
    with pytest.raises(PlanError, match=rf"tiny: {table} changed since build 1\.0\.0 .*; nothing was published: run"):
        publish_release(staged)
    assert not (config.parent / "out/tiny/1.0.0").exists()


def test_posts_that_changed_since_do_not_stop_it(staged: StagedRelease, config: Path) -> None:
    """They are of a later build; what was staged was decided by the rights of today."""
    (config.parent / "posts.parquet").touch()
    publish_release(staged)


def test_a_release_that_waited_until_its_ledger_is_too_old_is_not_published(
    staged: StagedRelease, config: Path
) -> None:
    waited = time.time() - 40 * DAY
    os.utime(staged.staging.root / "plan", (waited, waited))
    with pytest.raises(RightsError, match="the release was staged 40 days ago: 30 days are allowed together"):
        publish_release(staged)
    assert not (config.parent / "out/tiny/1.0.0").exists()
