"""Private files, of one block or of several."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from redaction.state.parquet_writer import Blocks, Written


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_a_file_holds_its_blocks_and_its_notes(tmp_path: Path, blocks: int) -> None:
    rows = [pl.DataFrame({"name": [f"{n}a", None], "sizes": [[n], []]}) for n in range(blocks)]
    like = pl.DataFrame(schema={"name": pl.String, "sizes": pl.List(pl.Int64)})
    path = tmp_path / "some.parquet"
    with Written(path, like, {"plan": "of today"}) as file:
        for each in rows:
            file.add(each)
            file.add(like)
    assert [block.to_dict(as_series=False) for block in Blocks(path)] == [r.to_dict(as_series=False) for r in rows]
    assert pl.read_parquet_schema(path) == like.schema
    assert (pq.read_metadata(path).metadata or {})[b"plan"] == b"of today"
