"""A file of a frame for the tests of tables."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest


@pytest.fixture
def write_table(tmp_path: Path) -> Callable[..., Path]:
    def write(frame: pl.DataFrame, name: str = "posts.parquet", **options: object) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path, **options)  # type: ignore[arg-type]
        return path

    return write
