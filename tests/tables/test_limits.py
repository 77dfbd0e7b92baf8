"""Files that would take much memory are refused before they take it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from redaction.tables import TABLES, TableName, TablesError, TableSettings, open_table, read_batches
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


ROWS = 5_000
HUGE = "x" * 2_000_000


def read_texts(folder: Path, texts: pa.Array, options: dict[str, Any], **limits: int) -> int:
    """Write posts with the texts, and read them; return the number of rows."""
    ids = pa.array([f"p{number}" for number in range(len(texts))])
    kinds = pa.array(["post"]).take(pa.array([0] * len(texts)))
    rows = posts().to_arrow()
    times = rows["created_at"].combine_chunks().take(pa.array([0] * len(texts)))
    table = pa.table({"post_id": ids, "author_id": ids, "created_at": times, "kind": kinds, "text": texts})
    pq.write_table(table, folder / "posts.parquet", compression="zstd", store_schema=False, **options)
    settings = TableSettings.model_validate({"path": "posts.parquet", "limits": limits})
    files = open_table(POSTS, settings, folder).files
    return sum(batch.rows.height + batch.quarantined.height for batch in read_batches(POSTS, files))


def repeated(value: str, times: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0] * times, pa.int32()), pa.array([value]))


def test_a_dictionary_of_one_huge_text_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    """Decoded it would take 10 GB, and end the process."""
    with pytest.raises(
        TablesError,
        match=r"inputs\.posts: posts\.parquet: row group 0: .* column text .* inputs\.posts\.limits\.max_batch_mb",
    ):
        read_texts(tmp_path, repeated(HUGE, ROWS), {})
    assert (tmp_path / "posts.parquet").stat().st_size < 500_000


READING = """
import resource, sys
from pathlib import Path
import redaction.tables as tables
posts = tables.TABLES[tables.TableName.posts]
def read(name):
    files = tables.open_table(posts, tables.TableSettings(path=(name,)), Path(sys.argv[1])).files
    return sum(batch.rows.height for batch in tables.read_batches(posts, files))
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
assert read("small.parquet") == 3
before = peak()
try:
    print(read("posts.parquet"))
except tables.TablesError as error:
    print(error)
print(peak() - before)
"""


@pytest.mark.parametrize("dictionary", [True, False])
def test_a_page_that_is_larger_than_the_footer_says_is_refused_before_it_is_decoded(
    tmp_path: Path, dictionary: bool
) -> None:
    """One text of 400 MB, and a footer by which its column takes 1 kB."""
    read_texts(tmp_path, pa.array(["a short text"] * 3), {})
    (tmp_path / "posts.parquet").rename(tmp_path / "small.parquet")
    with pytest.raises(TablesError):
        read_texts(tmp_path, pa.array(["x" * 400_000_000]), {"use_dictionary": dictionary}, max_row_group_mb=1)
    path = tmp_path / "posts.parquet"
    with pq.ParquetFile(path) as file:
        size = file.metadata.row_group(0).column(4).total_uncompressed_size
    raw = path.read_bytes()
    path.write_bytes(raw.replace(varint(2 * size), varint(2 * 1000, padded_to=len(varint(2 * size)))))
    with pq.ParquetFile(path) as file:
        assert file.metadata.row_group(0).column(4).total_uncompressed_size == 1000
    command = [sys.executable, "-c", READING, str(tmp_path)]
    said, grown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said == (
        "inputs.posts: posts.parquet: cannot be read to its end (ArrowInvalid); "
        "rewrite the file or remove it from the path"
    )
    assert int(grown) < 100


def varint(value: int, padded_to: int = 0) -> bytes:
    """Write a number as Thrift does, seven bits a byte, with more bytes than it needs if asked."""
    groups = [value & 127]
    while value := value >> 7:
        groups.append(value & 127)
    groups += [0] * (padded_to - len(groups))
    return bytes([*(group | 128 for group in groups[:-1]), groups[-1]])


def test_a_text_that_is_repeated_within_the_limit_is_read(tmp_path: Path) -> None:
    assert read_texts(tmp_path, repeated("x" * 20_000, ROWS), {}, max_batch_mb=110) == ROWS
    with pytest.raises(TablesError, match="max_batch_mb"):
        read_texts(tmp_path, repeated("x" * 20_000, ROWS), {}, max_batch_mb=80)


def test_one_long_text_among_many_is_read(tmp_path: Path) -> None:
    """Each might be as long as the longest, but they are not."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] + [1] * 999, pa.int32()), pa.array(["x" * 5_000_000, "short"]))
    assert read_texts(tmp_path, texts, {}, max_batch_mb=8) == 1_000


def test_texts_with_one_huge_beginning_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    texts = pa.array(["x" * 100_000] * 1_000)
    options = {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}}
    with pytest.raises(TablesError, match="max_batch_mb"):
        read_texts(tmp_path, texts, options, max_batch_mb=32)
    assert read_texts(tmp_path, texts, options, max_batch_mb=128) == 1_000


def test_a_row_group_is_refused_by_its_size_without_compression(tmp_path: Path) -> None:
    texts = pa.array([f"{number}{'x' * 100_000}" for number in range(100)])
    with pytest.raises(TablesError, match=r"row group 0 has 9 MB .* allowed are 4; .*limits\.max_row_group_mb"):
        read_texts(tmp_path, texts, {}, max_row_group_mb=4)


def test_a_huge_text_in_a_list_is_refused(tmp_path: Path) -> None:
    """The languages of one profile are one text of 1 MB, four thousand times."""
    lists = pa.ListArray.from_arrays(pa.array([0, 4_000]), repeated("x" * 1_000_000, 4_000))
    pq.write_table(
        pa.table({"user_id": ["ada"], "languages": lists}), tmp_path / "profiles.parquet", store_schema=False
    )
    profiles = TABLES[TableName.profiles]
    files = open_table(profiles, TableSettings.model_validate({"path": "profiles.parquet"}), tmp_path).files
    with pytest.raises(TablesError, match="column languages take more than 1,024 MB"):
        list(read_batches(profiles, files))
