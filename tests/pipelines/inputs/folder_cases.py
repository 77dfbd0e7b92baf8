"""Files and folders as real tools leave them: partitions, links, leftovers, tables with a log, versions of a schema."""

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

from tests.pipelines.inputs.files import MEMBERS, Files, case

DELTA = "is of a Delta table; its files alone would bring deleted rows back: set inputs.posts.format: delta"


def _partitioned(files: Files, name: str, table: pa.Table, column: str, path: str) -> None:
    partitioning = ds.partitioning(pa.schema([(column, table.schema.field(column).type)]), flavor="hive")
    ds.write_dataset(table, files.at(f"{path}/x").parent, format="parquet", partitioning=partitioning)
    files.use(name, path)


@case()
def a_required_column_in_the_names_of_folders(files: Files) -> None:
    _partitioned(files, "posts", files.tables["posts"], "kind", "posts")


@case()
def folders_by_year(files: Files) -> None:
    table = files.tables["posts"]
    years = pa.array([each.year for each in table["created_at"].to_pylist()])
    _partitioned(files, "posts", table.append_column("year", years), "year", "posts")


@case()
def a_glob_over_folders(files: Files) -> None:
    folders_by_year(files)
    files.use("posts", "posts/year=*")


@case()
def purposes_in_the_names_of_folders(files: Files) -> None:
    """An opt-in to advertising must not lift the opt-out from AI training: its purpose is in the folder's name."""
    events = [row | {"purpose": "ai_training"} for row in files.tables["rights_events"].to_pylist()]
    out = next(row for row in events if row["subject_id"] == MEMBERS["out"])
    later = {"event_time": events[-1]["event_time"], "received_at": events[-1]["received_at"]}
    events.append(out | later | {"event_id": "e9", "action": "opt_in", "purpose": "advertising"})
    table = pa.Table.from_pylist(events, files.tables["rights_events"].schema)
    _partitioned(files, "rights_events", table, "purpose", "ledger")


@case()
def a_linked_folder_of_the_ledger(files: Files) -> None:
    old, new = files.halves("rights_events")
    files.at("ledger/2025/new.parquet", new)
    files.at("archive/old.parquet", old)
    (files.folder / "ledger/2024").symlink_to(files.folder / "archive")
    files.use("rights_events", "ledger")


@case()
def a_linked_file(files: Files) -> None:
    one, other = files.halves("posts")
    files.at("posts/a.parquet", one)
    (files.folder / "posts/b.parquet").symlink_to(files.at("elsewhere.parquet", other))
    files.use("posts", "posts")


@case(refused="c.parquet: is a link to nothing; it may hold rows that would be missed")
def a_link_to_nothing(files: Files) -> None:
    a_linked_file(files)
    (files.folder / "posts/c.parquet").symlink_to(files.folder / "gone.parquet")


@case()
def what_spark_leaves(files: Files) -> None:
    one, other = files.halves("posts")
    files.at("posts.parquet.d/part-00000-aa.c000.snappy.parquet", one)
    files.at("posts.parquet.d/part-00001-aa.c000.snappy.parquet", other)
    files.at("posts.parquet.d/_temporary/0/part-00001-aa.c000.snappy.parquet", other)
    files.at("posts.parquet.d/_SUCCESS").touch()
    files.at("posts.parquet.d/.part-00000-aa.c000.snappy.parquet.crc").write_bytes(b"crc")
    files.use("posts", "posts.parquet.d")


@case()
def rows_in_hidden_folders(files: Files) -> None:
    table = files.tables["posts"]
    ghosts = pa.Table.from_pylist([table.to_pylist()[0] | {"post_id": "6001"}], table.schema)
    files.at("posts/a.parquet", table)
    for path in (".trash/old.parquet", "_old/x.parquet", ".ipynb_checkpoints/a-checkpoint.parquet"):
        files.at(f"posts/{path}", ghosts)
    files.use("posts", "posts")


@case(refused="old.parquet: is hidden; .* inputs.rights_events.exclude|is hidden")
def a_hidden_file_of_the_ledger(files: Files) -> None:
    one, other = files.halves("rights_events")
    files.at("ledger/a.parquet", one)
    files.at("ledger/.old.parquet", other)
    files.use("rights_events", "ledger")


@case(refused=DELTA)
def the_files_of_a_delta_table(files: Files) -> None:
    write_deltalake(files.folder / "posts", files.tables["posts"])
    DeltaTable(files.folder / "posts").delete("post_id = '7001'")
    files.use("posts", "posts")


@case(refused=DELTA)
def the_files_of_a_delta_table_by_a_glob(files: Files) -> None:
    the_files_of_a_delta_table(files)
    files.use("posts", "posts/*.parquet")


@case(refused="df.parquet.gzip: not a .parquet file; it may hold rows that would be missed: .* give it as a path")
def a_suffix_of_pandas(files: Files) -> None:
    files.pandas("posts").to_parquet(files.at("posts/df.parquet.gzip"), compression="gzip")
    files.use("posts", "posts")


@case()
def a_suffix_of_pandas_by_a_glob(files: Files) -> None:
    a_suffix_of_pandas(files)
    files.use("posts", "posts/*.gzip")


@case(refused="README.md: not a .parquet file")
def a_readme_beside(files: Files) -> None:
    files.at("posts/a.parquet", files.tables["posts"])
    files.at("posts/README.md").write_text("x")
    files.use("posts", "posts")


@case()
def a_readme_beside_that_is_excluded(files: Files) -> None:
    a_readme_beside(files)
    files.use("posts", "posts", exclude=["*.md"])


@case()
def an_odd_path(files: Files) -> None:
    files.use("posts", str(files.at("Données (2024) [v1] 🗂/posts é.parquet", files.tables["posts"])))


@case()
def a_glob_in_an_odd_path(files: Files) -> None:
    files.use("posts", f"{files.at('Données (2024) [v1] 🗂/posts é.parquet', files.tables['posts']).parent}/*.parquet")


@case(refused="inputs.posts.path: posts: no such Parquet file, folder or glob")
def an_empty_folder(files: Files) -> None:
    (files.folder / "posts").mkdir()
    files.use("posts", "posts")


@case(refused=r"inputs.posts.path: ~/no-such-posts.parquet: no such Parquet file")
def a_missing_file_of_the_home(files: Files) -> None:
    files.use("posts", "~/no-such-posts.parquet")


@case()
def a_folder_and_a_file_in_it(files: Files) -> None:
    files.at("posts/a.parquet", files.tables["posts"])
    files.use("posts", ["posts", "posts/../posts/a.parquet"])


@case()
def files_of_an_older_schema(files: Files) -> None:
    old, new = files.halves("posts")
    old = old.drop_columns(["title", "language", "url", "quote_of"])
    old = old.set_column(0, "post_id", old["post_id"].cast(pa.int64()))
    files.at("posts/1.parquet", old.set_column(2, "created_at", old["created_at"].cast(pa.timestamp("ns"))))
    files.at("posts/2.parquet", new)
    files.use("posts", "posts")


@case()
def a_mapped_column_that_old_files_lack(files: Files) -> None:
    old, new = files.halves("posts")
    files.at("posts/1.parquet", old.drop_columns(["language"]))
    names = ["lang" if each == "language" else each for each in new.column_names]
    files.at("posts/2.parquet", new.rename_columns(names))
    files.use("posts", "posts", columns={"language": "lang"})


@case()
def many_small_files_and_empty_row_groups(files: Files) -> None:
    table = files.tables["posts"]
    for number in range(table.num_rows):
        files.at(f"posts/{number:04}.parquet", table.slice(number, 1))
    with pq.ParquetWriter(files.at("posts/groups.parquet"), table.schema) as writer:
        for _ in range(40):
            writer.write_table(table.slice(0, 0))
    files.at("posts/none.parquet", table.slice(0, 0))
    files.use("posts", "posts")


@case()
def every_codec(files: Files) -> None:
    table, codecs = files.tables["posts"], ("brotli", "gzip", "lz4", "zstd", "snappy", "none")
    encodings = {"text": "DELTA_BYTE_ARRAY", "kind": "DELTA_LENGTH_BYTE_ARRAY"}
    for number, codec in enumerate(codecs):
        rows = table.take(list(range(number, table.num_rows, len(codecs))))
        options = {"use_dictionary": False, "data_page_version": "2.0", "column_encoding": encodings}
        files.at(f"posts/{codec}.parquet", rows, compression=codec, **options)
    files.use("posts", "posts")
