"""Delta and Iceberg tables give the rows of one version or snapshot, without what was deleted."""

import json
import shutil
import struct
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import Table
from pyiceberg.types import StringType
from pyroaring import BitMap

from redaction.storage import StorageSettings, write_atomic
from redaction.tables import (
    LOCATOR,
    TABLES,
    OpenTable,
    RowReader,
    TableName,
    TablesError,
    TableSettings,
    digest_files,
    open_table,
    read_batches,
)
from tests.store import Store

POSTS = TABLES[TableName.posts]
FRAME = pl.DataFrame(
    {
        "post_id": [f"p{n}" for n in range(40)],
        "author_id": [f"m{n % 5}" for n in range(40)],
        "created_at": [datetime(2025, 1, 1 + n % 20, tzinfo=UTC) for n in range(40)],
        "kind": [("post", "article")[n % 2] for n in range(40)],
        "context": [("a group/ä", "x=1: 100 %", "c+d")[n % 3] for n in range(40)],
        "text": [f"text {n}" for n in range(40)],
        "mentions": [[f"m{n}"] if n % 2 else [] for n in range(40)],
    }
)
COLUMNS = FRAME.columns
LEFT = FRAME.filter(pl.col("author_id") != "m3").sort("post_id")


def opened(path: Path, format: str, snapshot: str | None = None) -> OpenTable:
    settings = TableSettings.model_validate({"path": str(path), "format": format})
    return open_table(POSTS, settings, path.parent, snapshot=snapshot)


def rows_of(table: OpenTable) -> pl.DataFrame:
    rows = pl.concat([batch.rows for batch in read_batches(POSTS, table.files)])
    for columns in (["text", "context"], ["context"], ["text", "mentions"]):
        locators = rows.select(*LOCATOR.names(), *columns).sample(fraction=1, seed=2, shuffle=True)
        assert RowReader(POSTS, table.files).rows(locators.drop(columns), columns).equals(locators)
    return rows.select(COLUMNS).sort("post_id")


@pytest.mark.parametrize("partitions", [[], ["context"], ["context", "author_id"]])
def test_a_delta_table_gives_the_rows_of_its_version(tmp_path: Path, partitions: list[str]) -> None:
    path = tmp_path / "t"
    write_deltalake(path, FRAME.head(15).to_arrow(), partition_by=partitions or None)
    write_deltalake(path, FRAME.tail(25).to_arrow(), mode="append")
    DeltaTable(path).delete("author_id = 'm3'")
    newest = opened(path, "delta")
    assert newest.snapshot == "2"
    assert rows_of(newest).equals(LEFT)
    assert rows_of(opened(path, "delta", "1")).equals(FRAME.sort("post_id"))
    assert rows_of(opened(path, "delta", "0")).equals(FRAME.head(15).sort("post_id"))


def test_a_delta_table_in_a_folder_with_blanks_and_accents_is_read(tmp_path: Path) -> None:
    path = tmp_path / "led é x"
    rows = FRAME.with_columns(
        context=pl.when(pl.int_range(pl.len()) < 5).then(pl.lit("a b/ü%20:x")).otherwise("context")
    )
    write_deltalake(path, rows.to_arrow(), partition_by=["context"])
    assert rows_of(opened(path, "delta")).equals(rows.select(COLUMNS).sort("post_id"))


def test_a_delta_table_without_one_of_its_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t"
    write_deltalake(path, FRAME.to_arrow())
    next(path.glob("*.parquet")).unlink()
    with pytest.raises(TablesError, match="a data file that its log names cannot be read"):
        opened(path, "delta")


def test_a_column_that_a_delta_table_dropped_or_added_is_as_its_schema_has_it(tmp_path: Path) -> None:
    path = tmp_path / "t"
    write_deltalake(path, FRAME.head(5).to_arrow())
    write_deltalake(
        path, FRAME.tail(5).with_columns(language=pl.lit("en")).to_arrow(), mode="append", schema_mode="merge"
    )
    rows = pl.concat([batch.rows for batch in read_batches(POSTS, opened(path, "delta").files)])
    assert rows["language"].null_count() == 5
    assert rows["language"].drop_nulls().to_list() == ["en"] * 5


def delete_by_vector(path: Path, rows: list[int]) -> None:
    """Delete rows of the one data file by a deletion vector, as other writers of Delta do."""
    data = struct.pack("<IQI", 1681511377, 1, 0) + BitMap(rows).serialize()
    log = path / "_delta_log"
    add = next(each["add"] for each in map(json.loads, (log / f"{0:020}.json").open()) if "add" in each)
    vector = {"storageType": "i", "pathOrInlineDv": z85(data), "sizeInBytes": len(data), "cardinality": len(rows)}
    remove = {key: add[key] for key in ("path", "partitionValues", "size")}
    actions = [
        {"remove": remove | {"deletionTimestamp": 1, "dataChange": True, "extendedFileMetadata": True}},
        {"add": add | {"deletionVector": vector}},
        {"commitInfo": {"timestamp": 1, "operation": "DELETE"}},
    ]
    (log / f"{1:020}.json").write_text("\n".join(map(json.dumps, actions)) + "\n")


def z85(data: bytes) -> str:
    """Encode as ZeroMQ's base 85, by which Delta stores deletion vectors in its log."""
    letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
    padded = data + bytes(-len(data) % 4)
    words = [int.from_bytes(padded[n : n + 4], "big") for n in range(0, len(padded), 4)]
    return "".join(letters[word // 85**power % 85] for word in words for power in range(4, -1, -1))


@pytest.mark.parametrize("deleted", [[3, 4, 17], [0], [39], list(range(40)), list(range(10, 20))])
def test_rows_deleted_by_a_vector_stay_deleted(tmp_path: Path, deleted: list[int]) -> None:
    path = tmp_path / "t"
    write_deltalake(path, FRAME.to_arrow(), configuration={"delta.enableDeletionVectors": "true"})
    [file] = path.glob("*.parquet")
    pq.write_table(pq.read_table(file), file, row_group_size=7)
    before = digest_files(opened(path, "delta").files)
    delete_by_vector(path, deleted)
    table = opened(path, "delta")
    assert rows_of(table).equals(
        FRAME.with_row_index().filter(~pl.col("index").is_in(deleted)).drop("index").sort("post_id")
    )
    assert sum(file.rows for file in table.files) == 40 - len(deleted)
    assert digest_files(table.files) != before


def test_a_delta_table_with_features_that_are_not_supported_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t"
    write_deltalake(path, FRAME.to_arrow(), configuration={"delta.enableDeletionVectors": "true"})
    log = path / "_delta_log" / f"{0:020}.json"
    log.write_text(
        log.read_text().replace('"configuration":{', '"configuration":{"delta.columnMapping.mode":"name",', 1)
    )
    with pytest.raises(TablesError, match="columnMapping, which is not supported; export"):
        opened(path, "delta")


@pytest.mark.parametrize("format", ["delta", "iceberg"])
def test_a_folder_of_files_is_no_table(tmp_path: Path, format: str) -> None:
    (tmp_path / "t").mkdir()
    FRAME.write_parquet(tmp_path / "t/a.parquet")
    with pytest.raises(TablesError, match=r"inputs\.posts\.path: t: "):
        opened(tmp_path / "t", format)
    with pytest.raises(TablesError, match=f"no such {format.capitalize()} file"):
        opened(tmp_path / "none", format)


def iceberg(folder: Path, frame: pl.DataFrame, partition: str = "") -> Table:
    (folder / "warehouse").mkdir(parents=True)
    catalog = SqlCatalog("made-up", uri="sqlite:///:memory:", warehouse=f"file://{folder}/warehouse")
    catalog.create_namespace("n")
    table = catalog.create_table("n.posts", schema=frame.to_arrow().schema)
    if partition:
        with table.update_spec() as update:
            update.add_identity(partition)
    table.append(frame.head(15).to_arrow())
    table.append(frame.tail(25).to_arrow())
    return table


@pytest.mark.parametrize("partition", ["", "context"])
def test_an_iceberg_table_gives_the_rows_of_its_snapshot(tmp_path: Path, partition: str) -> None:
    table, path = iceberg(tmp_path, FRAME, partition), tmp_path / "warehouse/n/posts"
    first = opened(path, "iceberg")
    table.delete("author_id == 'm3'")
    newest = opened(path, "iceberg")
    assert rows_of(newest).equals(LEFT)
    assert str(newest.snapshot).startswith(f"{table.metadata.current_snapshot_id}@")
    assert rows_of(opened(path, "iceberg", first.snapshot)).equals(FRAME.sort("post_id"))
    named = opened(Path(table.metadata_location.removeprefix("file://")), "iceberg")
    assert rows_of(named).equals(LEFT)


def test_renamed_and_replaced_columns_of_an_iceberg_table_follow_its_schema(tmp_path: Path) -> None:
    table, path = iceberg(tmp_path, FRAME.rename({"text": "body"}).with_columns(language=pl.lit("xx"))), tmp_path
    with table.update_schema(allow_incompatible_changes=True) as update:
        update.rename_column("body", "text")
        update.delete_column("language")
    with table.update_schema() as update:
        update.add_column("language", StringType())
    rows = pl.concat([b.rows for b in read_batches(POSTS, opened(path / "warehouse/n/posts", "iceberg").files)])
    assert rows.sort("post_id")["text"].to_list() == FRAME.sort("post_id")["text"].to_list()
    assert rows["language"].null_count() == rows.height


def test_two_newest_metadata_files_are_refused(tmp_path: Path) -> None:
    table, path = iceberg(tmp_path, FRAME), tmp_path / "warehouse/n/posts"
    newest = Path(table.metadata_location.removeprefix("file://"))
    shutil.copy(newest, newest.with_name(f"{newest.name[:5]}-0-0.metadata.json"))
    with pytest.raises(TablesError, match="two newest metadata files; give the path of the one"):
        opened(path, "iceberg")
    assert rows_of(opened(newest, "iceberg")).height == 40


def test_a_delta_table_in_a_store_gives_the_same_rows(tmp_path: Path, store: Store) -> None:
    write_deltalake(tmp_path / "t", FRAME.to_arrow(), partition_by=["context"])
    DeltaTable(tmp_path / "t").delete("author_id = 'm3'")
    bucket = store.bucket()
    for file in (tmp_path / "t").rglob("*.*"):
        write_atomic(bucket / file.relative_to(tmp_path).as_posix(), file.read_bytes())
    settings = TableSettings.model_validate({"path": f"s3://{bucket.parts[0].strip('/')}/t", "format": "delta"})
    table = open_table(POSTS, settings, tmp_path, StorageSettings(store.storage))
    assert rows_of(table).equals(LEFT)
    assert digest_files(table.files) == digest_files(opened(tmp_path / "t", "delta").files)
