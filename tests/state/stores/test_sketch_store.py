"""The stored sketches are those of their rows, files, settings, code and key alone."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from redaction.builds import open_inputs
from redaction.rights import NearDuplicateSettings, Sketches
from redaction.state.private_tables import SKETCHES
from redaction.state.stores import sketch_store
from redaction.state.stores.sketch_store import SketchStore, field_keys, row_keys
from redaction.tables import LOCATOR, TableName
from tests.builds.growing_network import World

SETTINGS = NearDuplicateSettings()


def locations(rows: list[tuple[int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=LOCATOR, orient="row")


def test_a_sketch_of_a_title_is_never_that_of_a_text(tmp_path: Path) -> None:
    here, keys = store(tmp_path), np.array([5, 1 << 48, 9], np.uint64)
    numbers = np.array([0, 3, 4], np.uint32)
    with here.writer() as writer:
        writer.add(field_keys(keys, numbers), np.arange(12, dtype=np.uint8).reshape(3, 4))
    with here.open(keys) as stored:
        assert stored.kept.tolist() == [True, False, False]
        assert np.concatenate([part.numbers for part in stored.sketches(np.array([True, False, True]))]).tolist() == [
            0,
            3,
        ]


def store(folder: Path, files: tuple[str, ...] = ("x", "y"), made_by: str = "us") -> SketchStore:
    return SketchStore(folder / SKETCHES.pattern, made_by, files, 4)


def write_store(folder: Path) -> Mapping[int, list[int]]:
    """Write two kept posts with sketches, one that is too short for a sketch, and a protected one, in two files."""
    keys = row_keys(locations([(0, 0, 0), (1, 0, 7), (1, 2, 3), (0, 1, 1)]))
    sketches = np.arange(8, dtype=np.uint8).reshape(2, 4)
    with store(folder).writer() as writer:
        writer.add(keys[:2], sketches)
        writer.add_blank(keys[2:3], protected=False)
        writer.add_blank(keys[3:], protected=True)
    return {0: [0, 1, 2, 3], 1: [4, 5, 6, 7]}


def sketches_by_number(found: list[Sketches]) -> dict[int, list[int]]:
    return {int(n): row for each in found for n, row in zip(each.numbers, each.sketches.tolist(), strict=True)}


def test_files_are_identified_by_their_content(tmp_path: Path) -> None:
    write_store(tmp_path)
    at = row_keys(locations([(2, 0, 7), (0, 0, 0), (2, 2, 3), (1, 0, 7)]))
    with store(tmp_path, ("z", "w", "y")).open(at) as found:
        assert found.kept.tolist() == [True, False, True, False]
        assert not found.protected.any()
        assert sketches_by_number(list(found.sketches(found.kept))) == {0: [4, 5, 6, 7]}


def test_the_file_has_who_was_kept_and_who_was_protected(tmp_path: Path) -> None:
    sketches = write_store(tmp_path)
    at = row_keys(locations([(0, 0, 0), (1, 0, 7), (1, 2, 3), (0, 1, 1), (0, 1, 2)]))
    with store(tmp_path).open(at) as found:
        assert found.kept.tolist() == [True, True, True, False, False]
        assert found.protected.tolist() == [False, False, False, True, False]
        assert sketches_by_number(list(found.sketches(np.ones(5, np.bool_)))) == sketches
        assert sketches_by_number(list(found.sketches(np.array([False, True, True, True, True])))) == {1: sketches[1]}


@pytest.mark.parametrize(("made_by", "files"), [("others", ("x", "y")), ("us", ("v", "w")), ("us", ())])
def test_sketches_of_another_maker_or_of_other_files_are_not_used(
    tmp_path: Path, made_by: str, files: tuple[str, ...]
) -> None:
    write_store(tmp_path)
    with store(tmp_path, files, made_by).open(row_keys(locations([(0, 0, 0), (1, 0, 7)]))) as found:
        assert not found.kept.any()
        assert sketches_by_number(list(found.sketches(np.ones(2, np.bool_)))) == {}


def test_rows_beyond_the_key_range_are_compared_each_time(tmp_path: Path) -> None:
    far = row_keys(locations([(2**16, 0, 0), (0, 2**16, 0), (2**20, 2**20, 5)]))
    assert len(set(far.tolist())) == 1
    with store(tmp_path).writer() as writer:
        writer.add(far, np.zeros((3, 4), np.uint8))
    with store(tmp_path).open(far) as found:
        assert not found.kept.any()
        assert sketches_by_number(list(found.sketches(np.ones(3, np.bool_)))) == {}


def test_replacing_the_file_does_not_change_an_open_store(tmp_path: Path) -> None:
    sketches = write_store(tmp_path)
    at = row_keys(locations([(0, 0, 0), (1, 0, 7)]))
    with store(tmp_path).open(at) as found:
        other = store(tmp_path / "other")
        other.path.parent.mkdir()
        with other.writer():
            pass
        other.path.replace(tmp_path / SKETCHES.pattern)
        assert sketches_by_number(list(found.sketches(found.kept))) == sketches


def test_changed_bytes_columns_settings_code_and_key_make_another_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, 1)
    world.night()
    files = open_inputs(world.config).files[TableName.posts]
    one = SketchStore.of(tmp_path, files, SETTINGS, b"key")
    assert SketchStore.of(tmp_path, files, SETTINGS, b"key") == one
    assert SketchStore.of(tmp_path, files, NearDuplicateSettings(threshold=0.8), b"key").made_by != one.made_by
    assert SketchStore.of(tmp_path, files, SETTINGS, b"another").made_by != one.made_by
    mapped = [replace(file, file_columns=file.file_columns | {"text": file.file_columns["title"]}) for file in files]
    assert SketchStore.of(tmp_path, mapped, SETTINGS, b"key").files != one.files
    with monkeypatch.context() as patch:
        patch.setattr(sketch_store, "code_digest", lambda: "other code")
        assert SketchStore.of(tmp_path, files, SETTINGS, b"key").made_by != one.made_by
    path = Path(str(files[0].path))
    pl.read_parquet(path).with_columns(pl.col("text") + ".").write_parquet(path)
    assert SketchStore.of(tmp_path, files, SETTINGS, b"key").files != one.files
