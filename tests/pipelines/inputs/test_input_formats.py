"""The same rows give the same release, byte for byte, whatever they are stored as."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
import yaml
from deltalake import DeltaTable, write_deltalake
from pyiceberg.catalog.sql import SqlCatalog

from redaction.builds import Build, open_inputs, prepare
from redaction.config import load_config
from redaction.release import Manifest
from tests.network import Network
from tests.releases import release
from tests.tables.test_iceberg_deletes import delete_positions

TABLES = ("posts", "profiles", "rights_events", "region_signals")
GHOST = "ghost of a deleted row"


def to_delta(folder: Path, name: str, frame: pl.DataFrame) -> str:
    """Write a Delta table from which a row was deleted; the posts in partitions, and with a column that came later."""
    path, record = folder / "delta" / name, frame.columns[0]
    rows = pl.concat([frame, frame.head(1).with_columns(pl.lit(GHOST).alias(record))])
    if name == "posts":
        old = rows.tail(2).drop("title")
        assert rows.tail(2)["title"].null_count() == 2
        write_deltalake(path, old.to_arrow(), partition_by=["kind"])
        write_deltalake(path, rows.head(-2).to_arrow(), partition_by=["kind"], mode="append", schema_mode="merge")
    else:
        write_deltalake(path, rows.to_arrow())
    DeltaTable(path).delete(f"{record} = '{GHOST}'")
    return str(path)


def to_iceberg(folder: Path, name: str, frame: pl.DataFrame) -> str:
    """Write an Iceberg table in two appends, from which rows were deleted by a new file and by position.

    The posts are in partitions, and a column was renamed between the appends.
    """
    record, is_posts = frame.columns[0], name == "posts"
    rows = frame.with_columns(pl.col(record).cast(pl.String)).to_arrow()
    warehouse = folder / "iceberg"
    warehouse.mkdir(exist_ok=True)
    catalog = SqlCatalog(name, uri="sqlite:///:memory:", warehouse=f"file://{warehouse}")
    catalog.create_namespace("n")
    old = rows.rename_columns(["body" if each == "text" and is_posts else each for each in rows.column_names])
    table = catalog.create_table(f"n.{name}", schema=old.schema)
    if is_posts:
        with table.update_spec() as spec:
            spec.add_identity("kind")
    table.append(old.slice(2))
    if is_posts:
        with table.update_schema() as schema:
            schema.rename_column("body", "text")
    table.append(rows.slice(0, 2))
    ghost = frame.head(1).with_columns(pl.lit(GHOST).alias(record)).to_arrow()
    table.append(ghost)
    table.delete(f"{record} == '{GHOST}'")
    known = {task.file.file_path for task in table.scan().plan_files()}
    table.append(ghost)
    [added] = [task.file for task in table.scan().plan_files() if task.file.file_path not in known]
    delete_positions(table, {added.file_path: [0]}, added.partition)
    return str(warehouse / "n" / name)


def to_csv(folder: Path, name: str, frame: pl.DataFrame) -> str:
    """Write a CSV file with lists as JSON, times in ISO 8601, and a quoted text only where there is one."""
    path = folder / f"{name}.csv"
    nested = [column for column, dtype in frame.schema.items() if dtype.is_nested()]
    rows = [
        row | {column: None if row[column] is None else json.dumps(row[column], default=str) for column in nested}
        for row in frame.to_dicts()
    ]
    schema = dict(frame.schema) | dict.fromkeys(nested, pl.String)
    pl.DataFrame(rows, schema=schema).write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ")
    return str(path)


def to_jsonl(folder: Path, name: str, frame: pl.DataFrame) -> str:
    """Write a file of JSON Lines with times in ISO 8601, without keys that are null."""
    path = folder / f"{name}.jsonl"
    rows = ({key: value for key, value in row.items() if value is not None} for row in frame.to_dicts())
    path.write_text("".join(f"{json.dumps(row, default=iso)}\n" for row in rows), "utf-8")
    return str(path)


def to_arrow(folder: Path, name: str, frame: pl.DataFrame) -> str:
    """Write an Arrow file of small batches."""
    path, table = folder / f"{name}.arrow", frame.to_arrow()
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table, max_chunksize=3)
    return str(path)


def iso(value: date) -> str:
    return value.isoformat()


WRITERS = {"delta": to_delta, "iceberg": to_iceberg, "csv": to_csv, "jsonl": to_jsonl, "arrow": to_arrow}


def config_of(folder: Path, format: str) -> Path:
    """Write a config over tables of a format, with output and state of its own."""
    path = Network().write(folder)
    config: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    for name in (name for name in TABLES if format in WRITERS and (folder / f"{name}.parquet").exists()):
        frame = pl.read_parquet(folder / f"{name}.parquet")
        config["inputs"][name] = {"format": format, "path": WRITERS[format](folder, name, frame)}
    written = folder / f"{format}.yaml"
    written.write_text(yaml.safe_dump(config | {"output": f"out-{format}", "state": f"state-{format}"}), "utf-8")
    return written


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("formats")
    return folder, data_of(release(config_of(folder, "parquet")))


def data_of(release: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (release / "data").iterdir()}


@pytest.mark.parametrize("format", WRITERS)
def test_tables_of_every_format_give_the_bytes_of_parquet(plain: tuple[Path, dict[str, bytes]], format: str) -> None:
    folder, expected = plain
    config = load_config(config_of(folder, format))
    built = release(folder / f"{format}.yaml")
    assert data_of(built) == expected
    snapshots = Manifest.read(built).snapshots
    assert set(snapshots) == (set(TABLES) if format in {"delta", "iceberg"} else set())
    assert snapshots == open_inputs(config).snapshots


def test_an_open_build_reads_the_version_that_it_began_with(tmp_path: Path) -> None:
    config = load_config(config_of(tmp_path, "delta"))
    plan = prepare(config, open_inputs(config)).plan
    assert plan.snapshots["posts"] == "2"
    DeltaTable(tmp_path / "delta" / "posts").delete("post_id = 'p-ada'")
    assert open_inputs(config).snapshots["posts"] == "3"
    assert Build.open(config).inputs.snapshots == plan.snapshots
    Build.open(config).check_inputs()
