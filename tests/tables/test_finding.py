"""Every file below a table's paths is read, or skipped by a documented rule, or stops the run."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from redaction.storage import write_atomic
from redaction.tables import TABLES, TableName, TablesError, TableSettings, UnreadFiles, find_files, open_table

POSTS, LEDGER = TABLES[TableName.posts], TABLES[TableName.rights_events]
PROTECTING = [name for name in TableName if name is not TableName.posts]
HIDDEN = [
    "_temporary/0/part-1.parquet",
    ".trash/old.parquet",
    ".ipynb_checkpoints/a-checkpoint.parquet",
    "2024/_old/x.parquet",
    "2024/.b.parquet",
    "_b.parquet",
    "_SUCCESS/a.parquet",
]


def write(path: Path, content: bytes = b"PAR1") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def found(table: TableName, root: Path, path: str = "in", **settings: object) -> list[str]:
    files = find_files(TABLES[table], TableSettings.model_validate({"path": path, **settings}), root)
    return [file.relative_to(root).as_posix() for file in files]  # type: ignore[arg-type]


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("path", ["in", "in/**/*.parquet", "in/**", "in/*"])
def test_hidden_paths_of_posts_are_skipped_at_any_depth(tmp_path: Path, hidden: str, path: str) -> None:
    write(tmp_path / "in/a.parquet")
    write(tmp_path / "in" / hidden)
    assert found(TableName.posts, tmp_path, path) == ["in/a.parquet"]


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("path", ["in", "in/**/*.parquet", "in/**"])
@pytest.mark.parametrize("table", PROTECTING)
def test_hidden_paths_of_what_protects_stop_the_run_unless_excluded(
    tmp_path: Path, table: TableName, path: str, hidden: str
) -> None:
    write(tmp_path / "in/a.parquet")
    write(tmp_path / "in" / hidden)
    with pytest.raises(TablesError, match=rf"inputs\.{table}\.path: .* is hidden.*inputs\.{table}\.exclude"):
        found(table, tmp_path, path)
    part = next(part for part in hidden.split("/") if part[0] in "._")
    assert found(table, tmp_path, path, exclude=part) == ["in/a.parquet"]
    assert found(table, tmp_path, path, exclude=[f"*{part[1:]}"]) == ["in/a.parquet"]


@pytest.mark.parametrize("unread", ["notes.txt", "_delta_log/0.json"])
def test_values_of_folders_are_in_no_message(tmp_path: Path, unread: str) -> None:
    write(tmp_path / "in/subject_id=jane-doe/a.parquet")
    write(tmp_path / "in/subject_id=jane-doe" / unread)
    with pytest.raises(TablesError, match=r"notes\.txt|_delta_log") as error:
        found(TableName.rights_events, tmp_path)
    assert "jane-doe" not in str(error.value)


def test_hidden_files_of_posts_are_counted(tmp_path: Path) -> None:
    frame = pl.DataFrame({c: ["1"] for c in ("post_id", "author_id", "kind", "text")}).with_columns(
        created_at=pl.datetime(2025, 1, 1)
    )
    for name in ("a.parquet", "_temporary/0/a.parquet", "_temporary/1/a.parquet", ".b.parquet"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(tmp_path / "in" / name)
    (tmp_path / "in" / "notes.md").touch()
    opened = open_table(POSTS, TableSettings(path=("in",), exclude=("*.md",)), tmp_path)
    assert (len(opened.files), opened.unread) == (1, UnreadFiles(hidden=3, excluded=1))


@pytest.mark.parametrize("path", ["in/.h/a.parquet", "in/.h", "in/.h/*.parquet", "in/.h/**", "in/.*/a.parquet"])
@pytest.mark.parametrize("table", [TableName.posts, TableName.rights_events])
def test_a_hidden_path_that_the_config_names_is_read(tmp_path: Path, table: TableName, path: str) -> None:
    write(tmp_path / "in/.h/a.parquet")
    assert found(table, tmp_path, path) == ["in/.h/a.parquet"]


@pytest.mark.parametrize("table", list(TableName))
def test_markers_and_checksums_of_jobs_are_passed_over(tmp_path: Path, table: TableName) -> None:
    write(tmp_path / "in/part-0.parquet", b"PAR1" * 2000)
    for name in (".part-0.parquet.crc", "part-0.parquet.crc"):
        write(tmp_path / "in" / name, b"crc\0" + b"\1" * 68)
    write(tmp_path / "in/_SUCCESS", b"")
    assert found(table, tmp_path) == ["in/part-0.parquet"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("_SUCCESS", b"PAR1"),
        (".part-1.parquet.crc", b"crc"),
        ("part-1.parquet.crc", b"crc"),
        (".part-0.parquet.crc", b"x" * 4000),
        ("b.pq", b""),
        ("b.parquet.gzip", b""),
        ("b.PARQUET", b""),
        ("README.md", b""),
    ],
)
def test_what_might_hold_a_right_is_not_passed_over(tmp_path: Path, name: str, content: bytes) -> None:
    write(tmp_path / "in/part-0.parquet", b"PAR1" * 2000)
    write(tmp_path / "in" / name, content)
    with pytest.raises(TablesError, match="may hold rows that would be missed"):
        found(TableName.rights_events, tmp_path)
    assert found(TableName.rights_events, tmp_path, exclude=[name]) == ["in/part-0.parquet"]


@pytest.mark.parametrize(("name", "format"), [("a.csv", "csv"), ("a.ndjson", "jsonl"), ("a.feather", "arrow")])
def test_a_folder_of_another_format_is_named_with_the_key_that_reads_it(tmp_path: Path, name: str, format: str) -> None:
    write(tmp_path / "in" / name)
    with pytest.raises(TablesError, match=rf"{name}: not a \.parquet file .*set inputs\.posts\.format: {format}\)"):
        found(TableName.posts, tmp_path)
    assert found(TableName.posts, tmp_path, format=format) == [f"in/{name}"]


@pytest.mark.parametrize("name", ["b.pq", "b.parquet.gzip", "b"])
def test_a_file_that_is_named_may_have_any_suffix(tmp_path: Path, name: str) -> None:
    write(tmp_path / "in" / name)
    for path in (f"in/{name}", f"in/{name[:-1]}*"):
        assert found(TableName.rights_events, tmp_path, path) == [f"in/{name}"]


@pytest.mark.parametrize("table", [TableName.posts, TableName.rights_events])
@pytest.mark.parametrize("path", ["in", "in/**/*.parquet", "in/*"])
def test_linked_folders_and_files_are_read(tmp_path: Path, table: TableName, path: str) -> None:
    write(tmp_path / "in/a.parquet")
    write(tmp_path / "archive/deep/b.parquet")
    write(tmp_path / "c.parquet")
    (tmp_path / "in/2024").symlink_to(tmp_path / "archive")
    (tmp_path / "in/c.parquet").symlink_to(tmp_path / "c.parquet")
    assert found(table, tmp_path, path) == ["in/2024/deep/b.parquet", "in/a.parquet", "in/c.parquet"]


@pytest.mark.parametrize("table", [TableName.posts, TableName.rights_events])
@pytest.mark.parametrize("path", ["in", "in/*", "in/**", "in/**/*.parquet", "in/*/*.parquet"])
def test_a_link_to_nothing_stops_the_run(tmp_path: Path, table: TableName, path: str) -> None:
    write(tmp_path / "in/2025/a.parquet")
    (tmp_path / "in/2024.parquet").symlink_to(tmp_path / "gone")
    with pytest.raises(TablesError, match=r"2024\.parquet: is a link to nothing"):
        found(table, tmp_path, path)
    assert found(table, tmp_path, path, exclude="2024.parquet") == ["in/2025/a.parquet"]


@pytest.mark.parametrize("table", [TableName.posts, TableName.rights_events])
@pytest.mark.parametrize("path", ["in", "in/**", "in/**/*.parquet", "in/*"])
def test_a_link_in_a_circle_is_refused(tmp_path: Path, table: TableName, path: str) -> None:
    write(tmp_path / "in/x/a.parquet")
    (tmp_path / "in/x/again").symlink_to(tmp_path / "in")
    with pytest.raises(TablesError, match="leads back to a folder above it"):
        found(table, tmp_path, path)
    assert found(table, tmp_path, "in", exclude="again") == ["in/x/a.parquet"]


@pytest.mark.parametrize("path", ["in", "in/*", "in/b.parquet"])
def test_what_is_no_regular_file_stops_the_run(tmp_path: Path, path: str) -> None:
    write(tmp_path / "in/a.parquet")
    os.mkfifo(tmp_path / "in/b.parquet")
    with pytest.raises(TablesError, match="is not a regular file"):
        found(TableName.region_signals, tmp_path, path)


@pytest.mark.parametrize("path", ["in", "in/**/*.parquet", "in/*/*.parquet"])
def test_a_folder_that_cannot_be_listed_stops_the_run(
    tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "in/x/a.parquet")
    write(tmp_path / "in/y/b.parquet")
    listdir = os.listdir

    def refused(folder: Path) -> list[str]:
        if Path(folder).name == "x":
            raise PermissionError
        return listdir(folder)

    monkeypatch.setattr(os, "listdir", refused)
    with pytest.raises(TablesError, match=r"x: cannot be listed \(PermissionError\).*inputs\.posts\.exclude"):
        found(TableName.posts, tmp_path, path)


def test_globs_match_folders_and_files(tmp_path: Path) -> None:
    for name in ("year=2024/a.parquet", "year=2025/deep/b.parquet", "c.parquet/part-0.parquet", "[v1] x/d.parquet"):
        write(tmp_path / "in" / name)
    assert found(TableName.posts, tmp_path, "in/year=*") == ["in/year=2024/a.parquet", "in/year=2025/deep/b.parquet"]
    assert found(TableName.rights_events, tmp_path, "in/*.parquet") == ["in/c.parquet/part-0.parquet"]
    assert found(TableName.rights_events, tmp_path, "in/[v1] x/*.parquet") == ["in/[v1] x/d.parquet"]
    with pytest.raises(TablesError, match=r"in/z\*: no such Parquet file, folder or glob"):
        found(TableName.posts, tmp_path, "in/z*")


def test_a_home_folder_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / "in/a.parquet")
    assert found(TableName.posts, tmp_path, "~/in/*.parquet") == ["in/a.parquet"]


def test_a_file_that_two_paths_name_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "in/a.parquet")
    (tmp_path / "in/z.parquet").symlink_to("a.parquet")
    twice = TableSettings(path=("in", "in/../in/a.parquet", "in/*"))
    assert len(find_files(POSTS, twice, tmp_path)) == 1


@pytest.mark.parametrize(
    ("log", "named"),
    [("_delta_log/0.json", "format: delta"), ("metadata/v1.metadata.json", "format: iceberg"), (".hoodie/x", "Hudi")],
)
@pytest.mark.parametrize("path", ["in", "in/*.parquet", "in/x=1/*", "in/x=1/b.parquet", "in/**/*.parquet", "**"])
@pytest.mark.parametrize("table", [TableName.posts, TableName.rights_events])
def test_the_files_of_another_kind_of_table_are_refused(
    tmp_path: Path, table: TableName, path: str, log: str, named: str
) -> None:
    for name in ("in/a.parquet", "in/x=1/b.parquet", f"in/{log}"):
        write(tmp_path / name)
    with pytest.raises(TablesError, match=f"bring deleted rows back: .*{named}|of a {named} table.*deleted rows"):
        found(table, tmp_path, path, exclude=[log.split("/", maxsplit=1)[0]])


NAMES = st.sampled_from(["a.parquet", "b.parquet", ".c.parquet", "_d.parquet", "e.txt", "f.parquet.crc", "_SUCCESS"])
FOLDERS = st.sampled_from(["", "x/", ".y/", "_z/", "x/.y/", "_z/x/"])


@given(st.sets(st.builds("{}{}".format, FOLDERS, NAMES), min_size=1, max_size=6), st.sampled_from(["", "/**"]))
def test_no_file_below_a_ledger_is_lost(tmp_path_factory: pytest.TempPathFactory, names: set[str], glob: str) -> None:
    """Each file is read, or is excluded, or stops the run; and what stops it can be excluded."""
    root = tmp_path_factory.mktemp("tree")
    for name in names:
        write(root / "in" / name)
    excluded = list[str]()
    while True:
        try:
            read = found(TableName.rights_events, root, f"in{glob}", exclude=excluded)
        except TablesError as error:
            if "every file below it" in str(error):
                read = []
                break
            excluded.append(str(error).split(": ")[1])
        else:
            break
    shutil.rmtree(root)
    rest = {name for name in names if f"in/{name}" not in read}
    assert all(any(name == e or name.startswith(f"{e}/") or e in name.split("/") for e in excluded) for name in rest)
    assert len(excluded) <= len(names)


@pytest.mark.parametrize("path", ["in", "in/**", "in/**/*.parquet"])
def test_the_rules_hold_in_a_store(path: str) -> None:
    root = UPath(f"memory://{uuid4().hex}")
    for name in ("in/a.parquet", "in/x/b.parquet", "in/_t/0/c.parquet", "in/_SUCCESS"):
        write_atomic(root / name, b"" if "_S" in name else b"PAR1")
    posts = TableSettings(path=(f"{root}/{path}",))
    assert [file.name for file in find_files(POSTS, posts, Path())] == ["a.parquet", "b.parquet"]
    with pytest.raises(TablesError, match=r"_t.*is hidden"):
        find_files(LEDGER, posts, Path())
    excluding = posts.model_copy(update={"exclude": ("_t",)})
    assert [file.name for file in find_files(LEDGER, excluding, Path())] == ["a.parquet", "b.parquet"]
    write_atomic(root / "in/_delta_log/0.json", b"{}")
    with pytest.raises(TablesError, match="format: delta"):
        find_files(POSTS, posts, Path())
