"""The table of a corpus has the rows of the newest release alone, in every file, also after a takedown."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from polars.testing import assert_frame_equal

from redaction.builds.mirror_table import mirror_newest, table_problems
from redaction.config import load_config
from redaction.release.errors import ReleaseError
from tests.network import paths_of
from tests.operations.take_down.requests import opted_out, take_down, with_new_post
from tests.pipelines.running import command
from tests.releases import release

pytest.importorskip("deltalake")
pytest.importorskip("pyiceberg")
FORMATS = pytest.mark.parametrize("table_format", ["delta", "iceberg"])


def mirrored(config: Path, table_format: str, path: str = "table") -> Path:
    """Name a table in the config; return its folder."""
    settings = yaml.safe_load(config.read_text("utf-8"))
    settings.setdefault("release", {})["table"] = {"format": table_format, "path": path}
    config.write_text(yaml.safe_dump(settings), "utf-8")
    return load_config(config).root / path


def rows_of(folder: Path, table_format: str) -> pl.DataFrame:
    """Read the table as its users do."""
    if table_format == "delta":
        return pl.read_delta(str(folder)).sort("record_id", "field")
    [metadata] = (folder / "metadata").glob("*.metadata.json")
    return pl.scan_iceberg(str(metadata)).collect().sort("record_id", "field")


def rows_of_release(config: Path, version: str) -> pl.DataFrame:
    return pl.read_parquet(Path(str(paths_of(config).releases)) / version / "data" / "*.parquet").sort(
        "record_id", "field"
    )


def stored(folder: Path) -> list[str]:
    """Every row of every Parquet file with rows, and every other file, as a text."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet" and "_delta_log" not in path.parts:
            found += [str(row) for row in pq.read_table(path).to_pylist()]
        elif path.is_file():
            found.append(path.read_bytes().decode("utf-8", "replace"))
    return found


@FORMATS
def test_a_takedown_leaves_nothing_of_the_subject_in_the_table(config: Path, table_format: str) -> None:
    folder = mirrored(config, table_format)
    report = mirror_newest(load_config(config))
    assert report is not None
    assert report.written
    before = rows_of(folder, table_format)
    assert_frame_equal(before, rows_of_release(config, "1.1.0"), check_dtypes=False)
    opted_out(with_new_post(), action="erase").write(config.parent)
    mirrored(config, table_format)
    assert take_down(config) is not None
    after = rows_of(folder, table_format)
    assert_frame_equal(after, rows_of_release(config, "2.0.0"), check_dtypes=False)
    removed = before.join(after, on="text", how="anti")
    assert removed.height
    kept = "\n".join(stored(folder))
    for record, text in removed.select("record_id", "text").iter_rows():
        assert record not in kept
        assert text[:20] not in kept
    assert table_problems(load_config(config)) == ()


@FORMATS
def test_a_build_updates_the_table_and_a_second_run_changes_nothing(config: Path, table_format: str) -> None:
    folder = mirrored(config, table_format)
    mirror_newest(load_config(config))
    network = with_new_post()
    network.posts.append(network.posts[1] | {"post_id": "p-newer", "text": "The last thought about tickets and gates."})
    network.write(config.parent)
    mirrored(config, table_format)
    release(config)
    assert_frame_equal(rows_of(folder, table_format), rows_of_release(config, "1.2.0"), check_dtypes=False)
    files = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    again = mirror_newest(load_config(config))
    assert again is not None
    assert not again.written
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == files


@FORMATS
def test_what_is_left_of_an_interrupted_run_is_found_and_removed(config: Path, table_format: str) -> None:
    folder = mirrored(config, table_format)
    mirror_newest(load_config(config))
    data = next(path for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts)
    left = data.with_name("part-left.parquet")
    left.write_bytes(data.read_bytes())
    assert table_problems(load_config(config)) == (
        f"{left.relative_to(folder).as_posix()}: is not of the newest version",
    )
    done = command("table", str(config), "--check")
    assert (done.returncode, done.stdout.split(":")[0]) == (1, "Differs")
    assert command("table", str(config)).stdout.startswith("Written: ")
    assert not left.exists()
    assert command("table", str(config), "--check").returncode == 0


@FORMATS
def test_a_folder_with_other_files_is_not_touched(config: Path, table_format: str) -> None:
    folder = mirrored(config, table_format)
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(ReleaseError, match=r"has other files; name an empty folder in release.table.path"):
        mirror_newest(load_config(config))
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_another_delta_table_is_not_overwritten(config: Path) -> None:
    folder = mirrored(config, "delta")
    pl.DataFrame({"a": [1]}).write_delta(str(folder))
    with pytest.raises(ReleaseError, match=r"holds another table"):
        mirror_newest(load_config(config))
    assert pl.read_delta(str(folder)).to_dicts() == [{"a": 1}]


def test_without_a_table_nothing_is_written(config: Path) -> None:
    assert mirror_newest(load_config(config)) is None
    assert table_problems(load_config(config)) is None
    done = command("table", str(config))
    assert done.returncode == 1
    assert "release.table: is not set" in done.stderr
