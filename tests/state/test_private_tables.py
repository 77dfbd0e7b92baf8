"""Every private table is declared once, and erasure, documentation and the files of a build agree with that."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redaction.config import load_config
from redaction.release.takedown import Tombstones
from redaction.state import CorpusPaths
from redaction.state.erasure import erase
from redaction.state.keys import master_key
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import (
    BUILD_FILES,
    CORPUS_FILES,
    ERASURE,
    PRIVATE_TABLES,
    REQUEST_EVENTS,
    REQUESTS,
    REVIEW,
    TOMBSTONES,
    PrivateTable,
    Retention,
)
from tests.network import paths_of
from tests.state.erased_network import ADA
from tests.state.test_erasure import take_down

NOTES = PrivateTable(
    "notes.parquet",
    Retention.UNTIL_ERASED,
    "What a new feature stores about subjects.",
    pl.Schema({"subject_id": pl.String, "score": pl.Float64}),
    subjects=("subject_id",),
)


def test_a_new_table_is_erased_without_further_code(config: Path) -> None:
    settings = load_config(config)
    paths, master = CorpusPaths.of(settings), master_key(settings)
    take_down(config)
    for folder in paths.builds():
        write_table(NOTES, folder.file(NOTES), pl.DataFrame({"subject_id": [ADA, "ben"], "score": [0.1, 0.2]}))
    records = pl.DataFrame(schema=dict.fromkeys(["source", "source_id", "subject_id", "decision"], pl.String))
    stones = Tombstones.load(paths.tombstones, master, paths.corpus)
    erase(paths, master, stones, (), records, (*PRIVATE_TABLES, NOTES))
    assert [pl.read_parquet(path)["subject_id"].to_list() for path in paths.files(NOTES)] == [["ben"]]


def test_every_file_of_a_build_is_declared(config: Path) -> None:
    take_down(config)
    paths = CorpusPaths.of(load_config(config))
    declared = {path for table in PRIVATE_TABLES for path in paths.files(table)}
    for folder, patterns in ((paths.state, CORPUS_FILES), *((build.path, BUILD_FILES) for build in paths.builds())):
        declared |= {path for pattern in patterns for path in folder.glob(pattern)}
    assert {path for path in paths.state.rglob("*") if path.is_file()} - declared == set()


def test_every_table_of_a_build_has_the_declared_columns(built: Path) -> None:
    paths = CorpusPaths.of(load_config(built))
    found = {table.pattern: [pl.read_parquet_schema(path) for path in paths.files(table)] for table in PRIVATE_TABLES}
    absent = {name for name, schemas in found.items() if not schemas}
    assert absent == {each.pattern for each in (ERASURE, REVIEW, REQUESTS, REQUEST_EVENTS, TOMBSTONES)}
    for table in PRIVATE_TABLES:
        assert all(schema == table.schema for schema in found[table.pattern]), table.pattern


def test_tombstones_have_the_declared_columns(config: Path) -> None:
    take_down(config)
    assert pl.read_parquet_schema(paths_of(config).tombstones) == TOMBSTONES.schema


def test_only_the_owner_may_enter_the_state(built: Path) -> None:
    settings = load_config(built)
    for folder in (
        settings.root / settings.state,
        CorpusPaths.of(settings).state,
        *(CorpusPaths.of(settings).state.glob("[0-9]*/")),
    ):
        assert folder.stat().st_mode & 0o077 == 0, folder


@pytest.mark.parametrize(
    ("schema", "roles", "problem"),
    [
        ({"score": pl.Float64}, {}, "names no subject or record"),
        ({"subject_id": pl.String}, {"subjects": ("who",)}, "has no column who"),
        ({"subject_id": pl.String, "note": pl.String}, {"subjects": ("subject_id",)}, "declare the role of note"),
    ],
)
def test_a_table_that_could_not_be_erased_cannot_be_declared(
    schema: dict[str, Any], roles: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        PrivateTable("x.parquet", Retention.UNTIL_ERASED, "X.", pl.Schema(schema), **roles)
