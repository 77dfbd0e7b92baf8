"""Files that would take much memory are refused before a row, or even the footer, is read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from redaction.tables import TABLES, TableName, TablesError, TableSettings, open_table
from tests.tables.frames import posts

POSTS = TABLES[TableName.posts]


def open_posts(path: Path, **limits: int) -> object:
    return open_table(POSTS, TableSettings.model_validate({"path": path.name, "limits": limits}), path.parent)


def written(folder: Path, more: dict[str, pa.Array]) -> Path:
    table = posts().to_arrow()
    for name, values in more.items():
        table = table.append_column(name, values)
    pq.write_table(table, folder / "posts.parquet")
    return folder / "posts.parquet"


def test_very_many_columns_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, {f"x{n}": pa.nulls(3, pa.int8()) for n in range(60)})
    open_posts(path)
    with pytest.raises(
        TablesError, match=r"has 65 columns, allowed are 64; .* raise inputs\.posts\.limits\.max_columns"
    ):
        open_posts(path, max_columns=64)


def test_deep_columns_are_refused(tmp_path: Path) -> None:
    deep: pa.DataType = pa.int8()
    for level in range(20):
        deep = pa.list_(deep) if level % 2 else pa.struct([("a", deep)])
    path = written(tmp_path, {"deep": pa.nulls(3, deep)})
    with pytest.raises(TablesError, match=r"more than 16 levels .* raise inputs\.posts\.limits\.max_nesting"):
        open_posts(path)
    open_posts(path, max_nesting=20)


def test_a_footer_is_refused_by_its_length_before_it_is_read(tmp_path: Path) -> None:
    """The file is sparse: reading its footer of 2 GB would take that memory."""
    path = tmp_path / "posts.parquet"
    with path.open("wb") as file:
        file.write(b"PAR1")
        file.truncate((2 << 30) + 12)
        file.seek((2 << 30) + 4)
        file.write((2 << 30).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(TablesError, match=r"has a footer of 2,048 MB, allowed are 64; .*limits\.max_footer_mb"):
        open_posts(path)
