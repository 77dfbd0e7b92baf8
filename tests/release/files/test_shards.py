import hashlib
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from redaction.release import ShardWriter
from redaction.release.errors import ReleaseError
from redaction.release.files.corpus_schema import CORPUS_SCHEMA
from redaction.release.files.shards import shard_name, write_shard
from tests.release.making import corpus_rows


def written(folder: Path, rows: pl.DataFrame, batch: int, per_shard: int) -> dict[str, str]:
    with ShardWriter(folder, per_shard) as writer:
        for part in rows.iter_slices(batch):
            writer.write(part)
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted((folder / "data").iterdir())}


@pytest.mark.parametrize("per_shard", [700, 12_000])
def test_batches_leave_no_trace(tmp_path, per_shard):
    rows = pl.concat([corpus_rows(300, 0)] * 80)
    first = written(tmp_path / "a", rows, 24_000, per_shard)
    assert written(tmp_path / "b", rows, 777, per_shard) == first
    assert pl.read_parquet(tmp_path / "a" / "data" / "*.parquet")["text"].to_list() == rows["text"].to_list()
    sizes = [pq.read_metadata(tmp_path / "a" / "data" / name).num_rows for name in first]
    assert sum(sizes) == rows.height
    assert len(set(sizes[:-1])) <= 1


def test_an_empty_release_still_has_its_schema(tmp_path):
    written(tmp_path, corpus_rows().clear(), 10, 10)
    assert pq.read_schema(tmp_path / shard_name(0)).equals(CORPUS_SCHEMA)


def test_one_shard_is_the_same_each_time(tmp_path):
    rows = corpus_rows()
    write_shard(tmp_path / "a", rows)
    write_shard(tmp_path / "b", rows.to_arrow())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert pq.read_metadata(tmp_path / "a").row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize(
    "invalid",
    [
        corpus_rows().drop("month"),
        corpus_rows().with_columns(text=pl.lit(None, pl.String)),
        corpus_rows().with_columns(entity_counts=pl.lit("secret words")),
    ],
)
def test_invalid_rows_are_refused_without_their_text(tmp_path, invalid):
    with pytest.raises(ReleaseError) as caught:
        write_shard(tmp_path / "a", invalid)
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None or "secret" not in str(caught.value.__context__)


def test_columns_that_are_not_in_the_schema_are_not_published(tmp_path):
    write_shard(tmp_path / "a", corpus_rows().with_columns(raw=pl.lit("private")))
    assert b"private" not in (tmp_path / "a").read_bytes()
    assert "source_id" not in pq.read_schema(tmp_path / "a").names


def test_a_shard_of_no_rows_is_refused(tmp_path):
    with pytest.raises(ReleaseError, match="at least 1"):
        ShardWriter(tmp_path, 0)
