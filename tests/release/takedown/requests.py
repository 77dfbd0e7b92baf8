"""Takedowns of small releases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from redaction.release import ReleaseSettings
from redaction.release.takedown import (
    WITHDRAWN,
    TakedownRequest,
    TakedownResult,
    take_down,
)
from redaction.storage import StoragePath
from tests.release.making import EXACT, MASTER

NOW = datetime(2025, 7, 10, tzinfo=UTC)


DECIDED = NOW - timedelta(hours=1)


EVENT = NOW - timedelta(days=2)


def request(tmp_path: Path, **more: Any) -> TakedownRequest:
    values: dict[str, Any] = {
        "output": tmp_path / "out",
        "corpus": "demo",
        "tombstones": tmp_path / "state" / "tombstones.parquet",
        "master": MASTER,
        "as_of": DECIDED,
        "removed_at": NOW,
        "run_id": "takedown",
        "settings": ReleaseSettings(card=EXACT),
    }
    return TakedownRequest(**values | more)


def withdrawn(*ids: str, reason: str = "opted_out") -> pl.DataFrame:
    rows = [("profiles" if i.startswith("u") else "posts", i, reason, EVENT) for i in ids]
    return pl.DataFrame(rows, schema=WITHDRAWN, orient="row")


def result_of(tmp_path: Path, *ids: str, **more: Any) -> TakedownResult:
    outcome = take_down(request(tmp_path, **more), withdrawn(*ids))
    assert outcome is not None
    return outcome


def rows_of(folder: StoragePath) -> pl.DataFrame:
    return pl.read_parquet(Path(str(folder)) / "data" / "*.parquet")
