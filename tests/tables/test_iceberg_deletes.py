"""Rows that Iceberg tables delete by files of positions stay deleted; tables that delete by values are refused."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.manifest import (
    DataFile,
    DataFileContent,
    FileFormat,
    ManifestContent,
    ManifestEntry,
    ManifestEntryStatus,
    ManifestWriterV2,
    write_manifest_list,
)
from pyiceberg.table import Table
from pyiceberg.typedef import Record

from redaction.storage import StorageSettings
from redaction.tables import TableName, TablesError, TableSettings, digest_files, open_table
from redaction.tables.schemas import TABLES
from tests.store import Store
from tests.tables.test_snapshots import FRAME, LEFT, iceberg, opened, rows_of

POSTS = TABLES[TableName.posts]
FILE_PATH, POSITION = 2147483546, 2147483545
"""The ids that Iceberg reserves for the two columns of a file of positions."""


class DeleteManifest(ManifestWriterV2):
    """A manifest of delete files, which pyiceberg reads but does not write."""

    def content(self) -> ManifestContent:
        return ManifestContent.DELETES

    @property
    def _meta(self) -> dict[str, str]:
        return {**super()._meta, "content": "deletes"}


def field(name: str, dtype: pa.DataType, number: int) -> pa.Field:
    return pa.field(name, dtype, nullable=False, metadata={b"PARQUET:field_id": str(number).encode()})


def delete_positions(table: Table, positions: dict[str, list[int]], partition: Record | None = None) -> str:
    """Delete rows of data files by their positions in a new snapshot, as other engines do; return the delete file."""
    pairs = [(path, position) for path in sorted(positions) for position in sorted(positions[path])]
    schema = pa.schema([field("file_path", pa.string(), FILE_PATH), field("pos", pa.int64(), POSITION)])
    rows = pa.table([pa.array([p for p, _ in pairs]), pa.array([n for _, n in pairs], pa.int64())], schema=schema)
    return delete_by_file(table, DataFileContent.POSITION_DELETES, rows, None, partition or Record())


def delete_authors(table: Table, authors: list[str]) -> str:
    """Delete rows by the values of a column in a new snapshot."""
    number = table.schema().find_field("author_id").field_id
    rows = pa.table([pa.array(authors)], schema=pa.schema([field("author_id", pa.string(), number)]))
    return delete_by_file(table, DataFileContent.EQUALITY_DELETES, rows, [number], Record())


def delete_by_file(
    table: Table, content: DataFileContent, rows: pa.Table, columns: list[int] | None, partition: Record
) -> str:
    root, current = table.location(), table.current_snapshot()
    assert current is not None
    assert current.sequence_number is not None
    path = f"{root}/data/{uuid4()}-deletes.parquet"
    buffer = pa.BufferOutputStream()
    pq.write_table(rows, buffer)
    size = write(table, path, buffer.getvalue().to_pybytes())
    file = DataFile.from_args(
        content=content,
        file_path=path,
        file_format=FileFormat.PARQUET,
        partition=partition,
        record_count=rows.num_rows,
        file_size_in_bytes=size,
        equality_ids=columns,
    )
    snapshot, sequence = current.snapshot_id + 1, current.sequence_number + 1
    manifest = table.io.new_output(f"{root}/metadata/{uuid4()}-m0.avro")
    with DeleteManifest(table.spec(), table.schema(), manifest, snapshot, "null") as writer:
        writer.add(ManifestEntry.from_args(status=ManifestEntryStatus.ADDED, snapshot_id=snapshot, data_file=file))
    manifests = table.io.new_output(f"{root}/metadata/snap-{snapshot}.avro")
    with write_manifest_list(2, manifests, snapshot, current.snapshot_id, sequence, "null") as listed:
        listed.add_manifests([*current.manifests(table.io), writer.to_manifest_file()])
    commit(table, snapshot, sequence, manifests.location)
    return path


def commit(table: Table, snapshot: int, sequence: int, manifests: str) -> None:
    """Write the next metadata file, with the snapshot as the current one."""
    with table.io.new_input(table.metadata_location).open() as file:
        values: dict[str, Any] = json.loads(file.read())
    values["snapshots"].append(
        values["snapshots"][-1]
        | {
            "snapshot-id": snapshot,
            "parent-snapshot-id": values["current-snapshot-id"],
            "sequence-number": sequence,
            "manifest-list": manifests,
            "summary": {"operation": "delete"},
        }
    )
    values |= {"current-snapshot-id": snapshot, "last-sequence-number": sequence}
    values["refs"]["main"]["snapshot-id"] = snapshot
    number = int(table.metadata_location.rsplit("/", 1)[1].split("-")[0]) + 1
    write(table, f"{table.location()}/metadata/{number:05}-{uuid4()}.metadata.json", json.dumps(values).encode())


def write(table: Table, path: str, content: bytes) -> int:
    with table.io.new_output(path).create() as file:
        file.write(content)
    return len(content)


def local(uri: str) -> Path:
    return Path(uri.removeprefix("file://"))


def first_file(table: Table) -> tuple[str, pl.DataFrame]:
    """Return the path and the rows of the first data file."""
    path = min(task.file.file_path for task in table.scan().plan_files())
    with table.io.new_input(path).open() as file:
        return path, pl.read_parquet(file.read())


@pytest.mark.parametrize("positions", [[0], [3, 4, 11], list(range(15))])
def test_rows_deleted_by_position_stay_deleted(tmp_path: Path, positions: list[int]) -> None:
    table, path = iceberg(tmp_path, FRAME), tmp_path / "warehouse/n/posts"
    before = opened(path, "iceberg")
    name, rows = first_file(table)
    gone = [position for position in positions if position < rows.height]
    delete_positions(table, {name: gone})
    after = opened(path, "iceberg")
    left = FRAME.filter(~pl.col("post_id").is_in(rows["post_id"].gather(gone).implode()))
    assert rows_of(after).equals(left.sort("post_id"))
    assert digest_files(after.files) != digest_files(before.files)
    assert rows_of(opened(path, "iceberg", before.snapshot)).equals(FRAME.sort("post_id"))


def test_a_changed_file_of_positions_changes_the_digest(tmp_path: Path) -> None:
    table, path = iceberg(tmp_path, FRAME), tmp_path / "warehouse/n/posts"
    name, _ = first_file(table)
    file = local(delete_positions(table, {name: [1]}))
    before = digest_files(opened(path, "iceberg").files)
    rows = pq.read_table(file)
    pq.write_table(rows.set_column(1, rows.schema.field(1), pa.array([2], pa.int64())), file)
    assert digest_files(opened(path, "iceberg").files) != before


def test_a_table_that_deletes_by_values_is_refused(tmp_path: Path) -> None:
    table, path = iceberg(tmp_path, FRAME), tmp_path / "warehouse/n/posts"
    before = opened(path, "iceberg").snapshot
    delete_authors(table, ["m3"])
    with pytest.raises(TablesError, match=r"posts: has equality deletes, .*; compact the table \(rewrite_data_files\)"):
        opened(path, "iceberg")
    assert rows_of(opened(path, "iceberg", before)).height == FRAME.height


def test_an_iceberg_table_in_a_store_gives_the_rows_of_its_snapshot(tmp_path: Path, store: Store) -> None:
    bucket = store.bucket().parts[0].strip("/")
    properties = {"py-io-impl": "pyiceberg.io.fsspec.FsspecFileIO", "s3.endpoint": store.endpoint}
    catalog = SqlCatalog("made-up", uri="sqlite:///:memory:", warehouse=f"s3://{bucket}", **properties)
    catalog.create_namespace("n")
    table = catalog.create_table("n.posts", schema=FRAME.to_arrow().schema)
    table.append(FRAME.head(15).to_arrow())
    table.append(FRAME.tail(25).to_arrow())
    table.delete("author_id == 'm3'")
    settings = TableSettings.model_validate({"path": f"s3://{bucket}/n/posts", "format": "iceberg"})
    storage = StorageSettings(store.storage)
    before = open_table(POSTS, settings, tmp_path, storage)
    assert rows_of(before).equals(LEFT)
    name, rows = first_file(table)
    delete_positions(table, {name: [0, 2]})
    left = LEFT.filter(~pl.col("post_id").is_in(rows["post_id"].gather([0, 2]).implode()))
    assert rows_of(open_table(POSTS, settings, tmp_path, storage)).equals(left)
    assert rows_of(open_table(POSTS, settings, tmp_path, storage, before.snapshot)).equals(LEFT)
