"""Private files, of one block or of several."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from redaction.state.parquet_writer import Blocks, TableWriter
from redaction.state.private_tables import PrivateTable, Retention


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_a_file_has_its_blocks_and_its_metadata(tmp_path: Path, blocks: int) -> None:
    rows = [pl.DataFrame({"name": [f"{n}a", None], "sizes": [[n], []]}) for n in range(blocks)]
    schema = pl.Schema({"name": pl.String(), "sizes": pl.List(pl.Int64())})
    table = PrivateTable("some.parquet", Retention.WITH_BUILD, "Some rows.", schema)
    path = tmp_path / "some.parquet"
    with TableWriter(table, path, {"plan": "of today"}) as file:
        for each in rows:
            file.add(each)
            file.add(each.clear())
    assert [block.to_dict(as_series=False) for block in Blocks(path)] == [r.to_dict(as_series=False) for r in rows]
    assert pl.read_parquet_schema(path) == schema
    assert (pq.read_metadata(path).metadata or {})[b"plan"] == b"of today"
